import { Baseline } from './baseline.ts';
import type { DetectorOptions, Judged, StreamDetector } from './stream-detector.ts';

const learning = 8;

/**
 * What charts of change share: a level learnt from the first eight windows on, two figures that go on from window to
 * window, a limit for a budget worked out once, and a new beginning after an anomaly.
 */
export abstract class ControlChart implements StreamDetector {
  protected readonly past = new Baseline();
  protected state: readonly [number, number];
  readonly #start: readonly [number, number];
  readonly #limitAt: (falseAlarms: number) => number;
  readonly #falseAlarms: number | null;
  readonly #budgeted: number;

  /** `start` is the two figures at the beginning, `limitAt` the limit at which so many false alarms come per window. */
  constructor(
    { falseAlarms }: DetectorOptions,
    start: readonly [number, number],
    limitAt: (falseAlarms: number) => number
  ) {
    this.state = this.#start = start;
    this.#limitAt = limitAt;
    this.#falseAlarms = falseAlarms;
    this.#budgeted = falseAlarms === null ? Number.NaN : limitAt(falseAlarms);
  }

  update(_t: number, value: number, limit: number): Judged | null {
    if (this.past.size >= learning) return this.chart(value, limit);
    this.past.learn(value);
    return null;
  }

  limitFor(p: number): number {
    return p === this.#falseAlarms ? this.#budgeted : this.#limitAt(p);
  }

  told(): void {
    this.past.clear();
    this.state = this.#start;
  }

  snapshot(): unknown {
    return [...this.state, ...this.past.snapshot()];
  }

  restore(snapshot: unknown): void {
    const [first = 0, second = 0, ...past] = snapshot as readonly number[];
    this.state = [first, second];
    this.past.restore(past);
  }

  abstract reason(judged: Judged): string;

  /** Judges a value once the level is known, and learns it. */
  protected abstract chart(value: number, limit: number): Judged;
}
