/** What the queue needs of a page. */
interface Page {
  now(): number;
  requestFrame(then: () => void): void;
}

/** Script of a frame that drawing may take before the rest waits for the next one, in milliseconds. */
const budget = 3;

/**
 * Draws in the frames of the page. Of what asks more than once before its turn only the newest is drawn; each frame
 * takes what fits into its budget, at least one, first come first served, so that a board of many charts never holds
 * up a frame, and every chart comes to its turn.
 */
export class DrawQueue {
  readonly #page: Page;
  /** In order of asking. */
  readonly #waiting = new Map<object, () => void>();
  #isAsked = false;

  constructor(page: Page) {
    this.#page = page;
  }

  /** Has `draw` called in a frame to come; it stands in the place of what the same `who` asked for before. */
  ask(who: object, draw: () => void): void {
    this.#waiting.set(who, draw);
    this.#request();
  }

  forget(who: object): void {
    this.#waiting.delete(who);
  }

  #request(): void {
    if (this.#isAsked || this.#waiting.size === 0) return;
    this.#isAsked = true;
    this.#page.requestFrame(() => this.#frame());
  }

  #frame(): void {
    this.#isAsked = false;
    const began = this.#page.now();
    let longest = 0;
    try {
      for (const [who, draw] of this.#waiting) {
        const from = this.#page.now();
        if (from > began && from - began + longest > budget) break;
        this.#waiting.delete(who);
        draw();
        longest = Math.max(longest, this.#page.now() - from);
      }
    } finally {
      this.#request();
    }
  }
}

/** The charts of this page. */
export const drawings = new DrawQueue({
  now: () => performance.now(),
  requestFrame: (then) => requestAnimationFrame(then)
});
