import { normalQuantile } from '#lib/analytics/stats/normal.ts';
import { Past } from './past.ts';

export const detectMethods = ['zscore', 'robust'] as const;
type DetectMethod = (typeof detectMethods)[number];

/** How a measure is watched. Without a method: `robust`. */
export interface DetectorSpec {
  readonly measure: string;
  readonly method: DetectMethod;
  /** Scores beyond it, either way, are anomalies. */
  readonly threshold: number | null;
  /** Instead of a threshold: false alarms to expect per window and key. */
  readonly falseAlarms: number | null;
  /** Past windows of the key that a value is judged against. */
  readonly history: number;
  /** Windows in one season; 0 = none. */
  readonly season: number;
}

/** What a value was expected to be. `score` is signed, in (robust) standard deviations. */
export interface Reading {
  readonly expected: number;
  readonly lo: number;
  readonly hi: number;
  readonly score: number;
  readonly anomaly: boolean;
  /** Past windows that the judgement rests on. */
  readonly basis: number;
}

/** Past windows needed before the first judgement. */
export const leastHistory = 8;
const leastSeasons = 2;
const seasonsKept = 8;

/**
 * Judges the windows of every key against the trailing windows of the same key.
 *
 * - `zscore`: (x − mean) / sample standard deviation of the last `history` windows.
 * - `robust`: (x − median) / (1.4826 · MAD); where more than half of the past is one value, the mean absolute
 *   deviation (× 1.2533) stands in for the MAD.
 * - With a season, what is judged is x less the mean (or median) of the last values at the same place in the season.
 *
 * The spread is never taken as less than 1 % of the level, so that a perfectly flat past does not make an
 * anomaly of every ripple. `falseAlarms` becomes a two-sided threshold under normal noise, widened for the
 * short past as Student's t is (Cornish–Fisher; the MAD counts for 37 % of its sample). Every value joins
 * the past after it was judged, so a lasting shift becomes the new normal. Missing values are neither judged
 * nor remembered. O(history) per window.
 */
export class Detector {
  readonly spec: DetectorSpec;
  readonly #past: Past[] = [];
  readonly #phases: Map<number, Past>[] = [];

  constructor(spec: DetectorSpec) {
    this.spec = spec;
  }

  /** Judges the value of a window (`index` counts windows since 1970) and remembers it; null while the past is too short. */
  judge(slot: number, index: number, value: number): Reading | null {
    if (value !== value) return null;
    const phase = this.#phase(slot, index);
    const level = phase ? (phase.size < leastSeasons ? null : this.#centre(phase)) : 0;
    phase?.push(value);
    if (level === null) return null;
    const past = (this.#past[slot] ??= new Past(this.spec.history));
    const reading = past.size < leastHistory ? null : this.#against(past, level, value);
    past.push(value - level);
    return reading;
  }

  #phase(slot: number, index: number): Past | null {
    const { season } = this.spec;
    if (season === 0) return null;
    const phases = (this.#phases[slot] ??= new Map());
    const place = ((index % season) + season) % season;
    let ring = phases.get(place);
    if (!ring) phases.set(place, (ring = new Past(seasonsKept)));
    return ring;
  }

  #centre(past: Past): number {
    return this.spec.method === 'zscore' ? past.mean() : past.median();
  }

  #against(past: Past, level: number, value: number): Reading {
    const centre = this.#centre(past);
    const expected = level + centre;
    const spread = Math.max(this.#spread(past, centre), Math.abs(expected) * 0.01, 1e-9);
    const score = (value - expected) / spread;
    const threshold = this.#threshold(past.size);
    return {
      expected,
      lo: expected - threshold * spread,
      hi: expected + threshold * spread,
      score,
      anomaly: Math.abs(score) > threshold,
      basis: past.size
    };
  }

  #spread(past: Past, centre: number): number {
    if (this.spec.method === 'zscore') return past.deviation(centre);
    const deviation = 1.482602218505602 * past.medianDeviation();
    return deviation > 0 ? deviation : 1.2533141373155 * past.meanDeviation(centre);
  }

  #threshold(basis: number): number {
    const { threshold, falseAlarms, method } = this.spec;
    if (threshold !== null) return threshold;
    if (falseAlarms === null) return method === 'zscore' ? 3 : 3.5;
    const efficiency = method === 'zscore' ? 1 : 0.37;
    const z = normalQuantile(1 - Math.min(falseAlarms, 1) / 2);
    return studentQuantile(z, efficiency * (basis - 1)) * Math.sqrt(1 + 1 / basis);
  }
}

/** The quantile of Student's t with `freedom` degrees that a normal quantile `z` stands for (Cornish–Fisher to the third order; good from about 5 degrees on). */
function studentQuantile(z: number, freedom: number): number {
  const z3 = z ** 3;
  const z5 = z ** 5;
  const z7 = z ** 7;
  return (
    z +
    (z3 + z) / (4 * freedom) +
    (5 * z5 + 16 * z3 + 3 * z) / (96 * freedom ** 2) +
    (3 * z7 + 19 * z5 + 17 * z3 - 15 * z) / (384 * freedom ** 3)
  );
}

/** Why a window is an anomaly, for people. */
export function reasonOf(spec: DetectorSpec, reading: Reading, value: number): string {
  const side = reading.score > 0 ? 'above' : 'below';
  const unit = spec.method === 'zscore' ? 'standard deviations' : 'robust standard deviations';
  const centre = spec.method === 'zscore' ? 'mean' : 'median';
  const season = spec.season > 0 ? ' for this place in the season' : '';
  return (
    `${spec.measure} ${short(value)} is ${short(Math.abs(reading.score))} ${unit} ${side} ` +
    `${short(reading.expected)}, the ${centre} of the last ${reading.basis} windows${season}`
  );
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}
