import type { ColumnType } from '#lib/base/columns.ts';

/** A column as the first rows of a file show it. */
export interface LookedColumn {
  readonly name: string;
  readonly type: ColumnType;
  /** Bytes that a value takes in the engine, on average. */
  readonly width: number;
}

/** What can be told of a file from its first bytes, or from its own record of what is in it. */
export interface FileLook {
  readonly name: string;
  readonly size: number;
  readonly modified: number;
  /** null: not a format whose rows can be foretold. */
  readonly format: string | null;
  readonly columns: readonly LookedColumn[] | null;
  readonly rows: number | null;
  /** Whether the rows are counted, not estimated. */
  readonly exact: boolean;
}

/** What a source asks of its files: keys of its body. */
export interface LoadWish {
  readonly only?: readonly string[] | undefined;
  /** Up to 1 a share, above 1 how many of the first rows. */
  readonly sample?: number | undefined;
  readonly filter?: string | undefined;
}

export interface LoadEstimate {
  /** Bytes of all files. */
  readonly size: number;
  readonly rows: number;
  readonly exact: boolean;
  readonly columns: number;
  /** Bytes that the table will take in the engine. */
  readonly bytes: number;
  readonly ms: number;
  /** A filter leaves fewer rows, nobody knows how many. */
  readonly atMost: boolean;
}

/** Bytes a second on the machine the tool was measured on: text is cut and typed, columns of binary files only moved. */
const textPace = 11e6;
const binaryPace = 45e6;

/** Bytes that a value of a type takes in the engine; texts have an offset and their letters. */
export function widthOf(type: ColumnType, letters = 12): number {
  switch (type) {
    case 'boolean':
      return 1;
    case 'date':
      return 4;
    case 'integer':
    case 'number':
    case 'timestamp':
      return 8;
    case 'text':
    case 'other':
      return 4 + letters;
  }
}

/**
 * Rows, memory and time of loading files under what the source asks of them; null while a file is among them of which
 * nothing is known. Memory is rows × the widths of the columns kept; a text file is read whole for a share of its rows
 * or columns.
 */
export function estimateLoad(
  looks: readonly FileLook[],
  { only, sample, filter }: LoadWish = {}
): LoadEstimate | null {
  if (looks.length === 0) return null;
  let size = 0;
  let all = 0;
  let width = 0;
  let count = 0;
  let ms = 0;
  let exact = true;
  for (const look of looks) {
    if (look.rows === null || look.columns === null) return null;
    const kept = keptOf(look.columns, only);
    const row = kept.reduce((sum, column) => sum + column.width, 0);
    const isBinary = look.format === 'parquet' || look.format === 'arrow';
    size += look.size;
    all += look.rows;
    width += look.rows * row;
    count = Math.max(count, kept.length);
    exact &&= look.exact;
    const share = look.columns.length === 0 ? 1 : kept.length / look.columns.length;
    ms += isBinary
      ? ((look.rows * row) / binaryPace) * 1000
      : (look.size / textPace) * (0.4 + 0.6 * share) * 1000;
  }
  const rows = sampled(all, sample);
  const bytes = all === 0 ? 0 : Math.round(width * (rows / all));
  return {
    size,
    rows,
    exact: exact && sample === undefined,
    columns: count,
    bytes,
    // The first so many rows are read and no more; a share is drawn from all of them.
    ms: Math.round(sample !== undefined && sample > 1 && all > 0 ? ms * (rows / all) : ms),
    atMost: filter !== undefined
  };
}

/** Whether a load is worth a word before it starts: a large file, or a large part of the engine's memory. */
export function isLarge({ size, bytes }: LoadEstimate, limit: number): boolean {
  return size > 100e6 || (limit > 0 && bytes > limit / 4);
}

/** Whether a load would fill the engine. A filter may save it, so only what is certain counts. */
export function isTooLarge({ bytes, atMost }: LoadEstimate, limit: number): boolean {
  return !atMost && limit > 0 && bytes > 0.9 * limit;
}

/** A share to sample that fills a quarter of the memory at most; null where everything fits into that. */
export function fittingShare({ bytes }: LoadEstimate, limit: number): number | null {
  if (bytes <= limit / 4 || limit <= 0) return null;
  const share = limit / 4 / bytes;
  const step = 10 ** Math.floor(Math.log10(share));
  return Number((Math.floor(share / step) * step).toPrecision(1));
}

function keptOf(
  columns: readonly LookedColumn[],
  only: readonly string[] | undefined
): readonly LookedColumn[] {
  if (!only) return columns;
  const wanted = new Set(only.map((name) => name.toLowerCase()));
  return columns.filter(({ name }) => wanted.has(name.toLowerCase()));
}

function sampled(rows: number, sample: number | undefined): number {
  if (sample === undefined) return rows;
  return Math.min(rows, sample <= 1 ? Math.round(rows * sample) : Math.round(sample));
}
