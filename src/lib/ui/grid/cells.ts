import { isMissing, type ColumnType, type Vector } from '#lib/base/columns.ts';
import {
  formatDate,
  formatFixed,
  formatInteger,
  formatNumber,
  formatTimestamp,
  minus
} from '#lib/base/format.ts';
import { nestedJson } from './nested.ts';

/** What one cell of a grid shows. */
export interface CellText {
  readonly text: string;
  /** `missing` and `empty` are words in italics; `negative` is a number below zero. */
  readonly look: 'plain' | 'missing' | 'empty' | 'negative';
}

export interface CellWords {
  readonly missing: string;
  readonly emptyList: string;
  readonly emptyText: string;
}

/** Columns whose figures stand to the right. */
export function isRight(type: ColumnType): boolean {
  return type === 'integer' || type === 'number';
}

/** Whole numbers that name something, such as an id or a year, are written without grouping. */
export function isIdentifier(name: string): boolean {
  return (
    /(?:^|[_\s])(?:id|no|nr|key|code|number|year|week|month)$|[a-z](?:ID|Id|No|Nr|Code|Number|Year)$|^(?:year|id)[_A-Z]/.test(
      name
    ) || /^(?:id|year|week|month)$/i.test(name)
  );
}

/** The text of one cell. `decimals` fixes the decimals of a number column, so that it lines up. */
export function cellText(
  vector: Vector,
  row: number,
  words: CellWords,
  lang: string,
  decimals: number | null = null,
  grouped = true
): CellText {
  if (isMissing(vector, row)) return { text: words.missing, look: 'missing' };
  switch (vector.type) {
    case 'text': {
      const value = vector.values[row] ?? '';
      return value === ''
        ? { text: words.emptyText, look: 'empty' }
        : { text: shortened(value), look: 'plain' };
    }
    case 'boolean':
      return { text: vector.values[row] === 1 ? 'true' : 'false', look: 'plain' };
    case 'date':
      return { text: formatDate(vector.values[row] ?? 0), look: 'plain' };
    case 'timestamp':
      return { text: formatTimestamp(vector.values[row] ?? 0), look: 'plain' };
    case 'integer':
    case 'number': {
      const value = vector.values[row] ?? 0;
      return {
        text:
          vector.type === 'integer'
            ? grouped
              ? formatInteger(value, lang)
              : minus(String(value))
            : decimals === null
              ? formatNumber(value, lang)
              : formatFixed(value, decimals, lang),
        look: value < 0 ? 'negative' : 'plain'
      };
    }
    case 'other': {
      const value = vector.values[row];
      if (Array.isArray(value) && value.length === 0)
        return { text: words.emptyList, look: 'empty' };
      return { text: shortened(nestedJson(value)), look: 'plain' };
    }
  }
}

function shortened(text: string): string {
  return text.length > 400 ? `${text.slice(0, 400)}…` : text;
}

/** The exact value for the clipboard: no grouping, no words, missing as nothing. */
export function cellValue(vector: Vector, row: number): string {
  if (isMissing(vector, row)) return '';
  switch (vector.type) {
    case 'text':
      return vector.values[row] ?? '';
    case 'boolean':
      return vector.values[row] === 1 ? 'true' : 'false';
    case 'date':
      return formatDate(vector.values[row] ?? 0);
    case 'timestamp':
      return formatTimestamp(vector.values[row] ?? 0);
    case 'other':
      return nestedJson(vector.values[row]);
    default:
      return String(vector.values[row]);
  }
}

/**
 * How many decimals a number column needs to show what it holds: the most that any of its first `sample`
 * values uses, at most `most`; null when they differ so much in size that one count would not suit.
 */
export function commonDecimals(vector: Vector, sample = 200, most = 4): number | null {
  if (vector.type !== 'number') return null;
  let decimals = 0;
  let small = Infinity;
  const n = Math.min(sample, vector.values.length);
  for (let i = 0; i < n; i++) {
    if (vector.valid && !vector.valid[i]) continue;
    const value = Math.abs(vector.values[i] ?? 0);
    if (!Number.isFinite(value) || value >= 1e15) return null;
    if (value > 0) small = Math.min(small, value);
    while (decimals < most && Math.abs(value - Number(value.toFixed(decimals))) > 1e-9 * value) {
      decimals++;
    }
  }
  return small < 10 ** -most ? null : decimals;
}

/** Widths in px from the heads and the first rows; between `least` and `most`. */
export function columnWidths(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  least = 72,
  most = 320
): number[] {
  return heads.map((head, c) => {
    let longest = measure(head) + 12;
    for (const row of rows) longest = Math.max(longest, measure(row[c] ?? ''));
    return Math.min(most, Math.max(least, Math.ceil(longest + 26)));
  });
}

const wide = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60]/u;

function measure(text: string): number {
  let width = 0;
  for (const char of text) width += wide.test(char) ? 13 : /[A-Z@%&mw]/.test(char) ? 8.6 : 7;
  return width;
}
