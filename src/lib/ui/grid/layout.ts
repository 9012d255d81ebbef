import type { Columns, Field } from '#lib/base/columns.ts';
import { cellText, columnWidths, commonDecimals, isIdentifier, type CellWords } from './cells.ts';

/** How the columns of a grid are written and how wide they are, judged by their first rows. */
export interface GridLayout {
  /** Fixed decimals by column; null where one count does not suit. */
  readonly decimals: readonly (number | null)[];
  /** Whether whole numbers are grouped, by column. */
  readonly grouped: readonly boolean[];
  /** Natural widths in px. */
  readonly widths: readonly number[];
}

const usual = 120;
const sampleRows = 40;

export function gridLayout(
  fields: readonly Field[],
  heads: readonly string[],
  first: Columns | null,
  words: CellWords,
  lang: string
): GridLayout {
  const grouped = fields.map((f) => !isIdentifier(f.name));
  if (!first) return { decimals: [], grouped, widths: fields.map(() => usual) };
  const decimals = first.vectors.map((vector) => commonDecimals(vector));
  const texts = Array.from({ length: Math.min(sampleRows, first.length) }, (_, row) =>
    first.vectors.map((v, c) => cellText(v, row, words, lang, decimals[c], grouped[c]).text)
  );
  return { decimals, grouped, widths: columnWidths(heads, texts) };
}

export interface GridTracks {
  /** The tracks of the CSS grid. */
  readonly template: string;
  /** The least width of all, in px. */
  readonly least: number;
  /** Distances of the pinned columns from the left edge, in px. */
  readonly pins: readonly number[];
}

/** Columns share the width that is left, unless they are pinned or their width was set. */
export function gridTracks(
  fields: readonly Field[],
  natural: readonly number[],
  set: Readonly<Record<string, number>>,
  pinned: number
): GridTracks {
  const own = fields.map((f, c) => set[f.name] ?? natural[c] ?? usual);
  const template = fields
    .map((f, c) => (set[f.name] || c < pinned ? `${own[c]}px` : `minmax(${own[c]}px, ${own[c]}fr)`))
    .join(' ');
  const sums = [0];
  for (const width of own) sums.push(sums.at(-1)! + width);
  return { template, least: sums.at(-1)!, pins: sums.slice(0, pinned) };
}
