import type { KeyBounds } from '#lib/analytics/stream/bounded-keys.ts';
import { lookBack } from '#lib/analytics/stream/detect.ts';
import type { Retention, StreamClock } from '../core/context.ts';
import type { MonitorConfig } from './config.ts';

/** Of a live source, where nothing is written. */
const usualIdle = 604_800_000;
const usualKeys = 100_000;
const usualRows = 1_000_000;

/**
 * How long keys are known and how many: as written, else without end for what is over some day, such as a replay, and
 * for the rest no less than detectors look back. What a rule waits is never cut short; time in which a window may still
 * change comes on top.
 */
export function keyBounds(
  { retain, rules, detectors, window }: MonitorConfig,
  clock: StreamClock | null,
  lateness: number
): KeyBounds | null {
  const isStated = retain.idle !== null || retain.keys !== null;
  if (clock?.isLive !== true && !isStated) return null;
  const endless = clock?.isLive === true || retain.idle !== null;
  const usual = () => Math.max(clock?.retain?.age ?? usualIdle, ...detectors.map(lookBack));
  const idle = retain.idle ?? usual();
  const waits = rules.flatMap(({ hold, keep, noData }) => [hold, keep, noData ?? 0]);
  const length = window.kind === 'grid' ? window.size + window.slide : window.gap;
  return {
    idle: endless ? Math.max(idle, ...waits) + length + lateness : Infinity,
    most: retain.keys ?? usualKeys
  };
}

/** What a table keeps whose event time is in `column`: as written, else the latest rows of what has no end. */
export function tableBounds(
  { retain: { rows, age } }: MonitorConfig,
  clock: StreamClock | null,
  column: string,
  watermark: number
): Retention[] {
  const usual = clock?.isLive === true && age === null ? usualRows : null;
  const latest = rows ?? usual;
  return [
    ...(latest === null ? [] : [{ latest }]),
    ...(age === null || !Number.isFinite(watermark) ? [] : [{ column, from: watermark - age }])
  ];
}

/** How far back it is noted how many rows there were, in steps of so many events. */
const mostMarks = 500;

/**
 * What stays of late events, or of corrections: what the stream keeps of events by age, or by rows as of when they came.
 * A late event is old by its time, and yet among the latest of the log.
 */
export class BandRetention {
  readonly #retain: StreamClock['retain'];
  /** Rows written, and how many there were after so many events. */
  #written = 0;
  #marks: { readonly events: number; readonly written: number }[] = [];

  constructor(clock: StreamClock | null) {
    this.#retain = clock?.isLive === true ? clock.retain : undefined;
  }

  /** The bounds once `more` rows are written, after `events` events; `column` holds event time. */
  bounds(column: string, more: number, events: number, watermark: number): Retention[] {
    const { rows = null, age = null } = this.#retain ?? {};
    this.#written += more;
    const bounds: Retention[] = [];
    if (age !== null && Number.isFinite(watermark)) bounds.push({ column, from: watermark - age });
    const before = rows === null ? undefined : this.#writtenAt(events, events - rows);
    if (before !== undefined) bounds.push({ latest: this.#written - before });
    return bounds;
  }

  #writtenAt(events: number, row: number): number | undefined {
    if (this.#marks.at(-1)?.events === events) this.#marks.pop();
    this.#marks.push({ events, written: this.#written });
    if (this.#marks.length > mostMarks) this.#marks = this.#marks.filter((_, i) => i % 2 === 1);
    const at = this.#marks.findLastIndex((mark) => mark.events <= row);
    // Nobody asks for earlier ones again.
    if (at > 0) this.#marks.splice(0, at);
    return at < 0 ? undefined : this.#marks[0]!.written;
  }
}
