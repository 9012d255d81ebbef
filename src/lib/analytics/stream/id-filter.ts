import type { Columns, Vector } from '#lib/base/columns.ts';
import { columnOf } from './batch-scope.ts';
import { IdSet, type Id, type IdSetSnapshot } from './id-set.ts';

/** The ids of both generations. */
export interface IdFilterSnapshot {
  readonly before: IdSetSnapshot;
  readonly now: IdSetSnapshot;
}

/**
 * Tells first copies of events from later ones by their id (one column or several together). Exact for the last `most`
 * ids at least (without it, for every id of the run): they are kept in two generations of that size, the older of which
 * is let go when the younger is full. Events without an id (any part missing) always count as new.
 */
export class IdFilter {
  readonly #columns: readonly string[];
  readonly #relation: string;
  readonly #most: number;
  #seen = new IdSet();
  #seenBefore = new IdSet();

  constructor(columns: readonly string[], relation: string, most = Infinity) {
    this.#columns = columns;
    this.#relation = relation;
    this.#most = most;
  }

  /** O(ids), at most twice `most`. */
  snapshot(): IdFilterSnapshot {
    return { before: this.#seenBefore.snapshot(), now: this.#seen.snapshot() };
  }

  restore({ before, now }: IdFilterSnapshot): void {
    this.#seenBefore = IdSet.of(before);
    this.#seen = IdSet.of(now);
  }

  /** Answers for rows of `table` in the order they arrive; call it once for every arrival. */
  over(table: Columns): (row: number) => boolean {
    const vectors = this.#columns.map((name) => columnOf(table, name, this.#relation));
    const only = vectors.length === 1 ? vectors[0] : undefined;
    return (row) => {
      const id = only ? partOf(only, row) : joined(vectors, row);
      return id === null || this.#isNew(id);
    };
  }

  #isNew(id: Id): boolean {
    if (this.#seenBefore.size > 0 && this.#seenBefore.has(id)) return false;
    if (this.#seen.size < this.#most) return this.#seen.add(id);
    if (this.#seen.has(id)) return false;
    this.#seenBefore = this.#seen;
    this.#seen = new IdSet();
    return this.#seen.add(id);
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
