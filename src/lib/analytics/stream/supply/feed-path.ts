/** Fields in the order of the class. */
export type FeedPathSnapshot = readonly [
  first: number,
  before: number,
  settled: number,
  firsts: Float64Array,
  lasts: Float64Array,
  counts: Float64Array
];

const second = 1000;

/**
 * When events of a feed happened: the last one that lies behind, and those since by whole seconds (first, last and
 * number of each). Silences within a second are not told. O(1) per event in order. Times in milliseconds.
 */
export class FeedPath {
  #first = Infinity;
  #before = -Infinity;
  #settled = -Infinity;
  #firsts: number[] = [];
  #lasts: number[] = [];
  #counts: number[] = [];

  add(time: number): void {
    if (time < this.#first) this.#first = time;
    if (time < this.#settled) {
      this.#before = Math.max(this.#before, time);
      return;
    }
    const slice = Math.floor(time / second);
    let at = this.#firsts.length;
    while (at > 0 && Math.floor(this.#firsts[at - 1]! / second) > slice) at--;
    if (at > 0 && Math.floor(this.#firsts[at - 1]! / second) === slice) {
      this.#firsts[at - 1] = Math.min(this.#firsts[at - 1]!, time);
      this.#lasts[at - 1] = Math.max(this.#lasts[at - 1]!, time);
      this.#counts[at - 1]!++;
      return;
    }
    this.#firsts.splice(at, 0, time);
    this.#lasts.splice(at, 0, time);
    this.#counts.splice(at, 0, 1);
  }

  /** Events before `time`, in whole seconds, need not be told apart any more. */
  settle(time: number): void {
    const until = Math.floor(time / second) * second;
    let n = 0;
    while (n < this.#firsts.length && this.#firsts[n]! < until)
      this.#before = Math.max(this.#before, this.#lasts[n++]!);
    this.#settled = Math.max(this.#settled, until);
    for (const list of [this.#firsts, this.#lasts, this.#counts]) list.splice(0, n);
  }

  get settledThrough(): number {
    return this.#settled;
  }

  /** Of [start, end): events, time since the last one, and the longest time without any since the feed began. */
  over(start: number, end: number) {
    let last = this.#before;
    let gap = 0;
    let events = 0;
    const from = Math.max(start, this.#first);
    for (let i = 0; i < this.#firsts.length && this.#firsts[i]! < end; i++) {
      const first = this.#firsts[i]!;
      if (first >= start) {
        gap = Math.max(gap, first - Math.max(last, from));
        events += this.#counts[i]!;
      }
      last = this.#lasts[i]!;
    }
    const silence = end - last;
    return { events, silence, gap: Math.max(gap, Math.min(silence, end - from)) };
  }

  knownBefore(end: number): boolean {
    return this.#first < end;
  }

  snapshot(): FeedPathSnapshot {
    return [
      this.#first,
      this.#before,
      this.#settled,
      Float64Array.from(this.#firsts),
      Float64Array.from(this.#lasts),
      Float64Array.from(this.#counts)
    ];
  }

  restore([first, before, settled, firsts, lasts, counts]: FeedPathSnapshot): void {
    this.#first = first;
    this.#before = before;
    this.#settled = settled;
    this.#firsts = [...firsts];
    this.#lasts = [...lasts];
    this.#counts = [...counts];
  }
}
