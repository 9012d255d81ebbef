import type { KeyBounds } from '#lib/analytics/stream/bounded-keys.ts';
import { lookBack } from '#lib/analytics/stream/detect.ts';
import type { Retention, StreamClock } from '../core/context.ts';
import type { MonitorConfig } from './config.ts';

/** Of a live source, where nothing is written. */
const usualIdle = 604_800_000;
const usualKeys = 100_000;

/**
 * How long keys are known and how many: as written, else without end for what is over some day, such as a replay. It is
 * no less than what a rule waits and a detector looks back; time in which a window may still change comes on top.
 */
export function keyBounds(
  { retain, rules, detectors, window }: MonitorConfig,
  clock: StreamClock | null,
  lateness: number
): KeyBounds | null {
  const isStated = retain.idle !== null || retain.keys !== null;
  if (clock?.isLive !== true && !isStated) return null;
  const endless = clock?.isLive === true || retain.idle !== null;
  const idle = retain.idle ?? clock?.retain?.age ?? usualIdle;
  const waits = rules.flatMap(({ hold, keep, noData }) => [hold, keep, noData ?? 0]);
  const length = window.kind === 'grid' ? window.size + window.slide : window.gap;
  return {
    idle: endless
      ? Math.max(idle, ...waits, ...detectors.map(lookBack)) + length + lateness
      : Infinity,
    most: retain.keys ?? usualKeys
  };
}

/** How far back the watermark is noted at least, in steps of so many rows. */
const mostMarks = 500;

/** What stays of late events and of corrections: what the stream keeps of events by age, or by rows as of when they came. */
export class BandRetention {
  readonly #retain: StreamClock['retain'];
  /** The watermark after so many events. */
  #marks: { readonly events: number; readonly watermark: number }[] = [];

  constructor(clock: StreamClock | null) {
    this.#retain = clock?.isLive === true ? clock.retain : undefined;
  }

  /** The bounds after `events` events; `column` holds event time. */
  bounds(column: string, events: number, watermark: number): Retention[] {
    const { rows = null, age = null } = this.#retain ?? {};
    if (!Number.isFinite(watermark)) return [];
    const bounds: Retention[] = [];
    if (age !== null) bounds.push({ column, from: watermark - age });
    const since = rows === null ? undefined : this.#watermarkAt(events, watermark, events - rows);
    if (since !== undefined) bounds.push({ column, from: since });
    return bounds;
  }

  #watermarkAt(events: number, watermark: number, row: number): number | undefined {
    if (this.#marks.at(-1)?.events !== events) this.#marks.push({ events, watermark });
    if (this.#marks.length > mostMarks) this.#marks = this.#marks.filter((_, i) => i % 2 === 1);
    return this.#marks.findLast((mark) => mark.events <= row)?.watermark;
  }
}
