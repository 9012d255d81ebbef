import { vectorOf } from '#lib/base/columns.ts';
import type { RelationInfo, RunContext, Sql } from '../core/context.ts';
import { ident } from '../core/sql.ts';
import { readingOf } from './columns.ts';
import type { FirstFigures } from './figures.ts';
import { chunks } from './rows.ts';

/** The different values of a column and how often each occurs. `complete`: of every row, else of a sample of the rows. */
export interface Dictionary {
  readonly texts: readonly string[];
  /** The values as doubles, times as milliseconds; NaN for text. */
  readonly numbers: Float64Array;
  readonly counts: Float64Array;
  readonly complete: boolean;
}

const columnsPerQuery = 32;

/** Reads the dictionaries of many columns: one grouped scan a column, 32 columns a query. `everyNth` row only where it is above 1. */
export async function dictionaries(
  columns: readonly FirstFigures[],
  info: RelationInfo,
  everyNth: number,
  sql: Sql,
  ctx: RunContext
): Promise<Map<string, Dictionary>> {
  const out = new Map<string, Dictionary>();
  for (const part of chunks(columns, columnsPerQuery)) {
    await ctx.checkpoint();
    const selects = part.map((column, i) => grouped(column, i, info, everyNth));
    const table = await sql.query(selects.join(' UNION ALL '));
    const texts = vectorOf(table, 'v');
    const [c, d, n] = ['c', 'd', 'n'].map((name) => vectorOf(table, name));
    const places = part.map(() => [] as number[]);
    for (let row = 0; row < table.length; row++) places[Number(c!.values[row])]!.push(row);
    for (const [i, column] of part.entries()) {
      const rows = places[i]!;
      const valid = d !== undefined && 'valid' in d ? d.valid : null;
      out.set(column.field.name, {
        texts: rows.map((row) => String(texts!.values[row])),
        numbers: Float64Array.from(rows, (row) =>
          valid === null || valid[row] ? Number(d!.values[row]) : NaN
        ),
        counts: Float64Array.from(rows, (row) => Number(n!.values[row])),
        complete: everyNth === 1
      });
    }
  }
  return out;
}

function grouped({ field }: FirstFigures, i: number, info: RelationInfo, everyNth: number): string {
  const { present, number } = readingOf(field);
  const rows = everyNth === 1 ? '' : ` AND rowid % ${everyNth} = 0`;
  const from = `SELECT ${present} AS ${ident(field.name)}, count(*) AS n FROM ${ident(info.name)} WHERE ${present} IS NOT NULL${rows} GROUP BY 1`;
  return `SELECT ${i}::DOUBLE AS c, CAST(${ident(field.name)} AS VARCHAR) AS v, ${number ?? 'NULL::DOUBLE'} AS d, n::DOUBLE AS n FROM (${from})`;
}

/** The five most frequent values: by count, then the least. */
export function mostFrequent(
  { texts, numbers, counts }: Dictionary,
  most = 5
): { value: string; count: number }[] {
  const before = (a: number, b: number) =>
    counts[b]! - counts[a]! ||
    (Number.isNaN(numbers[a]!) ? (texts[a]! < texts[b]! ? -1 : 1) : numbers[a]! - numbers[b]!);
  const best: number[] = [];
  for (let i = 0; i < texts.length; i++) {
    const at = best.findIndex((j) => before(i, j) < 0);
    if (at >= 0) best.splice(at, 0, i);
    else if (best.length < most) best.push(i);
    if (best.length > most) best.pop();
  }
  return best.map((i) => ({ value: texts[i]!, count: counts[i]! }));
}
