import { deferred, type Deferred } from '#lib/base/deferred.ts';

/** Holds a run where it checks in, until it may go on. */
export class Pause {
  #released: Deferred<void> | null = null;

  get held(): boolean {
    return this.#released !== null;
  }

  set(held: boolean): void {
    if (held) this.#released ??= deferred<void>();
    else {
      this.#released?.resolve();
      this.#released = null;
    }
  }

  /** Resolves once the run may go on, or is stopped. */
  async passed(signal: AbortSignal): Promise<void> {
    while (this.#released && !signal.aborted) {
      const stopped = deferred<void>();
      const stop = () => stopped.resolve();
      signal.addEventListener('abort', stop, { once: true });
      await Promise.race([this.#released.promise, stopped.promise]);
      signal.removeEventListener('abort', stop);
    }
  }
}
