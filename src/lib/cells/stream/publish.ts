import type { Columns } from '#lib/base/columns.ts';
import type { Live } from '../core/context.ts';

/** Posts rows of a log to the channel it is published on, without their numbers: who takes them gives them its own. */
export function publishLog(live: Live, channel: string | undefined, log: Columns): void {
  if (channel === undefined || log.length === 0) return;
  const { length, names, vectors } = log;
  live.publish?.(channel, { length, names: names.slice(0, -1), vectors: vectors.slice(0, -1) });
}
