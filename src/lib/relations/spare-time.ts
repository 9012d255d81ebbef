import { Cancelled } from '#lib/base/problem.ts';

/** A run that follows another comes sooner than this. */
const pauseMs = 60;

/**
 * Work that nobody waits for, done while no run is under way: one piece after another. A run that starts stops the piece
 * at hand, which begins again when the last run has ended.
 */
export class SpareTime {
  #runs = 0;
  #last: Promise<unknown> = Promise.resolve();
  readonly #stops = new Set<AbortController>();
  readonly #waiting = new Set<() => void>();

  /** A run, which comes first. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    this.#runs++;
    for (const stop of this.#stops) stop.abort();
    try {
      return await work();
    } finally {
      this.#runs--;
      if (this.#runs === 0) for (const go of this.#waiting) go();
    }
  }

  /** Work for spare time; rejects with Cancelled when `signal` says so, waiting or not. */
  async use<T>(work: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
    const before = this.#last;
    const done = before.then(() => this.#attempt(work, signal));
    this.#last = done.catch(() => undefined);
    return done;
  }

  async #attempt<T>(work: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
    for (;;) {
      await this.#free(signal);
      const stop = new AbortController();
      this.#stops.add(stop);
      try {
        return await work(AbortSignal.any([signal, stop.signal]));
      } catch (error) {
        if (signal.aborted || !stop.signal.aborted) throw error;
      } finally {
        this.#stops.delete(stop);
      }
    }
  }

  /** Resolves when no run is under way and none has followed the last one at once. */
  async #free(signal: AbortSignal): Promise<void> {
    do {
      await this.#noRun(signal);
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
      if (signal.aborted) throw new Cancelled();
    } while (this.#runs > 0);
  }

  async #noRun(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && this.#runs > 0) {
      await new Promise<void>((resolve) => {
        const go = () => {
          this.#waiting.delete(go);
          signal.removeEventListener('abort', go);
          resolve();
        };
        this.#waiting.add(go);
        signal.addEventListener('abort', go);
      });
    }
    if (signal.aborted) throw new Cancelled();
  }
}
