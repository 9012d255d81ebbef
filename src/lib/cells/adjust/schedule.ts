import { eventTimes, timeColumn } from '#lib/analytics/stream/event-time.ts';
import { columns, numeric, text, type Columns } from '#lib/base/columns.ts';
import { formatDuration } from '#lib/base/duration.ts';

/** A look at things every so often, in the time of the events of a table. */
export interface Schedule {
  /** Milliseconds between two times; they are multiples of it since 1970-01-01T00:00Z. */
  readonly every: number;
  /** The table whose rows tell the time. */
  readonly of: string;
  /** Its column of time; null: the end of its windows, else its only time. */
  readonly time: string | null;
}

const most = 1000;

/**
 * The times of a schedule that the rows of a table have passed, as a table of alerts. Without `all` only the newest
 * one counts: what nobody decided on in time is not asked again. At most the last thousand.
 */
export function ticksOf({ every, of, time }: Schedule, table: Columns, all: boolean): Columns {
  let [first, last] = [Infinity, -Infinity];
  if (table.length > 0) {
    const named = time ?? (table.names.includes('window_end') ? 'window_end' : null);
    for (const at of eventTimes(table, timeColumn(table, named, of), of)) {
      if (at < first) first = at;
      if (at > last) last = at;
    }
  }
  const from = Math.floor(first / every) + 1;
  const to = Math.floor(last / every);
  const count = Number.isFinite(first) ? Math.max(0, to - from + 1) : 0;
  const shown = Math.min(count, all ? most : 1);
  const times = Array.from({ length: shown }, (_, i) => (to - shown + 1 + i) * every);
  return columns({
    time: numeric(times, 'timestamp'),
    alert: text(times.map(() => `schedule ${formatDuration(every)}`)),
    state: text(times.map(() => 'firing'))
  });
}
