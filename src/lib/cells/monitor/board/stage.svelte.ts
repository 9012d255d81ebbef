/** How far back the board looks when nothing else is said. */
const usualWindows = 300;

/** Which stretch of time a board shows: the newest windows as they come, or a held one of the past. */
export class Stage {
  /** The right edge of what is shown while it is held; null: it follows the stream. */
  held = $state<number | null>(null);
  /** The windows that end in it are shown, in milliseconds, as far as there are some; null: the usual stretch. */
  #span = $state<number | null>(null);
  /** The end of the window that is read in full. */
  picked = $state<number | null>(null);
  /** First and last window end there are. */
  #first = $state(Number.NaN);
  #last = $state(Number.NaN);
  #step = $state(0);

  /** Tells what there is to show. */
  reach(first: number, last: number, step: number): void {
    this.#first = first;
    this.#last = last;
    this.#step = step;
  }

  get first(): number {
    return this.#first;
  }

  get last(): number {
    return this.#last;
  }

  get step(): number {
    return this.#step;
  }

  get paused(): boolean {
    return this.held !== null;
  }

  /** The moment the board stands at. */
  get to(): number {
    return this.held ?? this.#last;
  }

  /** How long a screen is: as asked for, as far as there are so many windows. */
  get span(): number {
    const wanted = this.#span ?? usualWindows * this.#distance;
    return Math.max(Math.min(wanted, this.#last - this.#first), this.#shortest);
  }

  /** Where what is shown begins: a screen before its end, or with the first window there is. */
  get from(): number {
    return Math.max(this.to - this.span, Math.min(this.#first, this.to - this.#shortest));
  }

  /** How long a time is shown: a screen, or less of it near the beginning. */
  get length(): number {
    return this.to - this.from;
  }

  get #distance(): number {
    return this.#step > 0 ? this.#step : (this.#last - this.#first) / usualWindows;
  }

  get #shortest(): number {
    return Math.max(2 * this.#distance, 1);
  }

  /** Whether nothing lies outside of what is shown. */
  get whole(): boolean {
    return this.span >= this.#last - this.#first;
  }

  pause(): void {
    this.held ??= this.#last;
  }

  follow(): void {
    this.held = null;
    this.picked = null;
  }

  /** Holds the board at a moment, as near as there are windows: also while there are few, or all are shown. */
  moveTo(time: number): void {
    if (Number.isNaN(this.#last)) return;
    this.held = Math.max(Math.min(time, this.#last), this.#first);
    const { picked } = this;
    if (picked !== null && (picked > this.to || picked < this.from)) this.picked = null;
  }

  /** The same, but no further back than where a screen is full. */
  panTo(time: number): void {
    this.moveTo(Math.max(time, Math.min(this.#first + this.span, this.to)));
  }

  /** Makes the stretch longer or shorter around a moment of it; the newest stays where the board follows. */
  zoom(factor: number, around = this.to): void {
    const before = this.length;
    const share = (this.to - around) / before;
    this.#span = before * factor;
    if (this.held !== null) this.panTo(around + share * this.span);
  }

  /** Shows all there is, and all that is yet to come or to be read. */
  showAll(): void {
    this.#span = Infinity;
    if (this.held !== null) this.moveTo(this.#last);
  }

  /** Brings a window into view and reads it. */
  pick(time: number): void {
    if (time < this.from || time > this.to) this.panTo(time + this.span / 2);
    this.picked = time;
  }
}
