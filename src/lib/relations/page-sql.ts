import { nearest } from '#lib/base/nearest.ts';
import type { RelationInfo } from '#lib/cells/core/context.ts';
import { fail } from '#lib/problems/index.ts';
import type { PageRequest } from '#lib/runtime/engine.ts';
import { quoteName } from '#lib/sql/quote.ts';
import { relationStatement } from '#lib/sql/statement.ts';
import { readable } from './sql-text.ts';

/** The SQL of a window of rows. Rows of equal order stand as they do in the table, so that windows never overlap. */
export function pageSql(info: RelationInfo, request: PageRequest): string {
  const { columns, offset = 0, limit = 100, orderBy = [], where } = request;
  const names = columns ?? info.fields.map((field) => field.name);
  const list = names.map((name) => readable(...fieldOf(info, name))).join(', ');
  const order = orderBy.map(({ column, descending }) => {
    const [name] = fieldOf(info, column);
    return `${quoteName(name)} ${descending ? 'DESC' : 'ASC'} NULLS LAST`;
  });
  const sql =
    `SELECT ${list} FROM ${quoteName(info.name)}` +
    (where ? ` WHERE (\n${where}\n)` : '') +
    (order.length > 0 ? ` ORDER BY ${[...order, 'rowid'].join(', ')}` : '') +
    ` LIMIT ${limit} OFFSET ${offset}`;
  return relationStatement(sql);
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
