import type { CellHandle } from '#lib/state/cell.svelte.ts';
import type { Session } from '#lib/state/session.svelte.ts';
import type { Desk } from '../desk.svelte.ts';

/** The block an action is about: the one named, else the one selected. */
export function targets(session: Session, desk: Desk) {
  const at = (block?: string): string | undefined => block ?? desk.selected ?? undefined;
  const cellAt = (block?: string): CellHandle | undefined => {
    const key = at(block);
    return key !== undefined && session.blockOf(key)?.type === 'cell'
      ? session.handle(key)
      : undefined;
  };
  return { at, cellAt };
}
