import { Pyramid } from '#lib/analytics/stream/pyramid.ts';

/** Changes of the past whose times are remembered. */
const editsKept = 64;

/** Windows of one key in order of their ends, and the figures of each; any stretch of it is drawn at once. */
export class History {
  readonly names: readonly string[];
  readonly #pyramids: readonly Pyramid[];
  #times = new Float64Array(64);
  #length = 0;
  #revision = 0;
  #edits = 0;
  /** The times of the last changes of the past. */
  readonly #editTimes: number[] = [];

  /** `names`: the figures that each window has. */
  constructor(names: readonly string[]) {
    this.names = names;
    this.#pyramids = names.map(() => new Pyramid());
  }

  get length(): number {
    return this.#length;
  }

  /** Grows with every change. */
  get revision(): number {
    return this.#revision;
  }

  /** Grows with every change that is not a window at the end. */
  get edits(): number {
    return this.#edits;
  }

  /** The earliest time changed since there were so many edits; Infinity where none was. */
  changedSince(edits: number): number {
    const count = this.#edits - edits;
    if (count > this.#editTimes.length) return -Infinity;
    return Math.min(Infinity, ...this.#editTimes.slice(this.#editTimes.length - count));
  }

  /** NaN when there is no window. */
  get first(): number {
    return this.time(0);
  }

  get last(): number {
    return this.time(this.#length - 1);
  }

  time(index: number): number {
    return index < 0 || index >= this.#length ? Number.NaN : this.#times[index]!;
  }

  pyramid(name: string): Pyramid | undefined {
    return this.#pyramids[this.names.indexOf(name)];
  }

  value(name: string, index: number): number {
    return this.pyramid(name)?.at(index) ?? Number.NaN;
  }

  /** The first window that ends at `time` or later; the number of windows where there is none. */
  from(time: number): number {
    let low = 0;
    let high = this.#length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#times[middle]! < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The same, sought from a window that ends before it on: windows of equal distance are found at once. */
  fromNear(time: number, near: number, step: number): number {
    const guess = near + Math.ceil((time - this.#times[near]!) / step);
    if (guess > near && guess < this.#length) {
      if (this.#times[guess]! >= time && this.#times[guess - 1]! < time) return guess;
    }
    return this.from(time);
  }

  /** The last window that ends at `time` or earlier; −1 where there is none. */
  upTo(time: number): number {
    const at = this.from(time);
    return this.#times[at] === time && at < this.#length ? at : at - 1;
  }

  /** The window that ends at just this time; −1 where there is none. */
  at(time: number): number {
    const at = this.from(time);
    return at < this.#length && this.#times[at] === time ? at : -1;
  }

  /**
   * Takes in a window: a newer one goes to the end, one that is there already gets the new figures. `figures` are
   * columns parallel to `names`, of which `row` is read; a column left out leaves what is known.
   */
  put(time: number, figures: readonly (ArrayLike<number | null> | undefined)[], row: number): void {
    const figure = (c: number) => figures[c]?.[row] ?? Number.NaN;
    const at = this.#length === 0 || time > this.last ? this.#length : this.from(time);
    if (at < this.#length && this.#times[at] === time) {
      let changed = false;
      this.#pyramids.forEach((pyramid, c) => {
        if (!figures[c] || Object.is(pyramid.at(at), figure(c))) return;
        pyramid.set(at, figure(c));
        changed = true;
      });
      if (changed) this.#edited(time);
      return;
    }
    if (at < this.#length) this.#edited(time);
    else this.#revision++;
    if (this.#length === this.#times.length) {
      const wider = new Float64Array(2 * this.#length);
      wider.set(this.#times);
      this.#times = wider;
    }
    this.#times.copyWithin(at + 1, at, this.#length);
    this.#times[at] = time;
    for (const [c, pyramid] of this.#pyramids.entries()) {
      if (at === this.#length) pyramid.append(figure(c));
      else pyramid.insert(at, figure(c));
    }
    this.#length++;
  }

  #edited(time: number): void {
    this.#revision++;
    this.#edits++;
    this.#editTimes.push(time);
    if (this.#editTimes.length > 2 * editsKept) this.#editTimes.splice(0, editsKept);
  }
}
