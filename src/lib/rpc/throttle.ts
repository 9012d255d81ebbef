export interface Throttle<T> {
  readonly push: (value: T) => void;
  /** Sends what is held back, at once, and nothing afterwards. */
  flush(this: void): void;
}

/**
 * Sends at most one value per `everyMs`: the first at once, of those in between only the last (or what `combine` makes
 * of them). The clock is read on every push, so that code which never yields still reports.
 */
export function throttle<T>(
  send: (value: T) => void,
  everyMs: number,
  combine: (earlier: T, later: T) => T = (_, later) => later
): Throttle<T> {
  let held: { value: T } | null = null;
  let timer: ReturnType<typeof setTimeout> | null = null;
  let sentAt = Number.NEGATIVE_INFINITY;
  let ended = false;

  function release(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (!held) return;
    const { value } = held;
    held = null;
    sentAt = performance.now();
    send(value);
  }

  return {
    push(value) {
      if (ended) return;
      held = { value: held ? combine(held.value, value) : value };
      const wait = sentAt + everyMs - performance.now();
      if (wait <= 0) release();
      else timer ??= setTimeout(release, wait);
    },
    flush() {
      release();
      ended = true;
    }
  };
}
