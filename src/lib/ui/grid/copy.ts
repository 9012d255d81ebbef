import type { Columns } from '#lib/base/columns.ts';
import { cellValue } from './cells.ts';
import type { Area } from './selection.ts';

/** More cells than this are not put on the clipboard. */
export const copyLimit = 500_000;

export type CopyFormat = 'tsv' | 'csv' | 'markdown';

/**
 * The area as text, read in pages; null when it is larger than `copyLimit`. Tab-separated values are for a
 * spreadsheet and bare; CSV and Markdown begin with the columns' names.
 */
export async function copyArea(
  area: Area,
  load: (offset: number, limit: number) => Promise<Columns>,
  format: CopyFormat = 'tsv',
  size = 5000
): Promise<string | null> {
  const count = (area.bottom - area.top + 1) * (area.right - area.left + 1);
  if (count > copyLimit) return null;
  const line = lines[format];
  const out: string[] = [];
  for (let from = area.top; from <= area.bottom; from += size) {
    const page = await load(from, Math.min(size, area.bottom - from + 1));
    const vectors = page.vectors.slice(area.left, area.right + 1);
    if (out.length === 0 && format !== 'tsv') {
      const names = page.names.slice(area.left, area.right + 1);
      out.push(line(names));
      if (format === 'markdown') out.push(line(vectors.map(ruleOf)));
    }
    for (let row = 0; row < page.length; row++) {
      out.push(line(vectors.map((vector) => cellValue(vector, row))));
    }
  }
  return out.join('\n');
}

const lines: Readonly<Record<CopyFormat, (values: readonly string[]) => string>> = {
  tsv: (values) => values.map(tsvField).join('\t'),
  csv: (values) => values.map(csvField).join(','),
  markdown: (values) => `| ${values.map(markdownField).join(' | ')} |`
};

function ruleOf({ type }: Columns['vectors'][number]): string {
  return type === 'integer' || type === 'number' ? '---:' : '---';
}

/** A field of tab-separated values; quoted where it holds a tab, a quote or a line end. */
export function tsvField(value: string): string {
  return /[\t\n\r"]/.test(value) ? quoted(value) : value;
}

function csvField(value: string): string {
  return /[,\n\r"]|^\s|\s$/.test(value) ? quoted(value) : value;
}

function quoted(value: string): string {
  return `"${value.replaceAll('"', '""')}"`;
}

function markdownField(value: string): string {
  return value.replace(/[\\|]/g, '\\$&').replace(/\r\n|[\r\n]/g, '<br>');
}
