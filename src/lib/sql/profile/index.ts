import { valueAt, vectorOf, type Columns, type Field } from '#lib/base/columns.ts';
import type { Bins, ColumnProfile, TableProfile, TopValue } from '#lib/base/table-profile.ts';
import { numberEdges, timeEdges, type Edges } from './bins.ts';
import { profiledColumn, type ProfiledColumn } from './columns.ts';
import { countsSql, figuresSql, sampleSql, topSql, type Counted } from './statements.ts';

/** Up to this many rows every figure is exact. */
const exactRows = 100_000;
/** Rows that a sample holds, about. */
const sampleRows = 60_000;
/** Columns looked at together: one statement of thousands would take long to plan. */
const together = 40;

export interface ProfiledTable {
  readonly name: string;
  readonly rows: number;
  readonly fields: readonly Field[];
}

/**
 * What each column of a table holds, in two passes over the table for all columns: one for figures, one for counts in
 * classes. Between them, quantiles and frequent values come from all rows up to `exactRows`, beyond that from a sample
 * chosen by the hash of the row number, the same each time. How many values differ is then judged by the sample, and
 * where that cannot tell by HyperLogLog, which is within about a quarter.
 */
export async function profileTable(
  table: ProfiledTable,
  query: (sql: string) => Promise<Columns>
): Promise<TableProfile> {
  const exact = table.rows <= exactRows;
  const columns: ColumnProfile[] = [];
  for (let from = 0; from < table.fields.length; from += together) {
    const some = table.fields.slice(from, from + together).map(profiledColumn);
    columns.push(...(await profileColumns(table, some, exact, query)));
  }
  return { rows: table.rows, exact, columns };
}

async function profileColumns(
  { name, rows }: ProfiledTable,
  columns: readonly ProfiledColumn[],
  exact: boolean,
  query: (sql: string) => Promise<Columns>
): Promise<readonly ColumnProfile[]> {
  const figures = await query(figuresSql(name, columns, exact));
  const found = columns.map((column, c) => figuresOf(column, c, rows, figures));
  const sample = exact ? '' : ` WHERE hash(rowid) % ${Math.ceil(rows / sampleRows)} = 0`;

  const sampled = sampleSql(name, columns, sample);
  if (sampled) readSample(found, await query(sampled));
  const measured = found.filter((f) => f.min !== null && f.max !== null);
  const worded = found.filter((f) => f.column.shape === 'text' && repeats(f));
  if (worded.length > 0) readTop(worded, await query(topSql(name, columnsOf(worded), sample)));

  const counted: (Counted & { readonly found: Found })[] = [];
  for (const f of measured) counted.push({ found: f, column: f.column, edges: edgesOf(f) });
  for (const f of exact ? [] : worded) {
    const values = f.top.map(({ value }) => value);
    if (values.length > 0) counted.push({ found: f, column: f.column, values });
  }
  if (counted.length > 0) readCounts(counted, await query(countsSql(name, counted)));
  return found.map(profileOf);
}

/** What is known of a column so far. */
interface Found {
  readonly column: ProfiledColumn;
  readonly missing: number;
  readonly infinite: number;
  distinct: number | null;
  readonly present: number;
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
  readonly sd: number | null;
  quantiles: readonly number[] | null;
  bins: Bins | null;
  top: readonly TopValue[];
}

function figuresOf(column: ProfiledColumn, c: number, rows: number, figures: Columns): Found {
  const figure = (letter: string) => {
    const vector = vectorOf(figures, `${letter}${c}`);
    const value = vector ? valueAt(vector, 0) : null;
    return typeof value === 'number' && Number.isFinite(value) ? value : null;
  };
  const present = figure('p') ?? 0;
  const yes = column.shape === 'boolean' ? (figure('y') ?? 0) : null;
  const sides = yes === null ? [] : [yes, present - yes];
  const distinct = yes === null ? figure('d') : sides.filter((n) => n > 0).length;
  return {
    ...{ column, present, missing: rows - present, infinite: figure('i') ?? 0 },
    distinct: distinct === null ? null : Math.min(distinct, present),
    ...{ min: figure('l'), max: figure('g'), mean: figure('m'), sd: figure('s') },
    ...{ quantiles: null, bins: null },
    top: sides
      .map((n, i) => ({ value: i === 0 ? 'true' : 'false', rows: n }))
      .filter((side) => side.rows > 0)
      .sort((a, b) => b.rows - a.rows)
  };
}

/** Whether values come more than once, so that some are more frequent than others. */
function repeats({ distinct, present }: Found): boolean {
  return present > 0 && (present === 1 || (distinct ?? 0) < 0.95 * present);
}

function columnsOf(found: readonly Found[]): readonly ProfiledColumn[] {
  return found.map((f) => f.column);
}

function readSample(found: readonly Found[], answer: Columns): void {
  for (const [c, f] of found.entries()) {
    const of = (letter: string) => {
      const vector = vectorOf(answer, `${letter}${c}`);
      return vector ? valueAt(vector, 0) : null;
    };
    const list = of('q');
    f.quantiles = Array.isArray(list) && list.length > 0 ? list.map(Number) : null;
    const [taken, differing] = [of('p'), of('d')];
    if (typeof taken === 'number' && typeof differing === 'number') {
      f.distinct = judgedDistinct(f, taken, differing);
    }
  }
}

/**
 * How many values differ in the whole, from the estimate for the whole and the exact count in a sample. A sample
 * without a pair says that all differ; one in which each value came twenty times has seen them all, or nearly.
 */
function judgedDistinct(f: Found, taken: number, differing: number): number {
  if (taken > 1 && differing === taken) return f.present;
  if (taken >= 20 * differing) return differing;
  return Math.max(f.distinct ?? 0, differing);
}

function readTop(worded: readonly Found[], answer: Columns): void {
  const [places, values, rows] = answer.vectors;
  for (let row = 0; row < answer.length; row++) {
    const found = worded[Number(valueAt(places!, row))]!;
    const value = valueAt(values!, row) as string;
    found.top = [...found.top, { value, rows: Number(valueAt(rows!, row)) }];
  }
  for (const f of worded) f.top = [...f.top].sort((a, b) => b.rows - a.rows);
}

function edgesOf({ column, min, max, quantiles }: Found): Edges {
  const [low = min!, high = max!] = quantiles?.slice(-2) ?? [];
  const extent = { min: min!, max: max!, low, high };
  return column.shape === 'time'
    ? timeEdges(extent, column.field.type === 'date')
    : numberEdges(extent, column.field.type === 'integer');
}

function readCounts(
  counted: readonly (Counted & { readonly found: Found })[],
  answer: Columns
): void {
  for (const [c, entry] of counted.entries()) {
    const list = valueAt(vectorOf(answer, `h${c}`)!, 0);
    const counts = Array.isArray(list) ? list.map((n) => Number(n ?? 0)) : [];
    if ('edges' in entry) {
      const length = entry.edges.edges.length - 1;
      const all = Array.from({ length }, (_, i) => counts[i] ?? 0);
      entry.found.bins = { ...entry.edges, counts: all };
    } else {
      const top = entry.values.map((value, i) => ({ value, rows: counts[i] ?? 0 }));
      entry.found.top = top.sort((a, b) => b.rows - a.rows);
    }
  }
}

function profileOf(found: Found): ColumnProfile {
  const { column, missing, infinite, distinct, min, max, mean, sd, quantiles, bins, top } = found;
  const { name, type } = column.field;
  const shown = quantiles?.slice(0, -2) ?? null;
  return {
    ...{ column: name, type, missing, infinite, distinct, min, max, mean, sd },
    ...{ quantiles: shown, bins, top }
  };
}
