import type { Columns, Field, Vector } from '#lib/base/columns.ts';
import { cellText, cellValue, type CellText, type CellWords } from './cells.ts';
import type { GridLayout } from './layout.ts';

/** How the cells of a line are worded. */
export interface LineWords {
  readonly words: CellWords;
  readonly lang: string;
  /** Text that is looked for, in small letters; '' for none. */
  readonly needle: string;
  readonly format: ((field: Field, value: string) => string | undefined) | undefined;
}

/** What one row shows, null in each cell while its page is on its way, and in which cells `needle` is seen. */
export function gridLine(
  at: { readonly page: Columns; readonly index: number } | null,
  fields: readonly Field[],
  layout: GridLayout,
  how: LineWords
): { readonly cells: readonly (CellText | null)[]; readonly hits: readonly boolean[] | null } {
  if (!at) return { cells: fields.map(() => null), hits: null };
  const { vectors } = at.page;
  const cells = fields.map((field, c) => cellOf(vectors[c], at.index, field, c, layout, how));
  const { needle } = how;
  if (!needle) return { cells, hits: null };
  const hits = vectors.map((v) => cellValue(v, at.index).toLowerCase().includes(needle));
  return { cells, hits };
}

function cellOf(
  vector: Vector | undefined,
  index: number,
  field: Field,
  c: number,
  { decimals, grouped }: GridLayout,
  { words, lang, format }: LineWords
): CellText | null {
  if (!vector) return null;
  const cell = cellText(vector, index, words, lang, decimals[c], grouped[c]);
  const text = cell.look === 'missing' ? undefined : format?.(field, cell.text);
  return text === undefined ? cell : { ...cell, text };
}
