/** Open backorders of a key at one time. Times in milliseconds. */
interface Backlog {
  readonly units: number;
  /** When the oldest open unit was ordered; NaN when none is open. */
  readonly oldest: number;
  /** Sum over open units of when they were ordered. */
  readonly moments: number;
}

/** Fields in the order of the class. */
export type BackorderSnapshot = readonly [
  surplus: number,
  settled: number,
  queue: readonly [Float64Array, Float64Array],
  coming: readonly [Float64Array, Float64Array, Float64Array]
];

/**
 * What one key has ordered and not been sent: orders are filled in order of time, the first units ordered first, and
 * units sent ahead of any order go to the orders that come. Orders that are settled wait in a queue, later ones by
 * time. O(open orders) to read, O(orders after it) to add one out of order.
 */
export class BackorderQueue {
  #settled = -Infinity;
  /** Units sent ahead of orders. */
  #surplus = 0;
  #queueTimes: number[] = [];
  #queueUnits: number[] = [];
  #times: number[] = [];
  #ordered: number[] = [];
  #filled: number[] = [];

  /** Orders and fills held one by one. */
  get size(): number {
    return this.#queueTimes.length + this.#times.length;
  }

  /** Whether it is as one that has seen nothing. */
  get isEmpty(): boolean {
    return this.size === 0 && this.#surplus === 0;
  }

  /** `crowded`: no room for another order by itself; its units join those of the order before it. True if they had to. */
  add(time: number, ordered: number, filled: number, crowded: boolean): boolean {
    if (time >= this.#settled) return this.#insert(time, ordered, filled, crowded);
    const joined = ordered > 0 && this.#enqueue(time, ordered, crowded);
    this.#take(filled);
    return joined;
  }

  settle(time: number): void {
    let n = 0;
    for (; n < this.#times.length && this.#times[n]! < time; n++) {
      if (this.#ordered[n]! > 0) this.#enqueue(this.#times[n]!, this.#ordered[n]!, false);
    }
    let filled = 0;
    for (let i = 0; i < n; i++) filled += this.#filled[i]!;
    this.#take(filled);
    this.#settled = Math.max(this.#settled, time);
    for (const list of [this.#times, this.#ordered, this.#filled]) list.splice(0, n);
  }

  get settledThrough(): number {
    return this.#settled;
  }

  /** What is open just before `end`. */
  openAt(end: number): Backlog {
    let left = this.#surplus;
    for (let i = 0; i < this.#times.length && this.#times[i]! < end; i++) left += this.#filled[i]!;
    let units = 0;
    let oldest = Number.NaN;
    let moments = 0;
    const see = (time: number, ordered: number) => {
      const open = Math.max(0, ordered - left);
      left = Math.max(0, left - ordered);
      if (open === 0) return;
      units += open;
      moments += open * time;
      if (oldest !== oldest) oldest = time;
    };
    for (let i = 0; i < this.#queueTimes.length; i++)
      see(this.#queueTimes[i]!, this.#queueUnits[i]!);
    for (let i = 0; i < this.#times.length && this.#times[i]! < end; i++)
      see(this.#times[i]!, this.#ordered[i]!);
    return { units, oldest, moments };
  }

  snapshot(): BackorderSnapshot {
    const of = (list: readonly number[]) => Float64Array.from(list);
    return [
      this.#surplus,
      this.#settled,
      [of(this.#queueTimes), of(this.#queueUnits)],
      [of(this.#times), of(this.#ordered), of(this.#filled)]
    ];
  }

  restore([surplus, settled, queue, coming]: BackorderSnapshot): void {
    this.#surplus = surplus;
    this.#settled = settled;
    this.#queueTimes = [...queue[0]];
    this.#queueUnits = [...queue[1]];
    this.#times = [...coming[0]];
    this.#ordered = [...coming[1]];
    this.#filled = [...coming[2]];
  }

  /** Puts an order among those that wait, less what was sent ahead. */
  #enqueue(time: number, ordered: number, crowded: boolean): boolean {
    const ahead = Math.min(this.#surplus, ordered);
    this.#surplus -= ahead;
    if (ordered === ahead) return false;
    const at = placeOf(this.#queueTimes, time);
    if (crowded && at > 0) {
      this.#queueUnits[at - 1]! += ordered - ahead;
      return true;
    }
    this.#queueTimes.splice(at, 0, time);
    this.#queueUnits.splice(at, 0, ordered - ahead);
    return false;
  }

  #take(filled: number): void {
    let left = filled;
    let gone = 0;
    while (left > 0 && gone < this.#queueTimes.length) {
      const units = Math.min(left, this.#queueUnits[gone]!);
      left -= units;
      this.#queueUnits[gone]! -= units;
      if (this.#queueUnits[gone]! > 0) break;
      gone++;
    }
    this.#surplus += left;
    this.#queueTimes.splice(0, gone);
    this.#queueUnits.splice(0, gone);
  }

  #insert(time: number, ordered: number, filled: number, crowded: boolean): boolean {
    const at = placeOf(this.#times, time);
    const same = at > 0 && this.#times[at - 1] === time;
    if (same || (crowded && at > 0)) {
      this.#ordered[at - 1]! += ordered;
      this.#filled[at - 1]! += filled;
      return !same;
    }
    this.#times.splice(at, 0, time);
    this.#ordered.splice(at, 0, ordered);
    this.#filled.splice(at, 0, filled);
    return false;
  }
}

/** The place after the last time that is not later than `time`. */
function placeOf(times: readonly number[], time: number): number {
  let at = times.length;
  while (at > 0 && times[at - 1]! > time) at--;
  return at;
}
