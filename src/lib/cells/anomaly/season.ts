import { seasonOf, type Frequency } from '#lib/analytics/time/frequency.ts';

const day = 86_400_000;
const halfHour = day / 48;

/** The season that goes with a frequency: as for forecasts, and one day for steps of less than an hour. */
export function naturalSeason(frequency: Frequency | null): number {
  if (!frequency) return 1;
  const season = seasonOf(frequency);
  if (season > 1 || frequency.unit !== 'ms') return season;
  const perDay = day / frequency.size;
  return perDay >= 2 && Number.isInteger(perDay) ? perDay : 1;
}

/**
 * The place of each time in the season for methods that mind no gaps: half-hours of the day for steps under a
 * day (whole steps where those are longer), days of the week, weeks of the year, months. null where no season
 * goes with the frequency.
 */
export function placesOf(times: Float64Array, frequency: Frequency | null): Int32Array | null {
  if (!frequency || frequency.unit === 'number') return null;
  const { unit, size } = frequency;
  if (unit === 'month') {
    if (size >= 12) return null;
    return Int32Array.from(times, (time) => Math.floor(new Date(time).getUTCMonth() / size));
  }
  if (size < day) {
    const width = Math.max(halfHour, size);
    return Int32Array.from(times, (time) => Math.floor((((time % day) + day) % day) / width));
  }
  if (size === day) return Int32Array.from(times, (time) => Math.floor(time / day) % 7);
  if (size !== 7 * day) return null;
  return Int32Array.from(times, (time) => {
    const year = new Date(time).getUTCFullYear();
    return Math.floor((time - Date.UTC(year, 0, 1)) / size);
  });
}

/** Places counted in rows. */
export function placesOfRows(rows: number, season: number): Int32Array | null {
  return season < 2 ? null : Int32Array.from({ length: rows }, (_, i) => i % season);
}

/** Rows that novelty is only learnt from: 200 where rows are an hour or less apart, else 30. */
export function naturalLearning(frequency: Frequency | null): number {
  return Math.max(30, naturalRefractory(frequency));
}

/** Rows that an incident lasts for a method without a stated `refractory`: 200 where rows are an hour or less apart, else 10. */
export function naturalRefractory(frequency: Frequency | null): number {
  return frequency?.unit === 'ms' && frequency.size <= day / 24 ? 200 : 10;
}
