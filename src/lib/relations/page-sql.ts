import { nearest } from '#lib/base/nearest.ts';
import type { RelationInfo } from '#lib/cells/core/context.ts';
import { fail } from '#lib/problems/index.ts';
import type { PageRequest } from '#lib/runtime/engine.ts';
import { quoteName } from '#lib/sql/quote.ts';
import { relationStatement } from '#lib/sql/statement.ts';
import { readable } from './sql-text.ts';

/** The SQL of a window of rows. Rows of equal order stand as they do in the table, so that windows never overlap. */
export function pageSql(info: RelationInfo, request: PageRequest): string {
  const { columns, offset = 0, limit = 100 } = request;
  const rows = rowsSql(info, request);
  return relationStatement(
    `SELECT ${selectList(info, columns)} ${rows} LIMIT ${limit} OFFSET ${offset}`
  );
}

/** The row numbers of a table in the order that a request asks for. */
export function rowOrderSql(info: RelationInfo, request: PageRequest): string {
  return relationStatement(`SELECT rowid AS "~row" ${rowsSql(info, request)}`);
}

export function selectList(info: RelationInfo, columns?: readonly string[]): string {
  const names = columns ?? info.fields.map((field) => field.name);
  return names.map((name) => readable(...fieldOf(info, name))).join(', ');
}

function rowsSql(info: RelationInfo, { orderBy = [], where }: PageRequest): string {
  const order = orderBy.map(({ column, descending }) => {
    const [name] = fieldOf(info, column);
    return `${quoteName(name)} ${descending ? 'DESC' : 'ASC'} NULLS LAST`;
  });
  const condition = where ? ` WHERE (\n${where}\n)` : '';
  const sort = order.length > 0 ? ` ORDER BY ${[...order, 'rowid'].join(', ')}` : '';
  return `FROM ${quoteName(info.name)}${condition}${sort}`;
}

/** The rows of a statement that reads, at most `limit`. */
export function cappedSql(sql: string, limit: number): string {
  return `SELECT * FROM (\n${relationStatement(sql)}\n) LIMIT ${limit}`;
}

export function fieldOf(info: RelationInfo, column: string): [name: string, sqlType: string] {
  const found =
    info.fields.find((field) => field.name === column) ??
    info.fields.find((field) => field.name.toLowerCase() === column.toLowerCase());
  if (found) return [found.name, found.sqlType ?? ''];
  const names = info.fields.map((field) => field.name);
  throw fail('sql.no-column', {
    name: column,
    nearest: nearest(column, names),
    candidates: names.join(', ')
  });
}
