import { seeded, type Random } from '#lib/base/random.ts';
import { normalQuantile } from '#lib/analytics/stats/normal.ts';
import { Detector, type DetectMethod } from '#lib/analytics/stream/detect.ts';
import { methods } from '#lib/analytics/stream/detectors/methods.ts';

const hour = 3_600_000;
const weeks = 13;
const length = weeks * 168;
/** The incident comes after nine of the thirteen weeks, on a working day at ten. */
const earliest = 9 * 168;
/** Alarms before are not counted: a month to learn. */
const counted = 4 * 168;

/** What can befall a feed of orders, and how many windows after its start an alarm still counts as having found it. */
const incidents = {
  'demand spike ×3': {
    within: 1,
    change: (value: number, since: number) => (since === 0 ? 3 * value : value)
  },
  'unit error ×12': {
    within: 1,
    change: (value: number, since: number) => (since === 0 ? 12 * value : value)
  },
  'batch sent twice': {
    within: 8,
    change: (value: number, since: number) => (since < 8 ? 2 * value : value)
  },
  'out of stock': {
    within: 8,
    change: (value: number, since: number) => (since < 8 ? 0.1 * value : value)
  },
  'warehouse silent': {
    within: 31,
    change: (value: number, since: number) => (since < 30 ? 0 : value)
  }
} as const satisfies Readonly<
  Record<string, { within: number; change: (value: number, since: number) => number }>
>;

export interface SupplyLine {
  readonly method: DetectMethod;
  readonly recall: Readonly<Record<string, number>>;
  readonly falseAlarmsPerMonth: number;
  /** Windows from the start of an incident to its alarm, the median of those found. */
  readonly delay: number;
}

/**
 * Hourly orders of shops with a day, a quiet weekend and Poisson noise at two levels, each with one incident, as
 * a monitor sees them: hours without an order have no window. Seeded; nothing here was looked at when detectors
 * were made, so that NAB is not the only judge.
 */
export function supplyScore(method: DetectMethod, runs = 8): SupplyLine {
  const hits: Record<string, number> = {};
  const delays: number[] = [];
  let falseAlarms = 0;
  let series = 0;
  for (const [name, { within, change }] of Object.entries(incidents)) {
    let found = 0;
    for (let run = 0; run < runs; run++) {
      const random = seeded(run, `supply ${name}`);
      const at = earliest + 168 * Math.floor(3 * random()) + 24 * Math.floor(5 * random()) + 10;
      const alarms = alarmsOf(method, orders(run % 2 ? 300 : 40, at, change, random));
      const first = alarms.find((t) => t >= at && t < at + within);
      if (first !== undefined) {
        found++;
        delays.push(first - at);
      }
      falseAlarms += alarms.filter((t) => t >= counted && (t < at || t > at + 48)).length;
      series++;
    }
    hits[name] = found / runs;
  }
  delays.sort((a, b) => a - b);
  const months = (series * (length - counted)) / 730;
  return {
    method,
    recall: hits,
    falseAlarmsPerMonth: falseAlarms / months,
    delay: delays[delays.length >> 1] ?? Number.NaN
  };
}

/** Orders by hour since a Monday at midnight. */
function orders(
  level: number,
  at: number,
  change: (value: number, since: number) => number,
  random: Random
): Float64Array {
  return Float64Array.from({ length }, (_, t) => {
    const time = t % 24;
    const open = time >= 6 && time < 22 ? 0.3 + Math.sin(((time - 6) / 16) * Math.PI) : 0.03;
    const weekend = Math.floor(t / 24) % 7 > 4 ? 0.5 : 1;
    const value = poisson(level * open * weekend, random);
    return t < at ? value : Math.round(change(value, t - at));
  });
}

function alarmsOf(method: DetectMethod, values: Float64Array): number[] {
  const detector = new Detector({
    measure: 'orders',
    method,
    threshold: null,
    falseAlarms: null,
    history: 30,
    season: methods[method].season === 'auto' ? 'auto' : 0,
    slide: hour,
    refractory: null,
    seed: 0,
    forecast: null
  });
  const monday = 4 * 24;
  return [...values].flatMap((value, t) =>
    value > 0 && detector.judge(0, monday + t, value)?.anomaly ? [t] : []
  );
}

/** Counted off for small means, by the normal beyond thirty. */
function poisson(mean: number, random: Random): number {
  if (mean > 30) {
    return Math.max(0, Math.round(mean + Math.sqrt(mean) * normalQuantile(random() || 0.5)));
  }
  let left = random();
  let share = Math.exp(-mean);
  let count = 0;
  while (left > share && count < 200) {
    left -= share;
    share *= mean / ++count;
  }
  return count;
}
