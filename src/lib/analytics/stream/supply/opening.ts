import type { Columns } from '#lib/base/columns.ts';
import { fail } from '#lib/problems/index.ts';
import { keyAt } from '../keys.ts';

/** The stock that keys begin with, by their identity (see `KeyTable.identity`): column `on_hand`, else the only number besides the keys. */
export function openingStock(
  table: Columns,
  by: readonly string[],
  relation: string
): ReadonlyMap<string, number> {
  const refuse = (detail: string, remedy: string) =>
    fail('live.opening', { relation, detail, remedy });
  const column = (name: string) =>
    table.names.findIndex((n) => n.toLowerCase() === name.toLowerCase());
  const keys = by.map((name) => {
    const vector = table.vectors[column(name)];
    if (vector) return vector;
    throw refuse(
      `It has no column \`${name}\`, by which the monitor tells its keys.`,
      'Give it a row and the columns of `by` for every key.'
    );
  });
  const numbers = table.vectors.filter(
    (vector) => (vector.type === 'integer' || vector.type === 'number') && !keys.includes(vector)
  );
  const levels =
    table.vectors[column('on_hand')] ?? (numbers.length === 1 ? numbers[0] : undefined);
  if (levels?.type !== 'integer' && levels?.type !== 'number')
    throw refuse('It has no column of numbers `on_hand`.', 'Name the stock column `on_hand`.');
  const stock = new Map<string, number>();
  for (let row = 0; row < table.length; row++) {
    if (levels.valid && !levels.valid[row]) continue;
    const key = JSON.stringify(keys.map((vector) => keyAt(vector, row)));
    if (stock.has(key))
      throw refuse('It has several rows for one key.', 'Sum or filter it to one row a key.');
    stock.set(key, levels.values[row]!);
  }
  return stock;
}
