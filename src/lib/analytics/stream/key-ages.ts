/** Looks in the time after which a key counts as idle. */
const looks = 4;

/** Steps of the watermark, and by slot when each key was heard last: at which age, and as which row. */
export interface KeyAgesSnapshot {
  readonly step: number;
  readonly age: number;
  readonly rows: number;
  readonly heard: Float64Array;
  readonly latest: Float64Array;
}

/**
 * When keys were heard last, by the watermark in steps of a quarter of `idle`: a key is idle once the watermark has come
 * to five later steps, so after at least `idle` and, while events come, at most five quarters of it. A jump of the
 * watermark over many steps counts as one, since nobody could be heard in them. All of it follows from the events in
 * their order, however they are cut into batches.
 */
export class KeyAges {
  readonly #width: number;
  /** The step that the watermark is in, how many it has come to since the first, and rows heard. */
  #step = -Infinity;
  #age = 0;
  #rows = 0;
  #heard = new Float64Array(64);
  #latest = new Float64Array(64);

  /** Milliseconds of event time. */
  constructor(idle: number) {
    this.#width = Math.max(1, idle / looks);
  }

  /** The first row from `from` on whose watermark lies in a later step than now; `to` if none does. `marks` ascend. */
  endOfStep(marks: Float64Array, from: number, to: number): number {
    if (from >= to || this.#stepOf(marks[to - 1]!) === this.#step) return to;
    let low = from;
    let high = to - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#stepOf(marks[middle]!) === this.#step) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  hear(slots: Int32Array, from: number, to: number): void {
    for (let row = from; row < to; row++) {
      const slot = slots[row]!;
      if (slot >= this.#heard.length) this.#grow(slot);
      this.#heard[slot] = this.#age;
      this.#latest[slot] = ++this.#rows;
    }
  }

  /** Whether the watermark enters another step; what was heard before there was any counts as heard in the first. */
  reach(watermark: number): boolean {
    const step = this.#stepOf(watermark);
    if (step === this.#step) return false;
    if (this.#step !== -Infinity) this.#age++;
    this.#step = step;
    return true;
  }

  isIdle(slot: number): boolean {
    return this.#age - this.#heard[slot]! > looks;
  }

  /** Orders keys by when they were heard last, the one longest ago first. */
  byLastHeard(slots: readonly number[]): number[] {
    return [...slots].sort((a, b) => this.#latest[a]! - this.#latest[b]!);
  }

  snapshot(): KeyAgesSnapshot {
    return {
      step: this.#step,
      age: this.#age,
      rows: this.#rows,
      heard: this.#heard.slice(),
      latest: this.#latest.slice()
    };
  }

  restore({ step, age, rows, heard, latest }: KeyAgesSnapshot): void {
    this.#step = step;
    this.#age = age;
    this.#rows = rows;
    this.#heard = heard.slice();
    this.#latest = latest.slice();
  }

  #stepOf(watermark: number): number {
    return watermark === -Infinity ? watermark : Math.floor(watermark / this.#width);
  }

  #grow(slot: number): void {
    const widened = (values: Float64Array) => {
      const wider = new Float64Array(2 * (slot + 1));
      wider.set(values);
      return wider;
    };
    this.#heard = widened(this.#heard);
    this.#latest = widened(this.#latest);
  }
}
