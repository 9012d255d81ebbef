import { normalOfStudent, studentOfNormal } from './student.ts';
import { leastSpread } from './stream-detector.ts';

/**
 * What a series was before now, for charts that have no phase of calibration: mean and variance by Welford's
 * recurrence (1962), and the self-starting standardisation of Hawkins (1987), by which independent normal
 * values become independent standard normal ones from the third value on, however few were seen. O(1).
 */
export class Baseline {
  size = 0;
  mean = 0;
  #squares = 0;

  /** Sample standard deviation, at least 1 % of the level. */
  get deviation(): number {
    const spread = this.size < 2 ? 0 : Math.sqrt(this.#squares / (this.size - 1));
    return Math.max(spread, leastSpread(this.mean));
  }

  /** The normal deviate of `x` against the values learnt; at least two are. */
  deviate(x: number): number {
    return normalOfStudent((x - this.mean) / this.#unit, this.size - 1);
  }

  /** The value that has this normal deviate. */
  valueAt(deviate: number): number {
    return this.mean + studentOfNormal(deviate, this.size - 1) * this.#unit;
  }

  learn(x: number): void {
    this.size++;
    const gap = x - this.mean;
    this.mean += gap / this.size;
    this.#squares += gap * (x - this.mean);
  }

  clear(): void {
    this.restore([0, 0, 0]);
  }

  snapshot(): readonly number[] {
    return [this.size, this.mean, this.#squares];
  }

  restore([size = 0, mean = 0, squares = 0]: readonly number[]): void {
    this.size = size;
    this.mean = mean;
    this.#squares = squares;
  }

  get #unit(): number {
    return this.deviation * Math.sqrt(1 + 1 / this.size);
  }
}
