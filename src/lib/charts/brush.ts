/** A stretch of rows, both ends included. */
export type Stretch = readonly [number, number];

/** The fewest rows that a stretch covers, so that there is a line to see. */
const least = 2;

/** The stretch with one end moved to a row; it stops before the other end. */
export function moveEnd(
  [from, to]: Stretch,
  end: 'from' | 'to',
  row: number,
  rows: number
): Stretch {
  const last = rows - 1;
  return end === 'from'
    ? [Math.max(0, Math.min(row, to - least + 1)), to]
    : [from, Math.min(last, Math.max(row, from + least - 1))];
}

/** The stretch moved as a whole, as far as there are rows. */
export function moveWhole([from, to]: Stretch, by: number, rows: number): Stretch {
  const step = Math.max(-from, Math.min(by, rows - 1 - to));
  return [from + step, to + step];
}

/** The stretch between two rows in either order, at least two rows long. */
export function between(a: number, b: number, rows: number): Stretch {
  const from = Math.max(0, Math.min(a, b, rows - least));
  return [from, Math.min(rows - 1, Math.max(a, b, from + least - 1))];
}

/** Where a key moves an end: arrows by a row or, with Shift, ten; Home and End to the limits. Null for other keys. */
export function rowAfterKey(row: number, key: string, shift: boolean, rows: number): number | null {
  const step = shift ? 10 : 1;
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      return row - step;
    case 'ArrowRight':
    case 'ArrowUp':
      return row + step;
    case 'PageDown':
      return row - 10;
    case 'PageUp':
      return row + 10;
    case 'Home':
      return 0;
    case 'End':
      return rows - 1;
    default:
      return null;
  }
}
