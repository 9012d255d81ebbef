import { m } from '#lib/messages/messages.svelte.ts';
import { parse } from '#lib/notebook/parse.ts';
import { toast } from '#lib/ui/toasts.svelte.ts';
import type { Action, Means } from './model.ts';
import { targets } from './targets.ts';

/** Changes to blocks, and the way back. */
export function editActions({ session, desk }: Means): readonly Action[] {
  const clipboard: { raw: string | null } = { raw: null };
  const words = () => m().page;
  const writable = () => !session.readOnly;
  const { at, cellAt } = targets(session, desk);
  const hasBlock = (block?: string) => at(block) !== undefined;
  const hasBlockToEdit = (block?: string) => hasBlock(block) && writable();

  function remove(block?: string) {
    const key = at(block);
    const found = key === undefined ? undefined : session.blockOf(key);
    if (key === undefined || !found) return;
    const { stops } = desk;
    const place = stops.indexOf(key);
    clipboard.raw = found.raw;
    session.edit.remove(key);
    const step = session.undoLabel;
    // Once more was changed, going back would undo that instead: the block then comes out of the bin.
    const back = () => {
      if (session.undoLabel === step) session.undo();
      else session.edit.bringBack();
    };
    const next = stops[place + 1] ?? stops[place - 1];
    if (next !== undefined) void desk.go(next);
    else desk.selected = null;
    toast(found.type === 'cell' ? words().notice.deleted(found.name) : words().notice.deletedText, {
      action: { label: m().common.undo, run: back }
    });
  }

  function paste(block?: string) {
    if (clipboard.raw === null) return;
    const blocks = parse(clipboard.raw).blocks;
    const key = session.edit.insertBlocks(desk.below(at(block) ?? null), blocks);
    if (key !== undefined) void desk.go(key);
  }

  return [
    {
      id: 'edit',
      group: 'edit',
      label: () => words().action.edit,
      commandKeys: ['Enter'],
      basic: true,
      enabled: hasBlockToEdit,
      perform: (block) => void desk.go(at(block)!, { edit: true })
    },
    {
      id: 'leave',
      group: 'edit',
      label: () => words().action.leave,
      keys: ['Escape'],
      basic: true,
      enabled: () => desk.editing !== null,
      perform: () => desk.leave()
    },
    {
      id: 'insert-above',
      group: 'edit',
      label: () => words().action.insertAbove,
      commandKeys: ['a'],
      basic: true,
      enabled: writable,
      perform: (block) => {
        const key = at(block);
        desk.inserting = key === undefined ? -1 : session.indexOf(key) - 1;
      }
    },
    {
      id: 'insert-below',
      group: 'edit',
      label: () => words().action.insertBelow,
      commandKeys: ['b'],
      basic: true,
      enabled: writable,
      perform: (block) => {
        desk.inserting = desk.below(at(block) ?? null) - 1;
      }
    },
    {
      id: 'cut',
      group: 'edit',
      label: () => words().action.cut,
      commandKeys: ['x'],
      enabled: hasBlockToEdit,
      perform: remove
    },
    {
      id: 'copy',
      group: 'edit',
      label: () => words().action.copy,
      commandKeys: ['c'],
      enabled: hasBlock,
      perform: (block) => {
        clipboard.raw = session.blockOf(at(block)!)?.raw ?? null;
      }
    },
    {
      id: 'paste',
      group: 'edit',
      label: () => words().action.paste,
      commandKeys: ['v'],
      enabled: () => writable() && clipboard.raw !== null,
      perform: paste
    },
    {
      id: 'duplicate',
      group: 'edit',
      label: () => words().action.duplicate,
      enabled: hasBlockToEdit,
      perform: (block) => {
        const key = session.edit.duplicate(at(block)!);
        if (key !== undefined) void desk.go(key);
      }
    },
    {
      id: 'rename',
      group: 'edit',
      label: () => words().action.rename,
      keys: ['F2'],
      enabled: (block) => writable() && cellAt(block)?.block.broken === null,
      perform: (block) => {
        desk.selected = at(block) ?? null;
        desk.renaming = at(block) ?? null;
      }
    },
    {
      id: 'move-up',
      group: 'edit',
      label: () => words().action.moveUp,
      keys: ['Alt+ArrowUp'],
      enabled: hasBlockToEdit,
      perform: (block) => {
        session.edit.move(at(block)!, -1);
        void desk.go(at(block)!);
      }
    },
    {
      id: 'move-down',
      group: 'edit',
      label: () => words().action.moveDown,
      keys: ['Alt+ArrowDown'],
      enabled: hasBlockToEdit,
      perform: (block) => {
        session.edit.move(at(block)!, 1);
        void desk.go(at(block)!);
      }
    },
    {
      id: 'delete',
      group: 'edit',
      label: () => words().action.delete,
      commandKeys: ['d d', 'Delete'],
      basic: true,
      enabled: hasBlockToEdit,
      perform: remove
    },
    {
      id: 'undo',
      group: 'edit',
      label: () => words().action.undo,
      commandKeys: ['z', 'Mod+Z'],
      basic: true,
      enabled: () => session.undoLabel !== null && writable(),
      perform: () => {
        const what = session.undo();
        if (what !== null) toast(words().notice.undone(what));
      }
    },
    {
      id: 'redo',
      group: 'edit',
      label: () => words().action.redo,
      commandKeys: ['Z', 'Mod+Shift+Z', 'Mod+Y'],
      enabled: () => session.redoLabel !== null && writable(),
      perform: () => {
        const what = session.redo();
        if (what !== null) toast(words().notice.redone(what));
      }
    },
    {
      id: 'bin',
      group: 'edit',
      label: () => words().action.bin,
      enabled: () => session.bin.length > 0 && writable(),
      perform: () => {
        const key = session.edit.bringBack();
        if (key !== undefined) void desk.go(key);
      }
    }
  ];
}
