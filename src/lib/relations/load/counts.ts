import type { SqlRelations } from '../relations.ts';

/** The time to plan a statement grows faster than the number of its expressions. */
const atOnce = 250;

/** How many values each expression has over a table. */
export async function countsOf(
  relations: SqlRelations,
  expressions: readonly string[],
  from: string,
  signal: AbortSignal
): Promise<number[]> {
  const counts: number[] = [];
  for (let at = 0; at < expressions.length; at += atOnce) {
    const list = expressions
      .slice(at, at + atOnce)
      .map((sql, i) => `count(${sql}) AS n${i}`)
      .join(', ');
    const answer = await relations.query(`SELECT ${list} FROM ${from}`, signal);
    counts.push(...answer.vectors.map((vector) => Number(vector.values[0])));
  }
  return counts;
}
