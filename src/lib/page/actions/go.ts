import { m } from '#lib/messages/messages.svelte.ts';
import { panels } from '#lib/storage/preferences.ts';
import { boardMemory, fragmentOf } from '../board/address.ts';
import { recall } from '../memory.ts';
import type { Action, Means } from './model.ts';

/** Getting about. */
export function goActions({ session, desk, preferences }: Means): readonly Action[] {
  const words = () => m().page;
  const always = () => true;

  return [
    {
      id: 'next',
      group: 'go',
      label: () => words().action.next,
      commandKeys: ['j', 'ArrowDown'],
      basic: true,
      enabled: always,
      perform: () => desk.step(1)
    },
    {
      id: 'previous',
      group: 'go',
      label: () => words().action.previous,
      commandKeys: ['k', 'ArrowUp'],
      basic: true,
      enabled: always,
      perform: () => desk.step(-1)
    },
    ...panels.map((panel): Action => ({
      id: `panel-${panel}`,
      group: 'go',
      label: () => words().side[panel],
      enabled: always,
      perform: () => {
        if (!preferences.isOpen(panel)) preferences.toggle(panel);
        desk.panel = panel;
      }
    })),
    {
      id: 'board',
      group: 'go',
      label: () => m().views.board.wall.openLong,
      commandKeys: ['g b'],
      enabled: always,
      perform: () => {
        const kept = recall(session.id, boardMemory);
        const cells = Array.isArray(kept) && kept.every((c) => typeof c === 'string') ? kept : null;
        location.hash = fragmentOf({ cells });
      }
    },
    {
      id: 'palette',
      group: 'go',
      label: () => words().action.palette,
      keys: ['Mod+K'],
      basic: true,
      enabled: always,
      perform: () => {
        desk.palette = true;
      }
    },
    {
      id: 'guide',
      group: 'go',
      label: () => words().guide.title,
      enabled: always,
      perform: () => {
        desk.guide = '';
      }
    },
    {
      id: 'shortcuts',
      group: 'go',
      label: () => words().action.shortcuts,
      keys: ['Mod+Shift+H'],
      commandKeys: ['?'],
      basic: true,
      enabled: always,
      perform: () => {
        desk.shortcuts = true;
      }
    }
  ];
}
