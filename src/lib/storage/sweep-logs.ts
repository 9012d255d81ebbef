import { EventLogs } from './event-logs.ts';
import { notebooksSince } from './library.ts';
import { openNotebooks } from './lock.ts';

/** Milliseconds for which the events of a notebook stay after it was removed: as long as that can be undone, and more. */
export const logsStay = 120_000;

/**
 * Takes the events of streams away whose notebook is gone: it is neither in this browser nor open in a tab, and was not
 * removed a moment ago. `own`: a notebook that stays in any case. Without storage nothing happens.
 */
export async function sweepLogs(
  now: number,
  own: readonly string[] = [],
  openLogs: () => Promise<EventLogs | null> = () => EventLogs.open()
): Promise<void> {
  try {
    const [kept, open] = await Promise.all([notebooksSince(now - logsStay), openNotebooks()]);
    await (await openLogs())?.keepOnly([...kept, ...open, ...own]);
  } catch {
    // The next start tries again.
  }
}
