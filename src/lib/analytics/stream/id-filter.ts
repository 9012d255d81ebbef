import type { Columns, Vector } from '#lib/base/columns.ts';
import { columnOf } from './batch-scope.ts';

type Id = string | number;

/** The ids of both generations, older ones first, all of them numbers or texts where they are. */
export interface IdFilterSnapshot {
  readonly before: readonly Id[] | Float64Array;
  readonly now: readonly Id[] | Float64Array;
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
  #seen = new Set<Id>();
  #seenBefore = new Set<Id>();

  constructor(columns: readonly string[], relation: string, most = Infinity) {
    this.#columns = columns;
    this.#relation = relation;
    this.#most = most;
  }

  /** O(ids), at most twice `most`. */
  snapshot(): IdFilterSnapshot {
    return { before: listOf(this.#seenBefore), now: listOf(this.#seen) };
  }

  restore({ before, now }: IdFilterSnapshot): void {
    this.#seenBefore = new Set(before);
    this.#seen = new Set(now);
  }

  /** Answers for rows of `table` in the order they arrive; call it once for every arrival. */
  over(table: Columns): (row: number) => boolean {
    const vectors = this.#columns.map((name) => columnOf(table, name, this.#relation));
    const only = vectors.length === 1 ? vectors[0] : undefined;
    return (row) => {
      const id = only ? partOf(only, row) : joined(vectors, row);
      if (id === null) return true;
      if (this.#seen.has(id) || this.#seenBefore.has(id)) return false;
      if (this.#seen.size >= this.#most) {
        this.#seenBefore = this.#seen;
        this.#seen = new Set();
      }
      this.#seen.add(id);
      return true;
    };
  }
}

function listOf(ids: ReadonlySet<Id>): readonly Id[] | Float64Array {
  for (const id of ids) if (typeof id !== 'number') return [...ids];
  return Float64Array.from(ids as ReadonlySet<number>);
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
