import { m } from '#lib/messages/messages.svelte.ts';
import type { Action, Means } from './model.ts';
import { targets } from './targets.ts';

/** Running and stopping. */
export function runActions({ session, desk }: Means): readonly Action[] {
  const words = () => m().page.action;
  const { at, cellAt } = targets(session, desk);
  const runnable = (block?: string) => cellAt(block)?.runs === true;

  function runCell(block?: string, options: { force?: boolean } = {}) {
    const cell = cellAt(block);
    if (!cell) return;
    session.refresh();
    void session.run([cell.id], options);
  }

  return [
    {
      id: 'run',
      group: 'run',
      label: () => words().run,
      keys: ['Mod+Enter'],
      basic: true,
      enabled: runnable,
      perform: (block) => runCell(block)
    },
    {
      id: 'run-next',
      group: 'run',
      label: () => words().runNext,
      keys: ['Shift+Enter'],
      basic: true,
      enabled: (block) => at(block) !== undefined,
      perform: (block) => {
        runCell(block);
        desk.step(1);
      }
    },
    {
      id: 'run-force',
      group: 'run',
      label: () => words().runForce,
      enabled: runnable,
      perform: (block) => runCell(block, { force: true })
    },
    {
      id: 'run-stale',
      group: 'run',
      label: () => words().runStale,
      keys: ['Mod+Shift+Enter'],
      basic: true,
      enabled: () => session.stale.length > 0,
      perform: () => session.runStale()
    },
    {
      id: 'run-all',
      group: 'run',
      label: () => words().runAll,
      enabled: () => session.graph.order.length > 0,
      perform: () => session.runAll()
    },
    {
      id: 'stop',
      group: 'run',
      label: () => words().stop,
      enabled: (block) => {
        const state = cellAt(block)?.state.at;
        return state === 'running' || state === 'queued' || state === 'live';
      },
      perform: (block) => session.cancel(cellAt(block)?.id)
    },
    {
      id: 'pause',
      group: 'run',
      label: () => words().pause,
      enabled: (block) => cellAt(block)?.pausable === true && !cellAt(block)?.paused,
      perform: (block) => session.pause(cellAt(block)!.id, true)
    },
    {
      id: 'resume',
      group: 'run',
      label: () => words().resume,
      enabled: (block) => cellAt(block)?.paused === true,
      perform: (block) => session.pause(cellAt(block)!.id, false)
    },
    {
      id: 'stop-all',
      group: 'run',
      label: () => words().stopAll,
      commandKeys: ['i i'],
      enabled: () => session.busy,
      perform: () => session.cancel()
    }
  ];
}
