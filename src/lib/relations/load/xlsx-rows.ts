import type { Merge } from './xlsx-book.ts';

export type CellValue = string | number | boolean | Date | null;

/** A row of a sheet with something in it. */
export interface SheetRow {
  /** Counted from 0, as in the sheet. */
  readonly index: number;
  readonly values: readonly CellValue[];
}

/** Where the table lies in the first rows of a sheet. */
export interface Layout {
  /** The leftmost column of the table. */
  readonly left: number;
  /** Names of columns from `left` on, as written; empty without a header. */
  readonly names: readonly string[];
  /** The first row of data is the first below this one; −1: all rows are data. */
  readonly headerEnd: number;
  /** Rows of the sheet above the header that were left out as titles, counted from 0. */
  readonly titles: readonly number[];
  /** How many rows the header takes. */
  readonly headerRows: number;
}

/**
 * Finds header and left edge in the first rows of a table. A row whose only value is merged over the whole width is a
 * title. Cells merged in the header spread their text; where they are merged sideways and names stand below them, both
 * rows make the name, as `Qty Jan`.
 */
export function layoutOf(
  rows: readonly SheetRow[],
  merges: readonly Merge[],
  header: boolean
): Layout {
  const left = Math.min(...rows.map(firstUsed), Number.MAX_SAFE_INTEGER);
  const none = { left, names: [], headerEnd: -1, titles: [], headerRows: 0 };
  if (!header || rows.length === 0) return none;
  const right = Math.max(...rows.map(lastUsed));
  const titles: number[] = [];
  let start = 0;
  while (start < rows.length - 1 && isTitle(rows[start]!, merges, left, right)) {
    titles.push(rows[start]!.index);
    start++;
  }
  const first = rows[start]!;
  const end = headerEnd(first, rows[start + 1], merges);
  const head = rows.filter(({ index }) => index >= first.index && index <= end);
  const width =
    Math.max(...head.map(lastUsed), ...mergesIn(merges, first.index, end).map((m) => m.right)) + 1;
  const names = Array.from({ length: width - left }, (_, c) => nameOf(left + c, head, merges));
  return { left, names, headerEnd: end, titles, headerRows: end - first.index + 1 };
}

function isTitle(row: SheetRow, merges: readonly Merge[], left: number, right: number): boolean {
  if (right === left || firstUsed(row) !== lastUsed(row)) return false;
  const at = firstUsed(row);
  const merge = merges.find((m) => m.top === row.index && m.left === at);
  return merge !== undefined && merge.left <= left && merge.right >= right;
}

/** The last row of the header that begins with `first`. */
function headerEnd(
  first: SheetRow,
  second: SheetRow | undefined,
  merges: readonly Merge[]
): number {
  const own = mergesIn(merges, first.index, first.index);
  const down = Math.max(first.index, ...own.map(({ bottom }) => bottom));
  if (down > first.index || !second || second.index !== first.index + 1) return down;
  const sideways = own.filter((m) => m.right > m.left);
  const below = sideways.flatMap((m) => second.values.slice(m.left, m.right + 1)).filter(isUsed);
  const areNames = below.length > 0 && below.every((value) => typeof value === 'string');
  return areNames && second.values.filter(isUsed).every((value) => typeof value === 'string')
    ? second.index
    : down;
}

function mergesIn(merges: readonly Merge[], from: number, to: number): Merge[] {
  return merges.filter((m) => m.top >= from && m.top <= to);
}

function nameOf(column: number, head: readonly SheetRow[], merges: readonly Merge[]): string {
  const parts: string[] = [];
  for (const { index } of head) {
    const merge = merges.find(
      (m) => m.top <= index && index <= m.bottom && m.left <= column && column <= m.right
    );
    const row = merge
      ? head.find((r) => r.index === merge.top)
      : head.find((r) => r.index === index);
    const text = textOf(row?.values[merge?.left ?? column] ?? null).trim();
    if (text !== '' && parts.at(-1) !== text) parts.push(text);
  }
  return parts.join(' ');
}

function firstUsed({ values }: SheetRow): number {
  const at = values.findIndex(isUsed);
  return at < 0 ? Number.MAX_SAFE_INTEGER : at;
}

function lastUsed({ values }: SheetRow): number {
  return values.findLastIndex(isUsed);
}

export function isUsed(value: CellValue | undefined): boolean {
  return value !== null && value !== undefined && value !== '';
}

/** The value of a cell as text: numbers in full, dates as 2011-12-09, times of day as 09:15:00. */
export function textOf(value: CellValue): string {
  if (value === null) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (typeof value === 'number') {
    return Number.isInteger(value) && Math.abs(value) >= 1e18
      ? value.toExponential()
      : String(value);
  }
  return textOfDate(value);
}

function textOfDate(date: Date): string {
  const ms = date.getTime();
  if (Number.isNaN(ms)) return '';
  // A serial number has about 15 digits: what is this close to a whole second is one.
  const second = Math.round(ms / 1000) * 1000;
  const text = new Date(Math.abs(ms - second) <= 5 ? second : ms).toISOString();
  const day = text.slice(0, 10);
  const clock = text.slice(11, -1).replace(/\.000$/, '');
  if (Number(day.slice(0, 4)) < 1900) return clock;
  return clock === '00:00:00' ? day : `${day} ${clock}`;
}
