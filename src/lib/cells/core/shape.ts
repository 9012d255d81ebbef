import { toRows, type Columns, type ColumnType } from '#lib/base/columns.ts';
import type { RelationInfo } from './context.ts';
import { ident } from './sql.ts';

/** What a column looked like: enough to tell later whether it still does. */
export interface ColumnShape {
  readonly name: string;
  readonly type: ColumnType;
  /** Share of rows without a value. */
  readonly missing: number;
  /** Of numbers. */
  readonly least: number | null;
  readonly greatest: number | null;
  readonly mean: number | null;
  readonly sd: number | null;
  /** The values of a text column of few, with their share of the rows; null for other columns. */
  readonly categories: Readonly<Record<string, number>> | null;
}

/** What a relation looked like. */
export interface Shape {
  readonly rows: number;
  readonly columns: readonly ColumnShape[];
}

const columnsPerQuery = 64;
const mostCategories = 50;

/** Measures a relation: one SELECT for every 64 columns, and one more for the values of those text columns that have at most fifty. */
export async function shapeOf(
  info: RelationInfo,
  query: (sql: string) => Promise<Columns>
): Promise<Shape> {
  const columns: ColumnShape[] = [];
  for (let at = 0; at < info.fields.length; at += columnsPerQuery) {
    const fields = info.fields.slice(at, at + columnsPerQuery);
    const select = fields.flatMap((field, i) => {
      const x = presentOf(field);
      const numeric = field.type === 'integer' || field.type === 'number';
      const d = numeric ? `CAST(${x} AS DOUBLE)` : 'NULL::DOUBLE';
      return [
        `count(${x}) AS n${i}`,
        `min(${d}) AS a${i}`,
        `max(${d}) AS b${i}`,
        `avg(${d}) FILTER (WHERE isfinite(${d})) AS m${i}`,
        `stddev_samp(${d}) FILTER (WHERE isfinite(${d})) AS s${i}`,
        `${field.type === 'text' ? `approx_count_distinct(${x})` : '0'} AS c${i}`
      ];
    });
    const row =
      toRows(await query(`SELECT ${select.join(', ')} FROM ${ident(info.name)}`))[0] ?? {};
    const number = (name: string) => (typeof row[name] === 'number' ? row[name] : null);
    const few = fields.filter((field, i) => {
      const distinct = Number(row[`c${i}`] ?? 0);
      return field.type === 'text' && distinct > 0 && distinct <= mostCategories * 1.2;
    });
    const categories = await categoriesOf(
      few.map((f) => f.name),
      info,
      query
    );
    for (const [i, { name, type }] of fields.entries())
      columns.push({
        name,
        type,
        missing: info.rows === 0 ? 0 : 1 - Number(row[`n${i}`] ?? 0) / info.rows,
        least: number(`a${i}`),
        greatest: number(`b${i}`),
        mean: number(`m${i}`),
        sd: number(`s${i}`),
        categories: categories.get(name) ?? null
      });
  }
  return { rows: info.rows, columns };
}

function presentOf({ name, type }: { name: string; type: ColumnType }): string {
  return type === 'number' ? `nullif(CAST(${ident(name)} AS DOUBLE), 'nan')` : ident(name);
}

/** Values that repeat, so that a column of names in a short table is no category. */
async function categoriesOf(
  names: readonly string[],
  info: RelationInfo,
  query: (sql: string) => Promise<Columns>
): Promise<Map<string, Record<string, number>>> {
  const out = new Map<string, Record<string, number>>();
  if (names.length === 0) return out;
  const selects = names.map((name, i) => {
    const x = ident(name);
    return `SELECT ${i} AS c, ${x} AS v, count(*) AS n FROM ${ident(info.name)} WHERE ${x} IS NOT NULL GROUP BY ${x}`;
  });
  const rows = toRows(await query(`${selects.join(' UNION ALL ')} ORDER BY c, v`));
  for (const [i, name] of names.entries()) {
    const own = rows.filter((row) => Number(row['c']) === i);
    const total = own.reduce((sum, row) => sum + Number(row['n']), 0);
    if (own.length > mostCategories || own.length > total / 3) continue;
    out.set(
      name,
      Object.fromEntries(own.map((row) => [row['v'] as string, Number(row['n']) / info.rows]))
    );
  }
  return out;
}
