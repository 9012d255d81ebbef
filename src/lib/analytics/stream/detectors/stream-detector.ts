import type { Foreseen } from '../foretold.ts';

/** What one value was judged to be. NaN where a method has no such figure. */
export interface Judged {
  /** Distance from the ordinary in the method's own unit; signed where a side makes sense. */
  readonly score: number;
  readonly expected: number;
  /** The values at which |score| would have reached the limit. */
  readonly lo: number;
  readonly hi: number;
}

/**
 * The detector of one series: judges a value by nothing but the values before it, then learns it. Memory is
 * bounded, the answer to the same values the same. Values are finite, of at most 1e150 in size.
 */
export interface StreamDetector {
  /**
   * `t` counts windows since 1970 and may jump; null while too little is known. `limit` is what |score| may
   * reach before the value is an anomaly.
   */
  update(t: number, value: number, limit: number): Judged | null;
  /** The limit that one value exceeds with probability `p` under independent normal noise, by what is known now. */
  limitFor(p: number): number;
  /** What made the score of the last value, to follow "orders 12 is …". */
  reason(judged: Judged): string;
  /** An anomaly has been told. Detectors of change begin to learn the new level. */
  told?(): void;
  /** The whole state, as plain data: `restore` of it in a new detector goes on as this one would. */
  snapshot(): unknown;
  restore(snapshot: unknown): void;
}

export interface DetectorOptions {
  /** Past windows that a value is judged against, where a method has such a number. */
  readonly history: number;
  /** Windows in one season; 0 = none, 'auto' = found in the data. */
  readonly season: number | 'auto';
  /** Milliseconds from one window to the next; NaN where they have no fixed length. */
  readonly slide: number;
  /** False alarms wanted per window, where a budget was given. */
  readonly falseAlarms: number | null;
  readonly seed: number;
  /** What a forecast says of a window of this series, for the method `forecast`. */
  readonly foretold?: (t: number) => Foreseen | null;
}

export interface Method {
  /** The limit without a threshold or budget. */
  readonly threshold: number;
  /** Whether `season` means anything to it, and what it is when not stated. */
  readonly season: 'none' | 'stated' | 'auto';
  /** Windows that an incident lasts: within them only a greater score is told. 'day' = a day's, from 10 to 200. */
  readonly refractory: number | 'day';
  /** Whether scores start over once told, so that no tail of theirs can be learnt: a budget is kept by theory. */
  readonly startsOver: boolean;
  make(options: DetectorOptions): StreamDetector;
}

/** A number in a sentence. */
export function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/** The spread below which differences are ripples: 1 % of the level. */
export function leastSpread(level: number): number {
  return Math.max(Math.abs(level) * 0.01, 1e-9);
}
