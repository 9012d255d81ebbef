import type { Columns } from '#lib/base/columns.ts';
import type { Accumulator, Input } from './accumulator.ts';
import { QuantileStore, type QuantileStoreSnapshot } from './quantile-store.ts';
import { TextCodes, type TextCodesSnapshot } from './text-codes.ts';

/**
 * How many different values. Memory: every different value of an open window. `codes` are those that the input gives
 * texts, if it does.
 */
export class Distinct implements Accumulator {
  readonly type = 'integer';
  readonly exact = true;
  readonly #input: Input;
  readonly #codes: TextCodes;
  readonly #sets: (Set<number> | undefined)[] = [];
  #values: Float64Array = new Float64Array(0);

  constructor(input: Input, codes = new TextCodes()) {
    this.#input = input;
    this.#codes = codes;
  }

  grow(capacity: number): void {
    this.#sets.length = capacity;
  }

  prepare(batch: Columns): void {
    if (this.#codes.isCrowded) this.#codes.keep(this.#held());
    this.#values = this.#input(batch);
  }

  add(cells: Int32Array, from: number, to: number): void {
    for (let row = from; row < to; row++) {
      const cell = cells[row]!;
      const value = this.#values[row]!;
      if (cell >= 0 && value === value) (this.#sets[cell] ??= new Set()).add(value);
    }
  }

  merge(into: number, from: number): void {
    const target = (this.#sets[into] ??= new Set());
    for (const value of this.#sets[from] ?? []) target.add(value);
  }

  clear(cell: number): void {
    this.#sets[cell] = undefined;
  }

  value(cell: number): number {
    return this.#sets[cell]?.size ?? 0;
  }

  snapshot(cells: number): unknown {
    return {
      codes: this.#codes.snapshot(),
      sets: Array.from({ length: cells }, (_, cell) => Float64Array.from(this.#sets[cell] ?? []))
    };
  }

  restore(snapshot: unknown): void {
    const { codes, sets } = snapshot as { codes: TextCodesSnapshot; sets: Float64Array[] };
    this.#codes.restore(codes);
    sets.forEach((values, cell) => (this.#sets[cell] = new Set(values)));
  }

  #held(): Set<number> {
    const held = new Set<number>();
    for (const set of this.#sets) for (const code of set ?? []) held.add(code);
    return held;
  }
}

/** A quantile by window, see QuantileStore. */
export class Quantile implements Accumulator {
  readonly type = 'number';
  exact = true;
  readonly #input: Input;
  readonly #share: number;
  readonly #stores: (QuantileStore | undefined)[] = [];
  #values: Float64Array = new Float64Array(0);

  constructor(input: Input, share: number) {
    this.#input = input;
    this.#share = share;
  }

  grow(capacity: number): void {
    this.#stores.length = capacity;
  }

  prepare(batch: Columns): void {
    this.#values = this.#input(batch);
  }

  add(cells: Int32Array, from: number, to: number): void {
    for (let row = from; row < to; row++) {
      const cell = cells[row]!;
      const value = this.#values[row]!;
      if (cell >= 0 && value === value) (this.#stores[cell] ??= new QuantileStore()).add(value);
    }
  }

  merge(into: number, from: number): void {
    const source = this.#stores[from];
    if (source) (this.#stores[into] ??= new QuantileStore()).merge(source);
  }

  clear(cell: number): void {
    this.#stores[cell] = undefined;
  }

  value(cell: number): number {
    const store = this.#stores[cell];
    if (!store) return Number.NaN;
    this.exact &&= store.exact;
    return store.quantile(this.#share);
  }

  snapshot(cells: number): unknown {
    return {
      exact: this.exact,
      stores: Array.from({ length: cells }, (_, cell) => this.#stores[cell]?.snapshot() ?? null)
    };
  }

  restore(snapshot: unknown): void {
    const { exact, stores } = snapshot as {
      exact: boolean;
      stores: (QuantileStoreSnapshot | null)[];
    };
    this.exact = exact;
    stores.forEach((state, cell) => {
      this.#stores[cell] = state ? QuantileStore.from(state) : undefined;
    });
  }
}
