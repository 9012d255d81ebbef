/**
 * Tells whether a score is the greatest of the last windows: of one incident only the first alarm, and a later
 * one only if it is worse. A queue of falling scores; O(1) amortised, at most as long as the refractory time.
 */
export class Refractory {
  readonly #windows: number;
  #times: number[] = [];
  #scores: number[] = [];
  #head = 0;

  constructor(windows: number) {
    this.#windows = windows;
  }

  /** Whether `score` in window `t` is greater than all of the last windows. */
  takes(t: number, score: number): boolean {
    if (this.#windows === 0) return true;
    while (this.#head < this.#times.length && this.#times[this.#head]! < t - this.#windows)
      this.#head++;
    const shadowed = this.#head < this.#scores.length && this.#scores[this.#head]! >= score;
    while (this.#scores.length > this.#head && this.#scores.at(-1)! <= score) {
      this.#scores.pop();
      this.#times.pop();
    }
    this.#times.push(t);
    this.#scores.push(score);
    if (this.#head > 64) this.#trim();
    return !shadowed;
  }

  snapshot(): readonly (readonly number[])[] {
    this.#trim();
    return [[...this.#times], [...this.#scores]];
  }

  restore([times = [], scores = []]: readonly (readonly number[])[]): void {
    this.#times = [...times];
    this.#scores = [...scores];
    this.#head = 0;
  }

  #trim(): void {
    this.#times.splice(0, this.#head);
    this.#scores.splice(0, this.#head);
    this.#head = 0;
  }
}
