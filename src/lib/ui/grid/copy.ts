import type { Columns } from '#lib/base/columns.ts';
import { cellValue, tsvField } from './cells.ts';
import type { Area } from './selection.ts';

/** More cells than this are not put on the clipboard. */
export const copyLimit = 500_000;

/** The area as tab-separated values, read in pages; null when it is larger than `copyLimit`. */
export async function copyArea(
  area: Area,
  load: (offset: number, limit: number) => Promise<Columns>,
  size = 5000
): Promise<string | null> {
  const count = (area.bottom - area.top + 1) * (area.right - area.left + 1);
  if (count > copyLimit) return null;
  const lines: string[] = [];
  for (let from = area.top; from <= area.bottom; from += size) {
    const page = await load(from, Math.min(size, area.bottom - from + 1));
    const vectors = page.vectors.slice(area.left, area.right + 1);
    for (let row = 0; row < page.length; row++) {
      lines.push(vectors.map((vector) => tsvField(cellValue(vector, row))).join('\t'));
    }
  }
  return lines.join('\n');
}
