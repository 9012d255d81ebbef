import type { TableSize } from '#lib/runtime/engine.ts';
import { quoteText } from '#lib/sql/quote.ts';
import type { DuckDbRelations } from './duckdb.ts';
import { isHidden } from './sql-text.ts';

const blockBytes = 262_144;

/**
 * The tables in the engine with the memory they take, the largest first. DuckDB tells what it holds as a whole only; the
 * whole is shared out by what the segments of each table hold: raw ones by their values, up to the block they stand in,
 * packed ones by the place that compression usually leaves.
 */
export async function tableSizes(relations: DuckDbRelations): Promise<readonly TableSize[]> {
  const infos = (await relations.list()).filter(({ name }) => !isHidden(name));
  const weights = await Promise.all(infos.map(({ name }) => weightOf(relations, name)));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const { used } = await relations.memory();
  const share = total > used && total > 0 ? used / total : 1;
  return infos
    .map(({ name, rows }, i) => ({ name, rows, bytes: Math.round(weights[i]! * share) }))
    .sort((a, b) => b.bytes - a.bytes);
}

async function weightOf(relations: DuckDbRelations, name: string): Promise<number> {
  const answer = await relations.query(
    `SELECT coalesce(sum(CASE WHEN compression = 'Uncompressed'
       THEN least(${blockBytes}, count * CASE segment_type WHEN 'VARCHAR' THEN 24 WHEN 'BOOLEAN' THEN 1 ELSE 8 END)
       ELSE count * CASE segment_type WHEN 'VARCHAR' THEN 3 WHEN 'BOOLEAN' THEN 0.2 ELSE 2.5 END END), 0)::DOUBLE AS bytes
     FROM pragma_storage_info(${quoteText(name)}) WHERE segment_type <> 'VALIDITY'`
  );
  return Number(answer.vectors[0]!.values[0]);
}
