import type { Columns, NumericType } from '#lib/base/columns.ts';
import { grown, type Accumulator, type Input, type StampedInput } from './accumulator.ts';

/** How many events, or how many with a value. */
export class Count implements Accumulator {
  readonly type = 'integer';
  readonly exact = true;
  readonly #input: (batch: Columns) => Float64Array | null;
  #counts: Float64Array = new Float64Array(0);
  #values: Float64Array | null = null;

  constructor(input: (batch: Columns) => Float64Array | null) {
    this.#input = input;
  }

  grow(capacity: number): void {
    this.#counts = grown(this.#counts, capacity);
  }

  prepare(batch: Columns): void {
    this.#values = this.#input(batch);
  }

  add(cells: Int32Array, from: number, to: number): void {
    const counts = this.#counts;
    const values = this.#values;
    for (let row = from; row < to; row++) {
      const cell = cells[row]!;
      if (cell >= 0 && (values === null || values[row] === values[row])) counts[cell]!++;
    }
  }

  merge(into: number, from: number): void {
    this.#counts[into]! += this.#counts[from]!;
  }

  clear(cell: number): void {
    this.#counts[cell] = 0;
  }

  value(cell: number): number {
    return this.#counts[cell]!;
  }

  snapshot(cells: number): unknown {
    return this.#counts.slice(0, cells);
  }

  restore(snapshot: unknown): void {
    this.#counts.set(snapshot as Float64Array);
  }
}

/** Sum or mean of what is there. */
export class Sum implements Accumulator {
  readonly exact = true;
  readonly type: NumericType;
  readonly #input: StampedInput;
  readonly #mean: boolean;
  #sums: Float64Array = new Float64Array(0);
  #counts: Float64Array = new Float64Array(0);
  #values: Float64Array = new Float64Array(0);

  constructor(input: StampedInput, type: NumericType, mean: boolean) {
    this.#input = input;
    this.type = type;
    this.#mean = mean;
  }

  grow(capacity: number): void {
    this.#sums = grown(this.#sums, capacity);
    this.#counts = grown(this.#counts, capacity);
  }

  prepare(batch: Columns, times: Float64Array, marks: Float64Array): void {
    this.#values = this.#input(batch, times, marks);
  }

  add(cells: Int32Array, from: number, to: number): void {
    const sums = this.#sums;
    const counts = this.#counts;
    const values = this.#values;
    for (let row = from; row < to; row++) {
      const cell = cells[row]!;
      const value = values[row]!;
      if (cell < 0 || value !== value) continue;
      sums[cell]! += value;
      counts[cell]!++;
    }
  }

  merge(into: number, from: number): void {
    this.#sums[into]! += this.#sums[from]!;
    this.#counts[into]! += this.#counts[from]!;
  }

  clear(cell: number): void {
    this.#sums[cell] = 0;
    this.#counts[cell] = 0;
  }

  value(cell: number): number {
    const count = this.#counts[cell]!;
    if (count === 0) return Number.NaN;
    return this.#mean ? this.#sums[cell]! / count : this.#sums[cell]!;
  }

  snapshot(cells: number): unknown {
    return [this.#sums.slice(0, cells), this.#counts.slice(0, cells)];
  }

  restore(snapshot: unknown): void {
    const [sums, counts] = snapshot as [Float64Array, Float64Array];
    this.#sums.set(sums);
    this.#counts.set(counts);
  }
}

/** Least (sign −1) or greatest (sign 1). */
export class Extreme implements Accumulator {
  readonly exact = true;
  readonly type: NumericType;
  readonly #input: Input;
  readonly #sign: 1 | -1;
  #best: Float64Array = new Float64Array(0);
  #values: Float64Array = new Float64Array(0);

  constructor(input: Input, type: NumericType, sign: 1 | -1) {
    this.#input = input;
    this.type = type;
    this.#sign = sign;
  }

  grow(capacity: number): void {
    this.#best = grown(this.#best, capacity, -Infinity);
  }

  prepare(batch: Columns): void {
    this.#values = this.#input(batch);
  }

  add(cells: Int32Array, from: number, to: number): void {
    const best = this.#best;
    const values = this.#values;
    const sign = this.#sign;
    for (let row = from; row < to; row++) {
      const cell = cells[row]!;
      const value = sign * values[row]!;
      if (cell >= 0 && value > best[cell]!) best[cell] = value;
    }
  }

  merge(into: number, from: number): void {
    if (this.#best[from]! > this.#best[into]!) this.#best[into] = this.#best[from]!;
  }

  clear(cell: number): void {
    this.#best[cell] = -Infinity;
  }

  value(cell: number): number {
    const best = this.#best[cell]!;
    return best === -Infinity ? Number.NaN : this.#sign * best;
  }

  snapshot(cells: number): unknown {
    return this.#best.slice(0, cells);
  }

  restore(snapshot: unknown): void {
    this.#best.set(snapshot as Float64Array);
  }
}

/** The value of the latest (sign 1) or earliest (sign −1) event; of equal times the one that came last wins as latest, first as earliest. */
export class Latest implements Accumulator {
  readonly exact = true;
  readonly type: NumericType;
  readonly #input: Input;
  readonly #sign: 1 | -1;
  #found: Float64Array = new Float64Array(0);
  #times: Float64Array = new Float64Array(0);
  #ranks: Float64Array = new Float64Array(0);
  #values: Float64Array = new Float64Array(0);
  #eventTimes: Float64Array = new Float64Array(0);
  #seen = 0;

  constructor(input: Input, type: NumericType, sign: 1 | -1) {
    this.#input = input;
    this.type = type;
    this.#sign = sign;
  }

  grow(capacity: number): void {
    this.#found = grown(this.#found, capacity, Number.NaN);
    this.#times = grown(this.#times, capacity, -Infinity);
    this.#ranks = grown(this.#ranks, capacity, -Infinity);
  }

  prepare(batch: Columns, times: Float64Array): void {
    this.#seen += this.#values.length;
    this.#values = this.#input(batch);
    this.#eventTimes = times;
  }

  add(cells: Int32Array, from: number, to: number): void {
    for (let row = from; row < to; row++) {
      const cell = cells[row]!;
      const value = this.#values[row]!;
      if (cell < 0 || value !== value) continue;
      this.#offer(
        cell,
        this.#sign * this.#eventTimes[row]!,
        this.#sign * (this.#seen + row),
        value
      );
    }
  }

  merge(into: number, from: number): void {
    this.#offer(into, this.#times[from]!, this.#ranks[from]!, this.#found[from]!);
  }

  #offer(cell: number, time: number, rank: number, value: number): void {
    const best = this.#times[cell]!;
    if (time < best || (time === best && rank <= this.#ranks[cell]!)) return;
    this.#times[cell] = time;
    this.#ranks[cell] = rank;
    this.#found[cell] = value;
  }

  clear(cell: number): void {
    this.#times[cell] = -Infinity;
    this.#ranks[cell] = -Infinity;
    this.#found[cell] = Number.NaN;
  }

  value(cell: number): number {
    return this.#found[cell]!;
  }

  snapshot(cells: number): unknown {
    return {
      seen: this.#seen + this.#values.length,
      found: this.#found.slice(0, cells),
      times: this.#times.slice(0, cells),
      ranks: this.#ranks.slice(0, cells)
    };
  }

  restore(snapshot: unknown): void {
    const { seen, found, times, ranks } = snapshot as {
      seen: number;
      found: Float64Array;
      times: Float64Array;
      ranks: Float64Array;
    };
    this.#seen = seen;
    this.#values = new Float64Array(0);
    this.#found.set(found);
    this.#times.set(times);
    this.#ranks.set(ranks);
  }
}

/** Sum over sum. */
export class Ratio implements Accumulator {
  readonly type = 'number';
  readonly exact = true;
  readonly #above: Sum;
  readonly #below: Sum;

  constructor(above: Input, below: Input) {
    this.#above = new Sum(above, 'number', false);
    this.#below = new Sum(below, 'number', false);
  }

  grow(capacity: number): void {
    this.#above.grow(capacity);
    this.#below.grow(capacity);
  }

  prepare(batch: Columns, times: Float64Array, marks: Float64Array): void {
    this.#above.prepare(batch, times, marks);
    this.#below.prepare(batch, times, marks);
  }

  add(cells: Int32Array, from: number, to: number): void {
    this.#above.add(cells, from, to);
    this.#below.add(cells, from, to);
  }

  merge(into: number, from: number): void {
    this.#above.merge(into, from);
    this.#below.merge(into, from);
  }

  clear(cell: number): void {
    this.#above.clear(cell);
    this.#below.clear(cell);
  }

  value(cell: number): number {
    const below = this.#below.value(cell);
    return below === 0 ? Number.NaN : this.#above.value(cell) / below;
  }

  snapshot(cells: number): unknown {
    return [this.#above.snapshot(cells), this.#below.snapshot(cells)];
  }

  restore(snapshot: unknown): void {
    const [above, below] = snapshot as [unknown, unknown];
    this.#above.restore(above);
    this.#below.restore(below);
  }
}
