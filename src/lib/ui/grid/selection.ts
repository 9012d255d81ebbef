/** The row number of the head. */
export const headRow = -1;

/** The cell with the focus, and the other corner of what is selected. */
export interface Selection {
  readonly row: number;
  readonly column: number;
  readonly anchorRow: number;
  readonly anchorColumn: number;
}

export interface Area {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

export function areaOf(s: Selection): Area {
  return {
    top: Math.min(s.row, s.anchorRow),
    bottom: Math.max(s.row, s.anchorRow),
    left: Math.min(s.column, s.anchorColumn),
    right: Math.max(s.column, s.anchorColumn)
  };
}

export interface GridSize {
  readonly rows: number;
  readonly columns: number;
  /** Rows that PageUp and PageDown move. */
  readonly page: number;
  /** Whether the focus may go into the head, which is above the first row. */
  readonly head?: boolean;
}

/**
 * Where a key moves the focus of a grid, by the ARIA grid pattern: arrows, PageUp and PageDown, Home and End
 * in the row, with Mod in the whole table; Shift stretches the selection. Null for any other key.
 */
export function moved(
  s: Selection,
  size: GridSize,
  key: { readonly key: string; readonly shiftKey: boolean; readonly mod: boolean }
): Selection | null {
  let { row, column } = s;
  switch (key.key) {
    case 'ArrowUp':
      row = key.mod ? 0 : row - 1;
      break;
    case 'ArrowDown':
      row = key.mod ? size.rows - 1 : row + 1;
      break;
    case 'ArrowLeft':
      column = key.mod ? 0 : column - 1;
      break;
    case 'ArrowRight':
      column = key.mod ? size.columns - 1 : column + 1;
      break;
    case 'PageUp':
      row = Math.max(0, row - size.page);
      break;
    case 'PageDown':
      row += size.page;
      break;
    case 'Home':
      column = 0;
      if (key.mod) row = 0;
      break;
    case 'End':
      column = size.columns - 1;
      if (key.mod) row = size.rows - 1;
      break;
    default:
      return null;
  }
  const stretch = key.shiftKey && s.row !== headRow;
  const first = size.head && !stretch ? headRow : 0;
  row = Math.max(first, Math.min(size.rows - 1, row));
  column = Math.max(0, Math.min(size.columns - 1, column));
  return stretch ? { ...s, row, column } : { row, column, anchorRow: row, anchorColumn: column };
}

export function contains(area: Area, row: number, column: number): boolean {
  return row >= area.top && row <= area.bottom && column >= area.left && column <= area.right;
}
