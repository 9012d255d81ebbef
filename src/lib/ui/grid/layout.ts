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

/** The tracks of the CSS grid, and the least width in px of all: columns share what is left unless their width was set. */
export function gridTracks(
  fields: readonly Field[],
  widths: readonly number[],
  resized: Readonly<Record<string, number>>
): { readonly template: string; readonly least: number } {
  const own = fields.map((f, c) => resized[f.name] ?? widths[c] ?? usual);
  const template = fields
    .map((f, c) => (resized[f.name] ? `${own[c]}px` : `minmax(${own[c]}px, ${own[c]}fr)`))
    .join(' ');
  return { template, least: own.reduce((sum, width) => sum + width, 0) };
}
