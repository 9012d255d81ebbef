import type { Field } from '#lib/base/columns.ts';
import type { RelationInfo, RunContext, Sql } from '../core/context.ts';
import { ident } from '../core/sql.ts';
import { readingOf } from './columns.ts';
import { chunks, count, rowOf } from './rows.ts';

/** What the first pass gives of a column. */
export interface FirstFigures {
  readonly field: Field;
  /** Rows with a value. */
  readonly present: number;
  /** Different values in the rows of the sample. */
  readonly seen: number;
}

const columnsPerPass = 64;

/** Counts the values of every column, and how many different ones every nth row holds: two SELECTs for 64 columns. */
export async function firstFigures(
  info: RelationInfo,
  everyNth: number,
  sql: Sql,
  ctx: RunContext
): Promise<FirstFigures[]> {
  const out: FirstFigures[] = [];
  const from = ident(info.name);
  for (const fields of chunks(info.fields, columnsPerPass)) {
    await ctx.checkpoint();
    const present = fields.map((field) => readingOf(field).present);
    const counts = present.map((x, i) => `count(${x}) AS n${i}`);
    const counted = await rowOf(sql, `SELECT ${counts.join(', ')} FROM ${from}`);
    const different = present.map((x, i) => `count(DISTINCT ${x}) AS d${i}`);
    const some = everyNth === 1 ? '' : ` WHERE rowid % ${everyNth} = 0`;
    const seen = await rowOf(sql, `SELECT ${different.join(', ')} FROM ${from}${some}`);
    for (const [i, field] of fields.entries())
      out.push({ field, present: count(counted, `n${i}`), seen: count(seen, `d${i}`) });
  }
  return out;
}
