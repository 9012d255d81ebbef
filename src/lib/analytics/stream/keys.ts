import type { Columns, Vector } from '#lib/base/columns.ts';
import { columnOf } from './batch-scope.ts';

export type KeyValue = string | number | null;
type KeyType = 'text' | 'integer' | 'number' | 'date' | 'timestamp' | 'boolean';

export interface KeyTableSnapshot {
  readonly names: readonly string[];
  readonly types: readonly KeyType[];
  /** By column: its different values. */
  readonly values: readonly (readonly KeyValue[])[];
  /** By column and slot: the place of the slot's value among them. */
  readonly codes: readonly Int32Array[];
  readonly size: number;
  /** Slots without a key, and those whose key is forgotten but may still be asked for. */
  readonly free: Int32Array;
  readonly leaving: Int32Array;
}

/** Slots for rows of one batch, `from` to `to`: gives the first row whose key is new where there is no room, else `to`. */
export type Placing = (out: Int32Array, from: number, to: number, most: number) => number;

/**
 * Keys of a grouped stream in slots 0, 1, 2, … by first appearance, so that state per key is an index into an array.
 * Composite keys are codes of codes. O(1) per row and column. A key that is forgotten gives its slot to a later one, but
 * only after `release`: until then rows that were made of it can still be named.
 */
export class KeyTable {
  readonly by: readonly string[];
  /** The columns' own names, once a batch has been seen. */
  #names: readonly string[];
  readonly #relation: string;
  /** By column: the code of a value. A single column's code is the slot. */
  #codes: Map<KeyValue, number>[] = [];
  /** By column after the first: the code of a code so far with that of the column's value; the last one's is the slot. */
  #pairs: Map<number, number>[] = [];
  #types: KeyType[];
  /** The value of every key column by slot. */
  #values: KeyValue[][];
  #size = 0;
  #free: number[] = [];
  #leaving: number[] = [];
  /** Slots in order of their keys, and those not put in order yet. */
  #order: number[] = [];
  #unordered: number[] = [];
  #rank: Int32Array | null = null;

  constructor(by: readonly string[], relation: string) {
    this.by = by;
    this.#names = by;
    this.#relation = relation;
    this.#values = by.map(() => []);
    this.#types = by.map(() => 'text');
    this.#empty();
    if (by.length === 0) {
      this.#size = 1;
      this.#unordered.push(0);
    }
  }

  /** Slots in use are below it. */
  get size(): number {
    return this.#size;
  }

  /** Keys known now. */
  get count(): number {
    return this.#size - this.#free.length - this.#leaving.length;
  }

  /** The slots of the keys known now, ascending. */
  live(): number[] {
    const gone = new Set([...this.#free, ...this.#leaving]);
    return Array.from({ length: this.#size }, (_, slot) => slot).filter((slot) => !gone.has(slot));
  }

  /** The slot of every row; new keys get new slots. */
  slots(batch: Columns): Int32Array {
    const out = new Int32Array(batch.length);
    this.over(batch)(out, 0, out.length, Infinity);
    return out;
  }

  over(batch: Columns): Placing {
    if (this.by.length === 0) return (_, __, to) => to;
    const vectors = this.by.map((name) => columnOf(batch, name, this.#relation));
    this.#names = vectors.map((vector) => batch.names[batch.vectors.indexOf(vector)]!);
    this.#types = vectors.map(({ type }) => (type === 'other' ? 'text' : type));
    return (out, from, to, most) => {
      const find = this.#finder(vectors);
      for (let row = from; row < to; row++) {
        let slot = find(row);
        if (slot < 0) {
          if (this.count >= most) return row;
          slot = this.#open(vectors.map((vector) => keyAt(vector, row)));
        }
        out[row] = slot;
      }
      return to;
    };
  }

  /** Keys are not known any more; should one come again, it is another. O(keys) for composite ones, O(slots) else. */
  forget(slots: readonly number[]): void {
    this.#leaving.push(...slots);
    if (this.by.length === 1) {
      for (const slot of slots) this.#codes[0]!.delete(this.#values[0]![slot]!);
      return;
    }
    this.#empty();
    for (const slot of this.live()) this.#enter(slot);
  }

  /** Nobody asks for what was forgotten any more: its slots may go to other keys. */
  release(): void {
    if (this.#leaving.length === 0) return;
    const gone = new Set(this.#leaving);
    for (const slot of gone) for (const values of this.#values) values[slot] = null;
    this.#order = this.#order.filter((slot) => !gone.has(slot));
    this.#unordered = this.#unordered.filter((slot) => !gone.has(slot));
    this.#free.push(...gone);
    this.#leaving = [];
  }

  /** The place of every slot when keys stand in order of their values, missing ones last. O(keys), and a sort of the new ones. */
  ranks(): Int32Array {
    if (this.#rank) return this.#rank;
    const compare = (a: number, b: number) => {
      for (const values of this.#values) {
        const order = compareKeys(values[a]!, values[b]!);
        if (order !== 0) return order;
      }
      return 0;
    };
    this.#order = merged(this.#order, this.#unordered.sort(compare), compare);
    this.#unordered = [];
    const ranks = new Int32Array(this.#size);
    this.#order.forEach((slot, rank) => (ranks[slot] = rank));
    this.#rank = ranks;
    return ranks;
  }

  /** The key columns for a list of slots, under their own names and types. */
  columns(slots: ArrayLike<number>): [string, Vector][] {
    return this.#names.map((name, c) => {
      const own = this.#values[c]!;
      const values = Array.from(slots, (slot) => own[slot] ?? null);
      return [name, vectorOfKeys(values, this.#types[c]!)];
    });
  }

  /** A key as one text, the same for equal values wherever they come from. */
  identity(slot: number): string {
    return JSON.stringify(this.#values.map((values) => values[slot] ?? null));
  }

  /** A key for people. */
  label(slot: number): string {
    return keyLabelOf(
      this.#values.map((values) => values[slot] ?? null),
      this.#types
    );
  }

  /** The value of one key column as text, for matching silences. */
  text(slot: number, column: string): string | null {
    const c = this.by.findIndex((name) => name.toLowerCase() === column.toLowerCase());
    return c < 0 ? null : labelOf(this.#values[c]![slot] ?? null, this.#types[c]!);
  }

  snapshot(): KeyTableSnapshot {
    const places = this.#values.map((values) => {
      const place = new Map<KeyValue, number>();
      for (const value of values) if (!place.has(value)) place.set(value, place.size);
      return place;
    });
    return {
      names: [...this.#names],
      types: [...this.#types],
      values: places.map((place) => [...place.keys()]),
      codes: this.#values.map((values, c) =>
        Int32Array.from(values, (value) => places[c]!.get(value)!)
      ),
      size: this.#size,
      free: Int32Array.from(this.#free),
      leaving: Int32Array.from(this.#leaving)
    };
  }

  restore(state: KeyTableSnapshot): void {
    this.#names = state.names;
    this.#types = [...state.types];
    this.#values = state.codes.map((codes, c) =>
      Array.from(codes, (code) => state.values[c]![code]!)
    );
    this.#size = state.size;
    this.#free = [...state.free];
    this.#leaving = [...state.leaving];
    const live = this.live();
    this.#order = [];
    this.#unordered = [...live, ...this.#leaving];
    this.#rank = null;
    this.#empty();
    if (this.by.length > 0) for (const slot of live) this.#enter(slot);
  }

  #empty(): void {
    this.#codes = this.by.map(() => new Map<KeyValue, number>());
    this.#pairs = this.by.slice(1).map(() => new Map<number, number>());
  }

  /** The slot of a row's key; −1 where it is new. */
  #finder(vectors: readonly Vector[]): (row: number) => number {
    const [first, ...others] = vectors;
    const codes = this.#codes[0]!;
    if (others.length === 0 && first!.type === 'text') {
      const { values } = first!;
      return (row) => codes.get(values[row] ?? null) ?? -1;
    }
    if (others.length === 0) return (row) => codes.get(keyAt(first!, row)) ?? -1;
    return (row) => {
      let code = codes.get(keyAt(first!, row)) ?? -1;
      for (let c = 0; code >= 0 && c < others.length; c++) {
        const next = this.#codes[c + 1]!.get(keyAt(others[c]!, row));
        code = next === undefined ? -1 : (this.#pairs[c]!.get(code * pairing + next) ?? -1);
      }
      return code;
    };
  }

  #open(key: readonly KeyValue[]): number {
    const slot = this.#free.pop() ?? this.#size++;
    for (const [c, value] of key.entries()) this.#values[c]![slot] = value;
    this.#enter(slot);
    this.#unordered.push(slot);
    this.#rank = null;
    return slot;
  }

  /** Lets a slot be found by the values of its key. */
  #enter(slot: number): void {
    const last = this.by.length - 1;
    let code = 0;
    for (let c = 0; c <= last; c++) {
      const codes = this.#codes[c]!;
      const value = this.#values[c]![slot]!;
      const known = codes.get(value) ?? (last === 0 ? slot : codes.size);
      codes.set(value, known);
      if (c === 0) {
        code = known;
        continue;
      }
      const pairs = this.#pairs[c - 1]!;
      const pair = code * pairing + known;
      code = pairs.get(pair) ?? (c === last ? slot : pairs.size);
      pairs.set(pair, code);
    }
  }
}

/** More than a column has values. */
const pairing = 0x4000000;

/** Two ascending lists as one. */
function merged(
  a: readonly number[],
  b: readonly number[],
  compare: (a: number, b: number) => number
) {
  if (a.length === 0) return [...b];
  const out: number[] = [];
  let i = 0;
  for (const item of b) {
    while (i < a.length && compare(a[i]!, item) <= 0) out.push(a[i++]!);
    out.push(item);
  }
  while (i < a.length) out.push(a[i++]!);
  return out;
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

/** A key for people: its values joined by a comma; empty without key columns. */
export function keyLabelOf(values: readonly KeyValue[], types: readonly string[]): string {
  return values.map((value, c) => labelOf(value, types[c]!)).join(', ');
}

/** A value of a key for people. */
export function labelOf(value: KeyValue, type: string): string {
  if (value === null) return '(none)';
  if (type === 'boolean') return value === 1 ? 'true' : 'false';
  if (type === 'date') return new Date(value).toISOString().slice(0, 10);
  if (type === 'timestamp') return new Date(value).toISOString();
  return String(value);
}
