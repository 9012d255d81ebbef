/** What the stock of a key did in a window. Times in milliseconds. */
interface Outage {
  /** How long the level was at or below zero. */
  readonly out: number;
  /** How long the level was known. */
  readonly observed: number;
  /** How often it fell from above zero to zero or below. */
  readonly falls: number;
}

/** Fields in the order of the class. */
export type StockPathSnapshot = readonly [
  level: number,
  first: number,
  countedAt: number,
  settled: number,
  times: Float64Array,
  changes: Float64Array,
  counts: Float64Array,
  demands: Float64Array
];

/**
 * The stock of one key over time: the level that lies behind, and the movements since, in order of time. A count sets
 * the level; at one and the same time it stands after the movements. The level is known from the first movement or
 * count on, or ever since when it was opened. O(1) per movement in order, O(movements after it) per one out of order.
 */
export class StockPath {
  /** Time of the first movement or count; Infinity before there is one. */
  first = Infinity;
  readonly #opened: boolean;
  #level: number;
  #countedAt = -Infinity;
  #settled = -Infinity;
  #times: number[] = [];
  #changes: number[] = [];
  /** NaN where nothing was counted. */
  #counts: number[] = [];
  #demands: number[] = [];

  /** `opening`: the level before the first movement; NaN if that is not known. */
  constructor(opening: number) {
    this.#opened = opening === opening;
    this.#level = this.#opened ? opening : 0;
  }

  /** False for a count that lies behind and can no longer be placed. NaN: nothing moved, nothing was counted. */
  add(time: number, change: number, count: number, demand: number): boolean {
    const moved = change === change ? change : 0;
    if (time < this.#settled) {
      if (count === count) return false;
      if (time > this.#countedAt) this.#level += moved;
    } else this.#insert(time, moved, count, demand);
    if (time < this.first) this.first = time;
    return true;
  }

  /** Movements before `time` become part of the level. */
  settle(time: number): void {
    let n = 0;
    while (n < this.#times.length && this.#times[n]! < time) {
      if (this.#counts[n] === this.#counts[n]) this.#countedAt = this.#times[n]!;
      this.#level = this.after(n++, this.#level);
    }
    this.#settled = Math.max(this.#settled, time);
    if (n === 0) return;
    for (const list of [this.#times, this.#changes, this.#counts, this.#demands]) {
      // Nearly always all of them: a list is emptied at once, not shifted.
      if (n === list.length) list.length = 0;
      else list.splice(0, n);
    }
  }

  /** The level just before `end`; NaN while unknown. */
  levelAt(end: number): number {
    if (!this.knownBefore(end)) return Number.NaN;
    let level = this.#level;
    for (let i = 0; i < this.#times.length && this.#times[i]! < end; i++)
      level = this.after(i, level);
    return level;
  }

  outage(start: number, end: number): Outage {
    const from = Math.max(start, this.since);
    if (from >= end) return { out: 0, observed: 0, falls: 0 };
    let level = this.#level;
    let at = from;
    let out = 0;
    let falls = 0;
    for (let i = 0; i < this.#times.length && this.#times[i]! < end; i++) {
      const time = this.#times[i]!;
      if (time > at) {
        if (level <= 0) out += time - at;
        at = time;
      }
      const next = this.after(i, level);
      if (time >= start && level > 0 && next <= 0) falls++;
      level = next;
    }
    if (level <= 0) out += end - at;
    return { out, observed: end - from, falls };
  }

  /** Since when the level is known. */
  get since(): number {
    return this.#opened ? -Infinity : this.first;
  }

  knownBefore(end: number): boolean {
    return this.since < end;
  }

  /** The level that lies behind, the time up to which it does, and the movements since, by place. */
  get settledLevel(): number {
    return this.#level;
  }

  get settledThrough(): number {
    return this.#settled;
  }

  get movements(): number {
    return this.#times.length;
  }

  timeOf(i: number): number {
    return this.#times[i]!;
  }

  demandOf(i: number): number {
    return this.#demands[i]!;
  }

  /** The level after movement `i` from the one before it. */
  after(i: number, level: number): number {
    const count = this.#counts[i]!;
    return count === count ? count : level + this.#changes[i]!;
  }

  snapshot(): StockPathSnapshot {
    return [
      this.#level,
      this.first,
      this.#countedAt,
      this.#settled,
      Float64Array.from(this.#times),
      Float64Array.from(this.#changes),
      Float64Array.from(this.#counts),
      Float64Array.from(this.#demands)
    ];
  }

  restore(snapshot: StockPathSnapshot): void {
    const [level, first, countedAt, settled, times, changes, counts, demands] = snapshot;
    this.#level = level;
    this.first = first;
    this.#countedAt = countedAt;
    this.#settled = settled;
    this.#times = [...times];
    this.#changes = [...changes];
    this.#counts = [...counts];
    this.#demands = [...demands];
  }

  #insert(time: number, change: number, count: number, demand: number): void {
    let at = this.#times.length;
    while (at > 0 && this.#times[at - 1]! > time) at--;
    if (at > 0 && this.#times[at - 1] === time) {
      this.#changes[at - 1]! += change;
      this.#demands[at - 1]! += demand;
      if (count === count) this.#counts[at - 1] = count;
    } else if (at === this.#times.length) {
      this.#times.push(time);
      this.#changes.push(change);
      this.#counts.push(count);
      this.#demands.push(demand);
    } else {
      this.#times.splice(at, 0, time);
      this.#changes.splice(at, 0, change);
      this.#counts.splice(at, 0, count);
      this.#demands.splice(at, 0, demand);
    }
  }
}
