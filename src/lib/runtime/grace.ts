import { deferred } from '#lib/base/deferred.ts';
import { Cancelled } from '#lib/base/problem.ts';

/** How long a cancelled call may take to stop by itself. */
const graceMs = 400;

/**
 * The result of `work`, or Cancelled once `signal` is aborted: as soon as the work has stopped, and after the grace in
 * any case. `onOverdue` is told when the work did not stop in time, so that it can be ended by force.
 */
export async function withGrace<T>(
  signal: AbortSignal,
  work: () => Promise<T>,
  onOverdue: () => void = () => undefined
): Promise<T> {
  if (signal.aborted) throw new Cancelled();
  const overdue = deferred<never>();
  let timer: ReturnType<typeof setTimeout> | null = null;
  const abort = () => {
    timer = setTimeout(() => {
      onOverdue();
      overdue.reject(new Cancelled());
    }, graceMs);
  };
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work(), overdue.promise]);
  } catch (error) {
    // What breaks while it is being stopped is of no interest to anyone.
    throw signal.aborted ? new Cancelled() : error;
  } finally {
    signal.removeEventListener('abort', abort);
    if (timer !== null) clearTimeout(timer);
  }
}
