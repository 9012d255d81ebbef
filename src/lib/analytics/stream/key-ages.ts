/** Looks in the time after which a key counts as idle. */
const looks = 4;

/** Steps of the watermark: the one now, and by slot the one in which each key was heard last. */
export interface KeyAgesSnapshot {
  readonly now: number;
  readonly heard: Float64Array;
}

/**
 * When keys were heard last, by the watermark in steps of a quarter of `idle`: a key is idle after at least that and at
 * most five quarters of it. All of it follows from the events in their order, however they are cut into batches.
 */
export class KeyAges {
  readonly #step: number;
  #now = -Infinity;
  #heard = new Float64Array(64);

  /** Milliseconds of event time. */
  constructor(idle: number) {
    this.#step = Math.max(1, idle / looks);
  }

  /** The first row from `from` on whose watermark lies in a later step than now; `to` if none does. `marks` ascend. */
  endOfStep(marks: Float64Array, from: number, to: number): number {
    if (from >= to || this.#stepOf(marks[to - 1]!) === this.#now) return to;
    let low = from;
    let high = to - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#stepOf(marks[middle]!) === this.#now) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  hear(slots: Int32Array, from: number, to: number): void {
    for (let row = from; row < to; row++) {
      const slot = slots[row]!;
      if (slot >= this.#heard.length) this.#grow(slot);
      this.#heard[slot] = this.#now;
    }
  }

  /** Whether the watermark enters another step; what was heard before there was any counts as heard in the first. */
  reach(watermark: number): boolean {
    const step = this.#stepOf(watermark);
    if (step === this.#now) return false;
    if (this.#now === -Infinity) this.#heard.fill(step);
    this.#now = step;
    return true;
  }

  isIdle(slot: number): boolean {
    return this.#now - this.#heard[slot]! > looks;
  }

  /** The step in which a key was heard last. */
  heardIn(slot: number): number {
    return this.#heard[slot]!;
  }

  snapshot(): KeyAgesSnapshot {
    return { now: this.#now, heard: this.#heard.slice() };
  }

  restore({ now, heard }: KeyAgesSnapshot): void {
    this.#now = now;
    this.#heard = heard.slice();
  }

  #stepOf(watermark: number): number {
    return watermark === -Infinity ? watermark : Math.floor(watermark / this.#step);
  }

  #grow(slot: number): void {
    const wider = new Float64Array(2 * (slot + 1));
    wider.set(this.#heard);
    this.#heard = wider;
  }
}
