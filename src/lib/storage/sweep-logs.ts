import { EventLogs } from './event-logs.ts';
import { clearBin, knownNotebooks } from './library.ts';
import { openNotebooks } from './lock.ts';

/**
 * Takes the events of streams away whose notebook is gone: it is neither in this browser nor open in a tab, and has lain
 * in the bin for as long as it could be restored. `own`: a notebook that stays in any case. Without storage nothing
 * happens.
 */
export async function sweepLogs(
  now: number,
  own: readonly string[] = [],
  openLogs: () => Promise<EventLogs | null> = () => EventLogs.open()
): Promise<void> {
  try {
    await clearBin(now);
    const [kept, open] = await Promise.all([knownNotebooks(), openNotebooks()]);
    await (await openLogs())?.keepOnly([...kept, ...open, ...own]);
  } catch {
    // The next start tries again.
  }
}
