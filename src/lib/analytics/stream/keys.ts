import type { Columns, Vector } from '#lib/base/columns.ts';
import { columnOf } from './batch-scope.ts';

export type KeyValue = string | number | null;
type KeyType = 'text' | 'integer' | 'number' | 'date' | 'timestamp' | 'boolean';

export interface KeyTableSnapshot {
  readonly names: readonly string[];
  readonly types: readonly KeyType[];
  /** By column, in order of their codes. */
  readonly dictionaries: readonly (readonly KeyValue[])[];
  readonly pairs: readonly Float64Array[];
  /** The code of every slot's value by column. */
  readonly codes: readonly Int32Array[];
  readonly size: number;
}

/**
 * Keys of a grouped stream in dense slots 0, 1, 2, … by first appearance, so that state per key is an
 * index into an array. Composite keys are codes of codes. O(1) per row and column; nothing is ever dropped.
 */
export class KeyTable {
  readonly by: readonly string[];
  /** The columns' own names, once a batch has been seen. */
  #names: readonly string[];
  readonly #relation: string;
  readonly #dictionaries: Map<KeyValue, number>[];
  readonly #pairs: Map<number, number>[];
  #types: KeyType[];
  /** The value of every key column by slot. */
  #values: KeyValue[][];
  #size = 0;
  #rank: Int32Array | null = null;

  constructor(by: readonly string[], relation: string) {
    this.by = by;
    this.#names = by;
    this.#relation = relation;
    this.#dictionaries = by.map(() => new Map<KeyValue, number>());
    this.#pairs = by.slice(1).map(() => new Map<number, number>());
    this.#values = by.map(() => []);
    this.#types = by.map(() => 'text');
    if (by.length === 0) this.#size = 1;
  }

  get size(): number {
    return this.#size;
  }

  /** The slot of every row; new keys get new slots. */
  slots(batch: Columns): Int32Array {
    const out = new Int32Array(batch.length);
    if (this.by.length === 0) return out;
    const vectors = this.by.map((name) => columnOf(batch, name, this.#relation));
    this.#names = vectors.map((vector) => batch.names[batch.vectors.indexOf(vector)]!);
    const codes = vectors.map((vector, c) => this.#codes(vector, c));
    for (let row = 0; row < out.length; row++) {
      let slot = codes[0]![row]!;
      for (let c = 1; c < codes.length; c++) {
        const pair = slot * 0x4000000 + codes[c]![row]!;
        const pairs = this.#pairs[c - 1]!;
        let joined = pairs.get(pair);
        if (joined === undefined) {
          joined = pairs.size;
          pairs.set(pair, joined);
        }
        slot = joined;
      }
      out[row] = slot;
      if (slot === this.#size) {
        this.#size++;
        this.#rank = null;
        for (const [c, vector] of vectors.entries()) this.#values[c]!.push(keyAt(vector, row));
      }
    }
    return out;
  }

  /** The place of every slot when keys stand in order of their values, missing ones last. */
  ranks(): Int32Array {
    if (this.#rank) return this.#rank;
    const order = Array.from({ length: this.#size }, (_, slot) => slot);
    order.sort((a, b) => {
      for (const values of this.#values) {
        const order = compareKeys(values[a]!, values[b]!);
        if (order !== 0) return order;
      }
      return 0;
    });
    const ranks = new Int32Array(this.#size);
    order.forEach((slot, rank) => (ranks[slot] = rank));
    this.#rank = ranks;
    return ranks;
  }

  /** The key columns for a list of slots, under their own names and types. */
  columns(slots: readonly number[]): [string, Vector][] {
    return this.#names.map((name, c) => {
      const values = slots.map((slot) => this.#values[c]![slot] ?? null);
      return [name, vectorOfKeys(values, this.#types[c]!)];
    });
  }

  /** A key as one text, the same for equal values wherever they come from. */
  identity(slot: number): string {
    return JSON.stringify(this.#values.map((values) => values[slot] ?? null));
  }

  /** A key for people: its values joined by a comma; empty without key columns. */
  label(slot: number): string {
    return this.#values
      .map((values, c) => labelOf(values[slot] ?? null, this.#types[c]!))
      .join(', ');
  }

  /** The value of one key column as text, for matching silences. */
  text(slot: number, column: string): string | null {
    const c = this.by.findIndex((name) => name.toLowerCase() === column.toLowerCase());
    return c < 0 ? null : labelOf(this.#values[c]![slot] ?? null, this.#types[c]!);
  }

  snapshot(): KeyTableSnapshot {
    return {
      names: [...this.#names],
      types: [...this.#types],
      dictionaries: this.#dictionaries.map((codes) => [...codes.keys()]),
      pairs: this.#pairs.map((pairs) => Float64Array.from(pairs.keys())),
      codes: this.#values.map((values, c) =>
        Int32Array.from(values, (value) => this.#dictionaries[c]!.get(value)!)
      ),
      size: this.#size
    };
  }

  restore(state: KeyTableSnapshot): void {
    this.#names = state.names;
    this.#types = [...state.types];
    state.dictionaries.forEach((values, c) => {
      this.#dictionaries[c]!.clear();
      for (const [code, value] of values.entries()) this.#dictionaries[c]!.set(value, code);
    });
    state.pairs.forEach((pairs, c) => {
      this.#pairs[c]!.clear();
      for (const [joined, pair] of pairs.entries()) this.#pairs[c]!.set(pair, joined);
    });
    this.#values = state.codes.map((codes, c) =>
      Array.from(codes, (code) => state.dictionaries[c]![code]!)
    );
    this.#size = state.size;
    this.#rank = null;
  }

  #codes(vector: Vector, c: number): Int32Array {
    const codes = this.#dictionaries[c]!;
    this.#types[c] = vector.type === 'other' ? 'text' : vector.type;
    const out = new Int32Array(vector.values.length);
    for (let row = 0; row < out.length; row++) {
      const value = keyAt(vector, row);
      let code = codes.get(value);
      if (code === undefined) {
        code = codes.size;
        codes.set(value, code);
      }
      out[row] = code;
    }
    return out;
  }
}

/** The value of a key column in one row. */
export function keyAt(vector: Vector, row: number): KeyValue {
  if (vector.type === 'text') return vector.values[row] ?? null;
  if (vector.type === 'other') {
    const value = vector.values[row] ?? null;
    return value === null ? null : JSON.stringify(value);
  }
  return vector.valid && !vector.valid[row] ? null : vector.values[row]!;
}

function compareKeys(a: KeyValue, b: KeyValue): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  return a < b ? -1 : a > b ? 1 : 0;
}

function vectorOfKeys(values: KeyValue[], type: Vector['type']): Vector {
  if (type === 'text' || type === 'other') return { type: 'text', values: values as string[] };
  const valid = values.includes(null)
    ? Uint8Array.from(values, (value) => (value === null ? 0 : 1))
    : null;
  const numbers = values.map((value) => (value === null ? 0 : (value as number)));
  return type === 'boolean'
    ? { type, values: Uint8Array.from(numbers), valid }
    : { type, values: Float64Array.from(numbers), valid };
}

/** A value of a key for people. */
export function labelOf(value: KeyValue, type: string): string {
  if (value === null) return '(none)';
  if (type === 'boolean') return value === 1 ? 'true' : 'false';
  if (type === 'date') return new Date(value).toISOString().slice(0, 10);
  if (type === 'timestamp') return new Date(value).toISOString();
  return String(value);
}
