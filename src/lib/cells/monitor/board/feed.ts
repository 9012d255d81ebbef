import type { FeedPeriod } from './rows.ts';

/** One bar of a feed strip; `silent` when nothing came in all of it. */
export interface Bar {
  readonly from: number;
  readonly events: number;
  /** Whether late events came in it. */
  readonly marked: boolean;
  readonly silent: boolean;
}

/** Periods joined until at most `most` bars are left. Counts are added up, so that nothing is lost from sight. */
export function barsOf(
  periods: readonly FeedPeriod[],
  period: number,
  most: number
): { readonly each: number; readonly bars: readonly Bar[] } {
  const join = Math.max(1, Math.ceil(periods.length / most));
  const bars: Bar[] = [];
  for (let i = 0; i < periods.length; i += join) {
    const part = periods.slice(i, i + join);
    bars.push({
      from: part[0]!.time,
      events: part.reduce((sum, p) => sum + p.events, 0),
      marked: part.some((p) => p.late > 0),
      silent: part.every((p) => p.silent)
    });
  }
  return { each: join * period, bars };
}

/** Stretches in which nothing came, oldest first. */
export function silences(
  periods: readonly FeedPeriod[],
  period: number
): { readonly from: number; readonly to: number }[] {
  const out: { from: number; to: number }[] = [];
  for (const { time, silent } of periods) {
    if (!silent) continue;
    const last = out.at(-1);
    if (last?.to === time) last.to = time + period;
    else out.push({ from: time, to: time + period });
  }
  return out;
}
