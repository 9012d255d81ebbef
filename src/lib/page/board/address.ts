/** Which cells a board shows: those named, or null for the notebook's live cells. */
export interface BoardChoice {
  readonly cells: readonly string[] | null;
}

/** What the fragment of an address says: `#board`, `#board=depots,orders`; null for any other. */
export function boardOf(fragment: string): BoardChoice | null {
  const found = /^#board(?:=(.*))?$/u.exec(fragment);
  if (!found) return null;
  if (found[1] === undefined) return { cells: null };
  const cells = found[1]
    .split(',')
    .map(decoded)
    .filter((name) => name !== '');
  return { cells: cells.length === 0 ? null : cells };
}

/** The fragment that opens a board with these cells. */
export function fragmentOf({ cells }: BoardChoice): string {
  return cells === null ? '#board' : `#board=${cells.map(encodeURIComponent).join(',')}`;
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return '';
  }
}

/** What the cells chosen last are remembered under. */
export const boardMemory = 'board';
