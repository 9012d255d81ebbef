import type { Foreseen } from './foretold.ts';
import { methods } from './detectors/methods.ts';
import { Refractory } from './detectors/refractory.ts';
import { longestSeason } from './detectors/seasons.ts';
import {
  short,
  type Judged,
  type Method,
  type StreamDetector
} from './detectors/stream-detector.ts';
import { Tail } from './detectors/tail.ts';

export type DetectMethod = keyof typeof methods;
export const detectMethods = Object.keys(methods) as readonly DetectMethod[];
export const defaultMethod: DetectMethod = 'novelty';

/** How a measure is watched. */
export interface DetectorSpec {
  readonly measure: string;
  readonly method: DetectMethod;
  /** Scores beyond it, either way, are anomalies; null: the method's own. */
  readonly threshold: number | null;
  /** Instead of a threshold: false alarms to expect per window and key. */
  readonly falseAlarms: number | null;
  /** Past windows of the key that a value is judged against, where the method has such a number. */
  readonly history: number;
  /** Windows in one season; 0 = none, 'auto' = found in the data. */
  readonly season: number | 'auto';
  /** Milliseconds from one window to the next; NaN for sessions. */
  readonly slide: number;
  /** Windows that an incident lasts; null: the method's own. */
  readonly refractory: number | null;
  readonly seed: number;
  /** The relation that the method `forecast` reads. */
  readonly forecast: string | null;
}

/** What a forecast says of window `t` of a key; null if nothing. */
export type ForetoldFor = (slot: number, t: number) => Foreseen | null;

/** What a value was expected to be. `score` is in the method's own unit. */
export interface Reading extends Judged {
  readonly anomaly: boolean;
  /** Why it is an anomaly, for people; empty if it is none. */
  readonly reason: string;
}

/** What is kept of one key. */
interface Series {
  readonly detector: StreamDetector;
  readonly refractory: Refractory;
  readonly tail: Tail | null;
  /** Windows so far, for those that lie on no grid. */
  windows: number;
}

/** Numbers beyond would overflow when squared and added up. */
const mostExtreme = 1e150;
const mostScore = 1e12;
const day = 86_400_000;

/**
 * Judges the windows of every key against the earlier windows of the same key, and says which are anomalies:
 * those whose score is beyond the threshold and the greatest of the incident they belong to. A budget of false
 * alarms becomes a threshold by theory at first (independent normal noise), and by the tail of the key's own
 * scores once there are a hundred windows. A value is learnt after it was judged; missing values are neither
 * judged nor learnt.
 */
export class Detector {
  readonly spec: DetectorSpec;
  readonly #method: Method;
  readonly #refractory: number;
  readonly #foretold: ForetoldFor | null;
  readonly #series: (Series | undefined)[] = [];

  constructor(spec: DetectorSpec, foretold: ForetoldFor | null = null) {
    this.spec = spec;
    this.#foretold = foretold;
    this.#method = methods[spec.method];
    this.#refractory = spec.refractory ?? refractoryOf(this.#method, spec.slide);
  }

  /** Judges the value of a window (`index` counts windows since 1970, NaN for sessions); null while too little is known. */
  judge(slot: number, index: number, value: number): Reading | null {
    if (value !== value) return null;
    const series = (this.#series[slot] ??= this.#begin(slot));
    const t = index === index ? index : series.windows;
    series.windows++;
    const held = Math.max(-mostExtreme, Math.min(mostExtreme, value));
    const limit = this.#limit(series);
    const judged = series.detector.update(t, held, limit);
    if (!judged) return null;
    const score = Math.max(-mostScore, Math.min(mostScore, judged.score));
    const size = Math.abs(score);
    const isGreatest = series.refractory.takes(t, size);
    series.tail?.learn(isGreatest ? size : 0);
    const { expected, lo, hi } = judged;
    if (!isGreatest || !(size > limit))
      return { score, expected, lo, hi, anomaly: false, reason: '' };
    const why = series.detector.reason({ ...judged, score });
    series.detector.told?.();
    const reason = `${this.spec.measure} ${short(value)} is ${why}`;
    return { score, expected, lo, hi, anomaly: true, reason };
  }

  forget(slots: readonly number[]): void {
    for (const slot of slots) this.#series[slot] = undefined;
  }

  /** Everything that is known of every key, as plain data. */
  snapshot(): unknown {
    return this.#series.map(
      (series) =>
        series && {
          detector: series.detector.snapshot(),
          refractory: series.refractory.snapshot(),
          tail: series.tail?.snapshot() ?? null,
          windows: series.windows
        }
    );
  }

  restore(snapshot: unknown): void {
    const all = snapshot as (
      { detector: unknown; refractory: number[][]; tail: unknown; windows: number } | undefined
    )[];
    this.#series.length = 0;
    all.forEach((state, slot) => {
      if (!state) return;
      const series = this.#begin(slot);
      series.detector.restore(state.detector);
      series.refractory.restore(state.refractory);
      if (state.tail !== null) series.tail?.restore(state.tail);
      series.windows = state.windows;
      this.#series[slot] = series;
    });
  }

  #begin(slot: number): Series {
    const { falseAlarms } = this.spec;
    const foretold = this.#foretold;
    return {
      detector: this.#method.make({
        ...this.spec,
        ...(foretold ? { foretold: (t: number) => foretold(slot, t) } : {})
      }),
      refractory: new Refractory(this.#refractory),
      tail: falseAlarms === null || this.#method.startsOver ? null : new Tail(falseAlarms),
      windows: 0
    };
  }

  #limit({ detector, tail }: Series): number {
    const { threshold, falseAlarms } = this.spec;
    if (threshold !== null) return threshold;
    if (falseAlarms === null) return this.#method.threshold;
    const own = tail?.limit ?? Number.NaN;
    return own === own ? own : detector.limitFor(falseAlarms);
  }
}

/** By detector, whether it is the first of its measure: what that one says counts in conditions and expectations. */
export function firstOfMeasures(detectors: readonly DetectorSpec[]): readonly boolean[] {
  const measures = detectors.map(({ measure }) => measure.toLowerCase());
  return measures.map((measure, d) => measures.indexOf(measure) === d);
}

/** Milliseconds that a detector looks back: to the same place a season ago, or over its `history`. 0 in sessions. */
export function lookBack({ season, history, slide }: DetectorSpec): number {
  if (!(slide > 0)) return 0;
  return Math.max(history * slide, season === 'auto' ? longestSeason(slide) : season * slide);
}

function refractoryOf({ refractory }: Method, slide: number): number {
  if (refractory !== 'day') return refractory;
  return slide > 0 ? Math.max(10, Math.min(200, Math.round(day / slide))) : 10;
}
