import type { Columns, Vector } from '#lib/base/columns.ts';
import { columnOf } from './batch-scope.ts';

type Id = string | number;

/**
 * Tells first copies of events from later ones by their id (one column or several together). Exact: every
 * id of the run is remembered. Events without an id (any part missing) always count as new.
 */
export class IdFilter {
  readonly #columns: readonly string[];
  readonly #relation: string;
  readonly #seen = new Set<Id>();

  constructor(columns: readonly string[], relation: string) {
    this.#columns = columns;
    this.#relation = relation;
  }

  /** Answers for rows of `table` in the order they arrive; call it once for every arrival. */
  over(table: Columns): (row: number) => boolean {
    const vectors = this.#columns.map((name) => columnOf(table, name, this.#relation));
    const only = vectors.length === 1 ? vectors[0] : undefined;
    return (row) => {
      const id = only ? partOf(only, row) : joined(vectors, row);
      if (id === null) return true;
      if (this.#seen.has(id)) return false;
      this.#seen.add(id);
      return true;
    };
  }
}

function partOf(vector: Vector, row: number): Id | null {
  if (vector.type === 'text') return vector.values[row] ?? null;
  if (vector.type === 'other') return JSON.stringify(vector.values[row] ?? null);
  return vector.valid && !vector.valid[row] ? null : vector.values[row]!;
}

function joined(vectors: readonly Vector[], row: number): string | null {
  let id = '';
  for (const vector of vectors) {
    const part = partOf(vector, row);
    if (part === null) return null;
    id += `${part}\u0000`;
  }
  return id;
}
