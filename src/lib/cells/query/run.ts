import type { SqlRunOf } from '../core/define.ts';
import type query from './index.ts';

/** The result of the statement becomes the cell's relation. */
const run: SqlRunOf<typeof query, null> = async (cell, sql, ctx) => {
  await ctx.checkpoint();
  await sql.output(cell.name, cell.config.statement);
  return null;
};

export default run;
