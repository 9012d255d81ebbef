import { formatDuration, parseDuration } from '#lib/base/duration.ts';

/** The distance between two rows of a series: milliseconds, calendar months, or plain numbers. */
export interface Frequency {
  /** `hour`, `day`, `week`, `month`, `quarter`, `year`, a duration such as `5m`, or `step` for numbered rows. */
  readonly name: string;
  readonly unit: 'ms' | 'month' | 'number';
  readonly size: number;
}

const day = 86_400_000;

export const frequencies = {
  hour: { name: 'hour', unit: 'ms', size: 3_600_000 },
  day: { name: 'day', unit: 'ms', size: day },
  week: { name: 'week', unit: 'ms', size: 7 * day },
  month: { name: 'month', unit: 'month', size: 1 },
  quarter: { name: 'quarter', unit: 'month', size: 3 },
  year: { name: 'year', unit: 'month', size: 12 }
} as const satisfies Readonly<Record<string, Frequency>>;

export type FrequencyName = keyof typeof frequencies;

const seasons: Readonly<Record<string, number>> = {
  hour: 24,
  day: 7,
  week: 52,
  month: 12,
  quarter: 4
};

/** The frequency of a name; null for `step`, which says nothing of its size. */
export function frequencyNamed(name: string): Frequency | null {
  const known: Readonly<Record<string, Frequency | undefined>> = frequencies;
  const size = parseDuration(name);
  return known[name] ?? (size === null ? null : { name, unit: 'ms', size });
}

/** The season that goes with a frequency by itself; 1 = none. */
export function seasonOf(frequency: Frequency): number {
  return seasons[frequency.name] ?? 1;
}

/**
 * The seasons that go with a frequency: those of a day and a week where rows are less than a day apart, of a
 * week and a year for days, else the one of `seasonOf`. Empty where none is known. In rows, ascending.
 */
export function seasonsOf(frequency: Frequency): readonly number[] {
  const { unit, size, name } = frequency;
  if (unit === 'ms' && size < day && Number.isInteger(day / size))
    return [day / size, (7 * day) / size];
  if (name === 'day') return [7, 365];
  const season = seasonOf(frequency);
  return season > 1 ? [season] : [];
}

/**
 * The frequency whose step is the most common between neighbouring distinct times, over all series; the
 * smaller on a tie. null when no series has two times. Times ascend within each series. O(rows).
 */
export function detectFrequency(
  series: Iterable<Float64Array>,
  calendar: boolean
): Frequency | null {
  const counts = new Map<string, { frequency: Frequency; count: number; gap: number }>();
  for (const times of series) {
    for (let i = 1; i < times.length; i++) {
      const gap = times[i]! - times[i - 1]!;
      if (!(gap > 0)) continue;
      const frequency = calendar ? calendarStep(times[i - 1]!, times[i]!) : numberStep(gap);
      const key = `${frequency.unit}${frequency.size}`;
      const seen = counts.get(key);
      if (seen) seen.count++;
      else counts.set(key, { frequency, count: 1, gap });
    }
  }
  let best: { frequency: Frequency; count: number; gap: number } | null = null;
  for (const entry of counts.values()) {
    const wins =
      !best || entry.count > best.count || (entry.count === best.count && entry.gap < best.gap);
    if (wins) best = entry;
  }
  return best?.frequency ?? null;
}

function numberStep(gap: number): Frequency {
  return { name: 'step', unit: 'number', size: gap };
}

function calendarStep(from: number, to: number): Frequency {
  const gap = to - from;
  if (gap >= 28 * day) {
    for (const frequency of [frequencies.month, frequencies.quarter, frequencies.year]) {
      const anchor = Math.max(dayOfMonth(from), dayOfMonth(to));
      if (addMonths(from, frequency.size, anchor) === to) return frequency;
    }
  }
  for (const frequency of [frequencies.hour, frequencies.day, frequencies.week]) {
    if (gap === frequency.size) return frequency;
  }
  return { name: formatDuration(gap), unit: 'ms', size: gap };
}

/** The time `steps` after the first of `times`; month steps keep the latest day of the month seen (31 Jan, 28 Feb, 31 Mar). */
function stepper(times: Float64Array, frequency: Frequency): (steps: number) => number {
  const first = times[0] ?? 0;
  if (frequency.unit !== 'month') return (steps) => first + steps * frequency.size;
  let anchor = 1;
  for (const time of times) anchor = Math.max(anchor, dayOfMonth(time));
  return (steps) => addMonths(first, steps * frequency.size, anchor);
}

/** The index of the first time that does not follow its neighbour by one step; −1 if all do. */
export function firstUneven(times: Float64Array, frequency: Frequency): number {
  const at = stepper(times, frequency);
  const slack = frequency.unit === 'number' ? 1e-9 * Math.abs(frequency.size) : 0;
  for (let i = 1; i < times.length; i++) {
    if (Math.abs(times[i]! - at(i)) > slack * i) return i;
  }
  return -1;
}

/** The next `count` times after the last. */
export function futureTimes(
  times: Float64Array,
  frequency: Frequency,
  count: number
): Float64Array {
  const at = stepper(times, frequency);
  return Float64Array.from({ length: count }, (_, i) => at(times.length + i));
}

/** How many steps lie between two times, as a fraction where they do not fit. */
export function stepsBetween(from: number, to: number, frequency: Frequency): number {
  if (frequency.unit !== 'month') return (to - from) / frequency.size;
  const a = new Date(from);
  const b = new Date(to);
  const months =
    (b.getUTCFullYear() - a.getUTCFullYear()) * 12 + (b.getUTCMonth() - a.getUTCMonth());
  return months / frequency.size;
}

function dayOfMonth(time: number): number {
  return new Date(time).getUTCDate();
}

function addMonths(time: number, months: number, anchor: number): number {
  const date = new Date(time);
  const index = date.getUTCFullYear() * 12 + date.getUTCMonth() + months;
  const year = Math.floor(index / 12);
  const month = index - year * 12;
  const length = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  const midnight = Math.floor(time / day) * day;
  return Date.UTC(year, month, Math.min(anchor, length)) + (time - midnight);
}
