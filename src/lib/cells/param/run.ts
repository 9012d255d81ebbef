import { toRows } from '#lib/base/columns.ts';
import { nearest } from '#lib/base/nearest.ts';
import { ProblemError } from '#lib/base/problem.ts';
import { fail } from '#lib/problems/index.ts';
import type { Cell, Sql } from '../core/context.ts';
import type { SqlRunOf } from '../core/define.ts';
import { ident, literal, quote } from '../core/sql.ts';
import { notAnOption, type ParamConfig } from './body.ts';
import type param from './index.ts';
import type { ParamReport } from './index.ts';

const mostOptions = 1000;

/** Makes the one-row relation; with `options_from` the value must be one of the column's. */
const run: SqlRunOf<typeof param, ParamReport> = async (cell, sql, ctx) => {
  await ctx.checkpoint();
  const report = await optionsOf(cell, sql);
  const { value, type } = cell.config;
  const sqlType =
    typeof value === 'number'
      ? type === 'integer' || (type === 'select' && wholeOptions(cell.config))
        ? 'BIGINT'
        : 'DOUBLE'
      : typeof value === 'boolean'
        ? 'BOOLEAN'
        : type === 'date'
          ? 'DATE'
          : 'VARCHAR';
  await sql.output(cell.name, `SELECT CAST(${literal(value)} AS ${sqlType}) AS value`);
  return report;
};

export default run;

function wholeOptions({ options }: ParamConfig): boolean {
  return options?.every((option) => Number.isInteger(option)) ?? false;
}

async function optionsOf(cell: Cell<ParamConfig>, sql: Sql): Promise<ParamReport> {
  const { optionsFrom, value, at } = cell.config;
  if (optionsFrom === null) return { options: null, more: false };
  const info = await sql.describe(optionsFrom.relation);
  const names = info.fields.map((f) => f.name);
  const named = names.find((name) => name.toLowerCase() === optionsFrom.column.toLowerCase());
  if (named === undefined) {
    const params = {
      column: optionsFrom.column,
      nearest: nearest(optionsFrom.column, names),
      known: names.join(', ')
    };
    throw fail('prepare.column-unknown', params, optionsFrom.at);
  }
  const column = ident(named);
  const from = `FROM ${ident(optionsFrom.relation)} WHERE ${column} IS NOT NULL`;
  const found = await sql.query(
    `SELECT CAST(x AS VARCHAR) AS option FROM (SELECT DISTINCT ${column} AS x ${from}) ORDER BY x LIMIT ${mostOptions + 1}`
  );
  const options = toRows(found).map((row) => row['option'] as string);
  const more = options.length > mostOptions;
  const text = String(value);
  const among =
    options.includes(text) ||
    (more &&
      (
        await sql.query(
          `SELECT 1 AS there ${from} AND CAST(${column} AS VARCHAR) = ${quote(text)} LIMIT 1`
        )
      ).length > 0);
  if (!among) throw new ProblemError(notAnOption(text, options, at));
  return { options: options.slice(0, mostOptions), more };
}
