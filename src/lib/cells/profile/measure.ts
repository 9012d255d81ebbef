import type { Field } from '#lib/base/columns.ts';
import type { RelationInfo, RunContext, Sql } from '../core/context.ts';
import { ident } from '../core/sql.ts';
import { isNumeric, isTimed, readingOf } from './columns.ts';
import { dictionaries, mostFrequent, type Dictionary } from './dictionary.ts';
import { firstFigures, type FirstFigures } from './figures.ts';
import type { Figures } from './finding.ts';
import type { ColumnProfile, Histogram } from './index.ts';
import { count, figure, rowOf } from './rows.ts';
import { spreads, type Spread } from './spread.ts';
import { textFigures } from './text.ts';
import { classesOf, deviation, histogram, meanOf, quantiles, weighted } from './weighted.ts';

/** Up to this many rows every figure is exact. */
const exactRows = 600_000;
/** Above this many rows copies of rows are not counted. */
const countedRows = 5_000_000;
/** A column of no more different values is read as a dictionary, and exact in any table; fewer where the table is very wide. */
const dictionarySize = 20_000;
const dictionaryBudget = 2_000_000;
const sampledRows = 20_000;
const day = 86_400_000;

/** A column as the findings see it. */
export interface ColumnFacts extends Figures {
  readonly field: Field;
  readonly frequent: ColumnProfile['frequent'];
  readonly histogram: Histogram | null;
  readonly estimated: boolean;
  /** The different values of text columns, or those of a sample of the rows; also of numbers with few values. */
  readonly values: Dictionary | null;
}

/**
 * Measures every column in a fixed number of passes for each block of columns: one that counts; one grouped scan for
 * every column of few different values, from which all else is computed here; for the others figures, histogram
 * and most frequent value in SQL, and for texts a sample of values. Which column has few is told by a sample.
 */
export async function measure(
  info: RelationInfo,
  sql: Sql,
  ctx: RunContext
): Promise<ColumnFacts[]> {
  const progress = (done: number) => ctx.progress({ done, total: 4, unit: 'passes' });
  progress(0);
  const everyNth = Math.max(1, Math.floor(info.rows / sampledRows));
  const first = await firstFigures(info, everyNth, sql, ctx);
  progress(1);
  const size = Math.max(50, Math.min(dictionarySize, dictionaryBudget / first.length));
  // A sample in which most values differ comes from a column with many more of them.
  const most = everyNth === 1 ? size : Math.min(size, 0.6 * (info.rows / everyNth));
  const few = first.filter((f) => f.field.type !== 'other' && f.seen <= most);
  const many = first.filter((f) => !few.includes(f));
  const whole = await dictionaries(few, info, 1, sql, ctx);
  progress(2);
  const estimate = info.rows > exactRows ? { everyNth } : null;
  const spread = await spreads(many, info, estimate, sql, ctx);
  progress(3);
  const texts = many.filter((f) => f.field.type === 'text');
  const sampled = await dictionaries(texts, info, everyNth, sql, ctx);
  progress(4);
  return first.map((f) => {
    const { name } = f.field;
    const values = whole.get(name) ?? sampled.get(name) ?? null;
    const known = spread.get(name);
    return known
      ? fromSpread(f, info, known, values, estimate !== null)
      : fromDictionary(f, info, values!);
  });
}

/** Rows beyond the first of each set of equal ones, and the money in them. */
export interface Duplicates {
  readonly rows: number;
  readonly value: number | null;
}

/** Equal rows are found by a 64-bit hash of the row; null where the table is too long to count them. */
export async function duplicateRows(
  info: RelationInfo,
  columns: readonly ColumnFacts[],
  money: string | null,
  sql: Sql
): Promise<Duplicates | null> {
  if (info.rows > countedRows) return null;
  const key = columns.some((c) => !c.estimated && c.missing === 0 && c.distinct === c.rows);
  if (key || info.fields.length === 0) return { rows: 0, value: null };
  const copies = `SELECT count(*) - 1 AS n, any_value(${money ?? 'NULL::DOUBLE'}) AS m FROM (SELECT *, ${hashOf(info)} AS "#hash" FROM ${ident(info.name)}) GROUP BY "#hash" HAVING count(*) > 1`;
  const row = await rowOf(
    sql,
    `SELECT CAST(coalesce(sum(n), 0) AS BIGINT) AS n, CAST(sum(n * m) AS DOUBLE) AS v FROM (${copies})`
  );
  return { rows: count(row, 'n'), value: figure(row, 'v') };
}

/** A row as one number. */
export function hashOf(info: RelationInfo): string {
  return `hash(${info.fields.map((f) => ident(f.name)).join(', ')})`;
}

function common({ field, present }: FirstFigures, info: RelationInfo) {
  return {
    field,
    column: field.name,
    type: field.sqlType ?? field.type,
    rows: info.rows,
    missing: info.rows - present
  };
}

function fromDictionary(f: FirstFigures, info: RelationInfo, values: Dictionary): ColumnFacts {
  const numeric = isNumeric(f.field);
  const timed = isTimed(f.field);
  const text = f.field.type === 'text';
  const { averaged } = readingOf(f.field);
  const sorted = text ? null : weighted(values.numbers, values.counts);
  const least = sorted?.values[0] ?? null;
  const greatest = sorted?.values.at(-1) ?? null;
  const mean = averaged && sorted ? meanOf(sorted) : null;
  const classes = numeric || timed ? classesOf(least, greatest, f.field.type === 'integer') : null;
  const [q05, q50, q95] = numeric && sorted ? quantiles(sorted, [0.05, 0.5, 0.95]) : [];
  const days = timed ? new Set(values.numbers.map((ms) => Math.floor(ms / day))).size : 0;
  return {
    ...common(f, info),
    ...ends(values),
    distinct: values.texts.length,
    least,
    greatest,
    mean,
    sd: mean !== null && sorted ? finite(deviation(sorted, mean)) : null,
    q05: finite(q05),
    q50: finite(q50),
    q95: finite(q95),
    negative: numeric ? rowsWhere(values, (x) => x < 0) : 0,
    zero: numeric ? rowsWhere(values, (x) => x === 0) : 0,
    days,
    span: timed ? daysFrom(least, greatest) : 0,
    ...(text ? textFigures(values) : noText),
    rows: info.rows,
    histogram: classes && sorted ? histogram(sorted, classes) : null,
    frequent: mostFrequent(values),
    estimated: false,
    values
  };
}

function fromSpread(
  f: FirstFigures,
  info: RelationInfo,
  spread: Spread,
  values: Dictionary | null,
  estimated: boolean
): ColumnFacts {
  const { quantiles: found, ...figures } = spread;
  const [q05, q50, q95] = found;
  const read = values ? textFigures(values) : { ...noText, rows: 1 };
  const scale = (n: number) =>
    n === read.rows ? f.present : Math.round((n / Math.max(1, read.rows)) * f.present);
  return {
    ...common(f, info),
    ...figures,
    q05: q05 ?? null,
    q50: q50 ?? null,
    q95: q95 ?? null,
    span: isTimed(f.field) ? daysFrom(spread.least, spread.greatest) : 0,
    padded: scale(read.padded),
    numberlike: scale(read.numberlike),
    datelike: scale(read.datelike),
    leadingZeros: scale(read.leadingZeros),
    estimated,
    values
  };
}

const noText = { padded: 0, numberlike: 0, datelike: 0, leadingZeros: 0 };

/** The least and the greatest value as they are written. */
function ends({ texts, numbers }: Dictionary): { min: string | null; max: string | null } {
  if (texts.length === 0) return { min: null, max: null };
  const before = (a: number, b: number) =>
    Number.isNaN(numbers[a]!) ? texts[a]! < texts[b]! : numbers[a]! < numbers[b]!;
  let [least, greatest] = [0, 0];
  for (let i = 1; i < texts.length; i++) {
    if (before(i, least)) least = i;
    if (before(greatest, i)) greatest = i;
  }
  return { min: texts[least]!, max: texts[greatest]! };
}

function rowsWhere({ numbers, counts }: Dictionary, test: (x: number) => boolean): number {
  return numbers.reduce((sum, x, i) => (test(x) ? sum + counts[i]! : sum), 0);
}

function finite(x: number | null | undefined): number | null {
  return x === undefined || x === null || Number.isNaN(x) ? null : x;
}

function daysFrom(least: number | null, greatest: number | null): number {
  if (least === null || greatest === null) return 0;
  return Math.floor(greatest / day) - Math.floor(least / day) + 1;
}
