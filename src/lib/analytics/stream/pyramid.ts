/** The block of the lowest level: shorter ranges are read value by value. */
const base = 16;

/** One level: the least and greatest value of each block of `size` values, infinite the wrong way where there is none. */
interface Level {
  readonly size: number;
  lows: Float64Array;
  highs: Float64Array;
}

/**
 * A growing series that knows the least and greatest value of any stretch of itself. Above the values lie levels of
 * blocks of 16, 32, 64, … of them, each with its minimum and maximum.
 *
 * Appending and changing a value take O(log n), a range O(log n) with at most 32 values read singly; inserting one in
 * the middle takes O(n). The levels need a quarter of the memory of the values. NaN and infinities are no values: they
 * are skipped, and a range that holds nothing else has NaN for both.
 */
export class Pyramid {
  #values = new Float64Array(base);
  #length = 0;
  readonly #levels: Level[] = [emptyLevel(base)];

  get length(): number {
    return this.#length;
  }

  /** NaN outside the series. */
  at(index: number): number {
    return index < 0 || index >= this.#length ? Number.NaN : this.#values[index]!;
  }

  append(value: number): void {
    const index = this.#length++;
    if (index === this.#values.length) this.#values = grown(this.#values, 0);
    this.#values[index] = value;
    for (const level of this.#levels) widen(level, index, value);
    const top = this.#levels.at(-1)!;
    if (this.#length > 2 * top.size) {
      this.#levels.push(emptyLevel(2 * top.size));
      this.#rebuild(this.#levels.length - 1, 0);
    }
  }

  set(index: number, value: number): void {
    this.#values[index] = value;
    for (let k = 0; k < this.#levels.length; k++) {
      this.#recompute(k, Math.floor(index / this.#levels[k]!.size));
    }
  }

  /** Puts a value before the one at `index`. */
  insert(index: number, value: number): void {
    this.append(value);
    this.#values.copyWithin(index + 1, index, this.#length - 1);
    this.#values[index] = value;
    for (let k = 0; k < this.#levels.length; k++) this.#rebuild(k, index);
  }

  /** Writes the least and the greatest value of `from` to `to` (exclusive) to `out[at]` and `out[at + 1]`. */
  extremes(from: number, to: number, out: Float64Array, at: number): void {
    let low = Infinity;
    let high = -Infinity;
    let i = Math.max(0, from);
    const end = Math.min(to, this.#length);
    const values = this.#values;
    const levels = this.#levels;
    while (i < end) {
      // The largest block that begins here and lies inside.
      let k = -1;
      for (let size = base; k + 1 < levels.length && i % size === 0 && i + size <= end; size *= 2) {
        k++;
      }
      if (k >= 0) {
        const { size, lows, highs } = levels[k]!;
        const block = i / size;
        if (lows[block]! < low) low = lows[block]!;
        if (highs[block]! > high) high = highs[block]!;
        i += size;
        continue;
      }
      const stop = Math.min(end, i - (i % base) + base);
      for (; i < stop; i++) {
        const value = values[i]!;
        if (value < low && value > -Infinity) low = value;
        if (value > high && value < Infinity) high = value;
      }
    }
    out[at] = low <= high ? low : Number.NaN;
    out[at + 1] = low <= high ? high : Number.NaN;
  }

  #rebuild(k: number, from: number): void {
    const { size } = this.#levels[k]!;
    for (let block = Math.floor(from / size); block * size < this.#length; block++) {
      this.#recompute(k, block);
    }
  }

  #recompute(k: number, block: number): void {
    const level = this.#levels[k]!;
    reach(level, block);
    level.lows[block] = Infinity;
    level.highs[block] = -Infinity;
    if (k > 0) {
      const below = this.#levels[k - 1]!;
      level.lows[block] = Math.min(below.lows[2 * block]!, below.lows[2 * block + 1] ?? Infinity);
      level.highs[block] = Math.max(
        below.highs[2 * block]!,
        below.highs[2 * block + 1] ?? -Infinity
      );
      return;
    }
    const end = Math.min(this.#length, (block + 1) * base);
    for (let i = block * base; i < end; i++) widen(level, i, this.#values[i]!);
  }
}

function emptyLevel(size: number): Level {
  return {
    size,
    lows: new Float64Array(2).fill(Infinity),
    highs: new Float64Array(2).fill(-Infinity)
  };
}

function widen(level: Level, index: number, value: number): void {
  const block = Math.floor(index / level.size);
  reach(level, block);
  if (!Number.isFinite(value)) return;
  if (value < level.lows[block]!) level.lows[block] = value;
  if (value > level.highs[block]!) level.highs[block] = value;
}

function reach(level: Level, block: number): void {
  if (block < level.lows.length) return;
  level.lows = grown(level.lows, Infinity);
  level.highs = grown(level.highs, -Infinity);
}

function grown(values: Float64Array, fill: number): Float64Array<ArrayBuffer> {
  const out = new Float64Array(2 * values.length);
  out.set(values);
  if (fill !== 0) out.fill(fill, values.length);
  return out;
}
