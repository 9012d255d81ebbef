import { countUpTo } from '#lib/analytics/stream/replay.ts';
import type { Live } from '../core/context.ts';

/** Rows taken at once, and the least and most wall-clock milliseconds between two batches that have to wait. */
const batchRows = 10_000;
const tick = 250;
const longestWait = 60_000;

/** What pacing needs of a live run. */
type Pacing = Pick<Live, 'speed' | 'elapsed' | 'sleep'>;

/**
 * Cuts scheduled arrivals into batches [start, end) in step with the wall clock: event time passes at the
 * reader's speed or, without a choice, at `ownSpeed`. At 0 it stands; at Infinity nothing waits. A change of
 * speed takes hold at once.
 */
export async function* paced(
  arrivals: Float64Array,
  ownSpeed: number,
  live: Pacing
): AsyncGenerator<readonly [number, number]> {
  let clock = arrivals[0] ?? 0;
  let looked = live.elapsed();
  let at = 0;
  while (at < arrivals.length) {
    const speed = live.speed() ?? ownSpeed;
    const now = live.elapsed();
    if (speed === Infinity) {
      looked = now;
      const end = Math.min(at + batchRows, arrivals.length);
      clock = arrivals[end - 1]!;
      yield [at, end];
      at = end;
      continue;
    }
    clock += (now - looked) * speed;
    looked = now;
    if (speed === 0) {
      await live.sleep(longestWait);
      continue;
    }
    const end = Math.min(countUpTo(arrivals, clock, at), at + batchRows);
    if (end > at) {
      yield [at, end];
      at = end;
    }
    if (at < arrivals.length && arrivals[at]! > clock) {
      const wait = (arrivals[at]! - clock) / speed;
      await live.sleep(Math.min(Math.max(wait, tick), longestWait));
    }
  }
}
