import { valueAt, type Columns } from '#lib/base/columns.ts';

/** The figures of a one-row result; a sum over nothing is 0. */
export function numbers(result: Columns): [number, number] {
  const at = (i: number) => (result.vectors[i] ? Number(valueAt(result.vectors[i], 0) ?? 0) : 0);
  return [at(0), at(1)];
}
