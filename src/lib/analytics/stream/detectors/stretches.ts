/** Stretches that ended before one can be called long, and the length up to which none is. */
const leastEnded = 30;
const leastLength = 3;

/**
 * Lengths of stretches of one kind (equal values, missing windows): how many times the longest that ended
 * before one is, told once as it passes the limit and 0 at all other times. O(1).
 */
export class Stretches {
  current = 0;
  #longest = leastLength;
  /** Windows or stretches that ended. */
  #ended = 0;
  #isTold = false;

  /** The stretch goes on by one window. */
  longer(limit: number): number {
    this.current++;
    return this.#judge(limit);
  }

  /** A whole stretch at once, seen from its end. */
  whole(length: number, limit: number): number {
    this.current = length;
    const score = this.#judge(limit);
    this.none();
    return score;
  }

  /** A window that is in no stretch; what was going on has ended. */
  none(): number {
    if (this.current > this.#longest) this.#longest = this.current;
    this.#ended++;
    this.current = 0;
    this.#isTold = false;
    return 0;
  }

  snapshot(): readonly number[] {
    return [this.current, this.#longest, this.#ended, this.#isTold ? 1 : 0];
  }

  restore([current = 0, longest = leastLength, ended = 0, told = 0]: readonly number[]): void {
    this.current = current;
    this.#longest = longest;
    this.#ended = ended;
    this.#isTold = told === 1;
  }

  #judge(limit: number): number {
    if (this.#isTold || this.#ended < leastEnded) return 0;
    const times = this.current / this.#longest;
    if (times <= limit) return 0;
    this.#isTold = true;
    return times;
  }
}
