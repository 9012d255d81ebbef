import { robust } from './deviation.ts';
import type { DetectorOptions, Judged, Method, StreamDetector } from './stream-detector.ts';

/**
 * The robust z of the step from the window before, against the last `history` steps: finds jumps in series
 * that wander. After a missing window there is no step to judge. O(history).
 */
export const difference: Method = {
  threshold: 3.5,
  season: 'none',
  refractory: 0,
  startsOver: false,
  make: (options) => new Difference(options)
};

class Difference implements StreamDetector {
  readonly #steps: StreamDetector;
  #before = Number.NaN;
  #at = Number.NaN;
  /** The value that the last step judged began at. */
  #from = Number.NaN;

  constructor(options: DetectorOptions) {
    this.#steps = robust.make({ ...options, season: 0 });
  }

  update(t: number, value: number, limit: number): Judged | null {
    const before = this.#before;
    const isNext = t === this.#at + 1;
    this.#before = value;
    this.#at = t;
    if (!isNext) return null;
    this.#from = before;
    const judged = this.#steps.update(t, value - before, limit);
    if (!judged) return null;
    const { score, expected, lo, hi } = judged;
    return { score, expected: before + expected, lo: before + lo, hi: before + hi };
  }

  limitFor(p: number): number {
    return this.#steps.limitFor(p);
  }

  reason(judged: Judged): string {
    const expected = judged.expected - this.#from;
    return `a step whose size is ${this.#steps.reason({ ...judged, expected })}`;
  }

  snapshot(): unknown {
    const figures = [this.#before, this.#at, this.#from];
    return { figures, steps: this.#steps.snapshot() };
  }

  restore(snapshot: unknown): void {
    const state = snapshot as { figures: [number, number, number]; steps: unknown };
    [this.#before, this.#at, this.#from] = state.figures;
    this.#steps.restore(state.steps);
  }
}
