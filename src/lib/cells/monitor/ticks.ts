import type { Columns } from '#lib/base/columns.ts';

/** The longest wait, so that one that has begun is never far too long for what comes due meanwhile. */
const longest = 1000;

/**
 * The batches of a running log, and null between two of them whenever something is due though no event comes.
 * `due` tells in how many milliseconds; Infinity: not at all. Late by a second at most, and as a hidden tab is.
 */
export async function* withTicks(
  batches: AsyncIterable<Columns>,
  due: () => number,
  sleep: (ms: number) => Promise<void>
): AsyncGenerator<Columns | null> {
  const iterator = batches[Symbol.asyncIterator]();
  let next = iterator.next();
  let tick: Promise<null> | null = null;
  for (;;) {
    const wait = due();
    if (!tick && wait < Infinity) {
      // A sleep that is broken off says so to the batches as well.
      tick = sleep(Math.min(Math.max(wait, 0), longest)).then(
        () => null,
        () => null
      );
    }
    const first = await (tick ? Promise.race([next, tick]) : next);
    if (first === null) {
      tick = null;
      if (due() <= 0) yield null;
    } else if (first.done) return;
    else {
      // Nothing is asked for before the reader is done: what is known of the last batch stands until then.
      yield first.value;
      next = iterator.next();
      // A failure counts when it is waited for, even if that is after the reader has left.
      next.catch(() => undefined);
    }
  }
}
