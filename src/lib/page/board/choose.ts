import { hasView } from '#lib/cells/views.ts';
import type { CellHandle } from '#lib/state/cell.svelte.ts';
import type { Session } from '#lib/state/session.svelte.ts';

/** The cells that a board can show, in the order of the notebook: those whose kind draws. */
export function showable(session: Session): CellHandle[] {
  return session.keys
    .filter((key) => session.blockOf(key)?.type === 'cell')
    .map((key) => session.handle(key))
    .filter((cell) => cell.kind !== undefined && hasView(cell.kindName));
}

/** The cells of a board: those named, else the live ones; streams only where no monitor shows them. */
export function boardCells(
  cells: readonly CellHandle[],
  named: readonly string[] | null
): CellHandle[] {
  if (named !== null) {
    return named.flatMap(
      (name) => cells.find((cell) => cell.name.toLowerCase() === name.toLowerCase()) ?? []
    );
  }
  const live = cells.filter((cell) => cell.kind?.group === 'live');
  const beyond = live.filter((cell) => cell.kindName !== 'stream');
  return beyond.length > 0 ? beyond : live;
}

/** Columns of the grid: as few as fill a wide screen with panels that are not much higher than wide. */
export function columnsFor(panels: number, width: number): number {
  if (panels <= 1 || width < 900) return 1;
  return panels <= 4 || width < 1800 ? 2 : 3;
}
