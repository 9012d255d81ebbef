import type { CellHandle } from '#lib/state/cell.svelte.ts';
import type { Face } from '#lib/storage/preferences.ts';
import type { CellFace } from './desk.svelte.ts';

/** What of a cell is shown: what the reader chose here, else what the file says, else what they usually choose. */
export function faceOf(cell: CellHandle, chosen: CellFace | undefined, usual: Face): CellFace {
  if (chosen !== undefined) return !cell.hasForm && chosen !== 'result' ? 'text' : chosen;
  if (cell.show === 'result' || cell.show === 'none') return 'result';
  if (cell.kindName === 'param') return 'result';
  return cell.hasForm ? usual : 'text';
}

/** The faces a cell has, in the order of its switch. */
export function facesOf(cell: CellHandle): readonly CellFace[] {
  return cell.hasForm ? ['form', 'text', 'both', 'result'] : ['text', 'result'];
}
