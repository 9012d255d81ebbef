import { seeded } from '#lib/base/random.ts';

/** Windows in an order drawn anew for every pass (Fisher and Yates), batch after batch without end. */
export class Batches {
  readonly #order: Int32Array;
  readonly #random: () => number;
  #at: number;

  constructor(windows: number, seed: number) {
    this.#order = Int32Array.from({ length: windows }, (_, i) => i);
    this.#random = seeded(seed, 'batches');
    this.#at = windows;
  }

  next(count: number): Int32Array {
    const order = this.#order;
    const out = new Int32Array(count);
    for (let i = 0; i < count; i++) {
      if (this.#at === order.length) this.#shuffle();
      out[i] = order[this.#at++]!;
    }
    return out;
  }

  /** As if `count` windows had been taken. */
  skip(count: number): void {
    for (let left = count; left > 0;) {
      if (this.#at === this.#order.length) this.#shuffle();
      const taken = Math.min(left, this.#order.length - this.#at);
      this.#at += taken;
      left -= taken;
    }
  }

  #shuffle(): void {
    const order = this.#order;
    for (let i = order.length - 1; i > 0; i--) {
      const j = Math.floor(this.#random() * (i + 1));
      const swapped = order[i]!;
      order[i] = order[j]!;
      order[j] = swapped;
    }
    this.#at = 0;
  }
}
