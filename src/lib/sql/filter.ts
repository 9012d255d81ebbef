import type { Field } from '#lib/base/columns.ts';
import { quoteName, quoteText, writeName } from './quote.ts';

/**
 * A condition on one column. Only `missing`, and `in` with null among its values, take rows whose value is missing;
 * "not a number" counts as missing. Text conditions but `in` and `equals` do not tell capitals from small letters.
 */
export type Filter =
  | {
      readonly column: string;
      readonly op: 'contains' | 'starts' | 'equals';
      readonly text: string;
    }
  | { readonly column: string; readonly op: 'in'; readonly values: readonly (string | null)[] }
  | {
      readonly column: string;
      readonly op: 'range';
      /** Decimal text for a number, `2011-01-05` or `2011-01-05 08:30:00` for a time; null: no bound. */
      readonly from: string | null;
      readonly to: string | null;
      /** `to` itself is outside. */
      readonly below?: boolean;
    }
  | { readonly column: string; readonly op: 'missing' | 'present' };

export const numberPattern = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
export const timePattern =
  /^\d{4,6}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)?(?: \(BC\))?$/;

/** How names stand in the SQL: quoted always, or as a person writes them. */
type Naming = (name: string) => string;

/** The rows that all filters take, as an SQL condition over the columns; undefined without filters. */
export function whereSql(
  filters: readonly Filter[],
  fields: readonly Field[],
  naming: Naming = quoteName
): string | undefined {
  if (filters.length === 0) return undefined;
  return filters.map((filter) => filterSql(filter, fieldOf(filter, fields), naming)).join('\nAND ');
}

function fieldOf(filter: Filter, fields: readonly Field[]): Field {
  const field = fields.find((f) => f.name === filter.column);
  if (!field) throw new Error(`There is no column ${filter.column}`);
  return field;
}

function filterSql(filter: Filter, field: Field, naming: Naming): string {
  const name = naming(field.name);
  switch (filter.op) {
    case 'missing':
      return isFloat(field) ? `(${name} IS NULL OR isnan(${name}))` : `${name} IS NULL`;
    case 'present':
      return isFloat(field) ? `NOT isnan(${name})` : `${name} IS NOT NULL`;
    case 'in':
      return inSql(filter.values, field, name);
    case 'range':
      return rangeSql(filter, field, name);
    case 'equals':
      return `${asText(field, name)} = ${quoteText(filter.text)}`;
    case 'contains':
      return ilike(asText(field, name), `%${escaped(filter.text)}%`);
    case 'starts':
      return ilike(asText(field, name), `${escaped(filter.text)}%`);
  }
}

function inSql(values: readonly (string | null)[], field: Field, name: string): string {
  const present = values.filter((value) => value !== null);
  const literals = present.map((v) => (field.type === 'boolean' ? booleanSql(v) : quoteText(v)));
  const subject = field.type === 'boolean' ? name : asText(field, name);
  const among = literals.length > 0 ? `${subject} IN (${literals.join(', ')})` : 'false';
  return values.includes(null) ? `(${among} OR ${name} IS NULL)` : among;
}

function booleanSql(value: string): string {
  return value === 'true' ? 'true' : 'false';
}

function rangeSql(
  { from, to, below = false }: Extract<Filter, { op: 'range' }>,
  field: Field,
  name: string
): string {
  const isTime = field.type === 'date' || field.type === 'timestamp';
  const bound = (text: string, up: boolean) =>
    isTime ? timeSql(text, field) : numberSql(text, field, up);
  const parts: string[] = [];
  if (from !== null) parts.push(`${name} >= ${bound(from, true)}`);
  if (to !== null) parts.push(`${name} ${below ? '<' : '<='} ${bound(to, below)}`);
  if (parts.length === 0)
    return filterSql({ column: field.name, op: 'present' }, field, () => name);
  // To the engine, "not a number" is greater than every number.
  if (to === null && isFloat(field)) parts.push(`NOT isnan(${name})`);
  return parts.join(' AND ');
}

/** A bound as a literal of the column's own kind, so that long whole numbers stay exact. `up` rounds to the next whole. */
function numberSql(text: string, field: Field, up: boolean): string {
  if (!numberPattern.test(text)) throw new Error(`${text} is not a number`);
  if (field.type === 'integer') {
    const digits = /^[+-]?\d{1,38}$/.test(text);
    if (digits) return text.replace('+', '');
    const value = up ? Math.ceil(Number(text)) : Math.floor(Number(text));
    if (Number.isSafeInteger(value)) return String(value);
  }
  return Number.isSafeInteger(Number(text)) ? String(Number(text)) : `CAST('${text}' AS DOUBLE)`;
}

function timeSql(text: string, { sqlType = '' }: Field): string {
  if (!timePattern.test(text)) throw new Error(`${text} is not a time`);
  if (/^TIMESTAMP WITH/.test(sqlType)) {
    return `TIMESTAMPTZ '${text}${text.includes(':') ? '' : ' 00:00:00'}+00'`;
  }
  return text.includes(':') ? `TIMESTAMP '${text}'` : `DATE '${text}'`;
}

function asText({ sqlType = 'VARCHAR', type }: Field, name: string): string {
  return type === 'text' && /^VARCHAR/.test(sqlType) ? name : `CAST(${name} AS VARCHAR)`;
}

function isFloat({ type, sqlType = '' }: Field): boolean {
  return type === 'number' && !/^DECIMAL/.test(sqlType);
}

function ilike(subject: string, pattern: string): string {
  const escape = pattern.includes('\\') ? ` ESCAPE '\\'` : '';
  return `${subject} ILIKE ${quoteText(pattern)}${escape}`;
}

function escaped(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}

/** Rows in which any column shows `needle`. Columns that cannot, such as numbers for a word, are not looked at. */
export function searchSql(
  needle: string,
  fields: readonly Field[],
  naming: Naming = quoteName
): string {
  const parts = fields
    .filter((field) => canShow(field, needle))
    .map((field) => ilike(asText(field, naming(field.name)), `%${escaped(needle)}%`));
  return parts.length > 0 ? `(${parts.join('\nOR ')})` : 'false';
}

const figures = /^[-+.\deinfa]+$/i;
const clock = /^[-+.:\d ()infitybc]+$/i;

function canShow({ type }: Field, needle: string): boolean {
  if (type === 'integer' || type === 'number') return figures.test(needle);
  if (type === 'date' || type === 'timestamp') return clock.test(needle);
  if (type === 'boolean') return 'true false'.includes(needle.toLowerCase());
  return true;
}

export interface TableQuery {
  readonly table: string;
  readonly fields: readonly Field[];
  /** The columns in the order shown; all when left out. */
  readonly columns?: readonly string[];
  readonly filters: readonly Filter[];
  /** Only rows in which this text is seen. */
  readonly search?: string;
  readonly sorts: readonly { readonly column: string; readonly descending: boolean }[];
}

/** The query of what a grid shows, as a person would write it. */
export function tableQuerySql(query: TableQuery): string {
  const { table, fields, columns, filters, search, sorts } = query;
  const conditions = [
    ...filters.map((filter) => filterSql(filter, fieldOf(filter, fields), writeName)),
    ...(search ? [searchSql(search, fields, writeName)] : [])
  ];
  const order = sorts.map(
    ({ column, descending }) => `${writeName(column)}${descending ? ' DESC' : ''} NULLS LAST`
  );
  return [
    `SELECT ${columns ? columns.map(writeName).join(', ') : '*'}`,
    `FROM ${writeName(table)}`,
    ...(conditions.length > 0 ? [`WHERE ${conditions.join('\n  AND ')}`] : []),
    ...(order.length > 0 ? [`ORDER BY ${order.join(', ')}`] : [])
  ].join('\n');
}
