import { calendarCycles, writeCalendar, type Cycle } from './calendar-cycles.ts';
import type { Regressors } from './model.ts';

/** What a network is told besides the values. Every list has one entry per series. */
export interface NetworkFacts {
  /** Under the same names for all. */
  readonly regressors?: readonly Regressors[];
  /** Milliseconds since 1970 of each row, those ahead included. */
  readonly times?: readonly Float64Array[];
  readonly statics?: readonly StaticFact[];
}

/** One figure or one word for each series; null where it is missing. */
export interface StaticFact {
  readonly name: string;
  readonly values: readonly (string | number | null)[];
}

/** How facts become numbers, learnt from the rows to train on: plain data, kept beside a saved network. */
export interface FactsCode {
  readonly covariates: readonly CovariateCode[];
  readonly cycles: readonly Cycle[];
  readonly statics: readonly StaticCode[];
}

interface CovariateCode {
  readonly name: string;
  /** Counts relative to its series' own mean. */
  readonly relative: boolean;
  readonly mean: number;
  /** 0: it never changed, and has no effect. */
  readonly scale: number;
}

/** Of numbers mean and spread (0: all alike); of words those with a column of their own, and the shares of all columns. */
type StaticCode =
  | { readonly name: string; readonly mean: number; readonly spread: number }
  | {
      readonly name: string;
      readonly levels: readonly string[];
      readonly shares: readonly number[];
    };

/** Facts as numbers around 0 of about unit size; 0 is the mean of the training rows. */
export interface EncodedFacts {
  readonly code: FactsCode;
  readonly covariates: readonly string[];
  /** By series, then by covariate: one entry per row that is known. */
  readonly columns: readonly (readonly Float32Array[])[];
  /** Values of the calendar per row; 0 = none. */
  readonly cycles: number;
  /** By series: rows × cycles. */
  readonly calendar: readonly Float32Array[];
  /** The column that each static feature comes from. */
  readonly statics: readonly string[];
  /** By series: one entry per static feature. */
  readonly features: readonly Float32Array[];
}

const largest = 10;
const mostLevels = 15;

/**
 * Scales what is known by the first `lengths[s]` rows of each series, those to train on, and no others.
 * A covariate that is positive throughout, such as a price, counts relative to its series' own mean. All are
 * centred and divided by their standard deviation over all series, at least a quarter of their range so that
 * rare events do not tower. One that never changes in training has no effect later.
 */
export function learnFacts(
  { regressors = [], times = [], statics = [] }: NetworkFacts,
  lengths: readonly number[],
  season: number
): FactsCode {
  return {
    covariates: (regressors[0]?.names ?? []).map((name, k) =>
      learnCovariate(
        name,
        regressors.map(({ columns }, s) => columns[k]!.subarray(0, lengths[s]))
      )
    ),
    cycles: calendarCycles(times, lengths, season),
    statics: statics.map(({ name, values }) => learnStatic(name, values))
  };
}

/** Facts by a code, kept within ±10; a relative covariate counts in the mean of its first `lengths[s]` rows. */
export function encodeFacts(
  { regressors = [], times = [], statics = [] }: NetworkFacts,
  lengths: readonly number[],
  code: FactsCode
): EncodedFacts {
  const { covariates, cycles } = code;
  const featuresOf = (one: StaticCode, value: string | number | null) =>
    'levels' in one ? wordFeatures(one, value) : numberFeatures(one, value);
  return {
    code,
    covariates: covariates.map(({ name }) => name),
    columns: regressors.map(({ columns }, s) =>
      covariates.map((one, k) => scaledBy(one, columns[k]!, lengths[s]!))
    ),
    cycles: 2 * cycles.length,
    calendar: cycles.length === 0 ? [] : times.map((own) => writeCalendar(own, cycles)),
    statics: code.statics.flatMap((one) => featuresOf(one, null).map(() => one.name)),
    features: lengths.map((_, s) =>
      Float32Array.from(code.statics.flatMap((one, j) => featuresOf(one, statics[j]!.values[s]!)))
    )
  };
}

function learnCovariate(name: string, known: readonly Float64Array[]): CovariateCode {
  const relative = known.every((column) => column.every((value) => value > 0));
  const units = known.map((column) => unitOf(relative, column));
  let [count, sum, low, high] = [0, 0, Infinity, -Infinity];
  known.forEach((column, s) => {
    for (const value of column) {
      const own = value / units[s]!;
      count++;
      sum += own;
      low = Math.min(low, own);
      high = Math.max(high, own);
    }
  });
  const mean = count === 0 ? 0 : sum / count;
  let squares = 0;
  known.forEach((column, s) => {
    for (const value of column) squares += (value / units[s]! - mean) ** 2;
  });
  const scale = Math.max(Math.sqrt(squares / count), (high - low) / 4);
  // Constant up to rounding says nothing.
  const changes = Number.isFinite(scale) && scale > 1e-9 * Math.max(Math.abs(low), Math.abs(high));
  return { name, relative, mean, scale: changes ? scale : 0 };
}

function unitOf(relative: boolean, known: Float64Array): number {
  return (relative && known.length > 0 && meanOf(known)) || 1;
}

function scaledBy(
  { relative, mean, scale }: CovariateCode,
  column: Float64Array,
  length: number
): Float32Array {
  if (scale === 0) return new Float32Array(column.length);
  const unit = unitOf(relative, column.subarray(0, length));
  return Float32Array.from(column, (value) => within((value / unit - mean) / scale));
}

/** Of words the 15 most common get a column each, the others share one. */
function learnStatic(name: string, values: readonly (string | number | null)[]): StaticCode {
  const numbers = values.filter((value) => typeof value === 'number');
  if (numbers.length > 0) {
    const mean = meanOf(numbers);
    const spread = Math.sqrt(meanOf(numbers.map((value) => (value - mean) ** 2)));
    const changes = spread > 1e-9 * Math.max(...numbers.map(Math.abs));
    return { name, mean, spread: changes ? spread : 0 };
  }
  const counts = new Map<string, number>();
  for (const value of values) {
    const level = String(value ?? '');
    counts.set(level, (counts.get(level) ?? 0) + 1);
  }
  if (counts.size < 2) return { name, levels: [], shares: [] };
  const common = [...counts]
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .slice(0, mostLevels);
  const others = values.length - common.reduce((sum, [, count]) => sum + count, 0);
  const all = [...common.map(([, count]) => count), ...(others > 0 ? [others] : [])];
  return {
    name,
    levels: common.map(([level]) => level),
    shares: all.map((count) => count / values.length)
  };
}

function numberFeatures(
  { mean, spread }: { readonly mean: number; readonly spread: number },
  value: string | number | null
): number[] {
  if (spread === 0) return [];
  return [value === null ? 0 : within((Number(value) - mean) / spread)];
}

function wordFeatures(
  { levels, shares }: { readonly levels: readonly string[]; readonly shares: readonly number[] },
  value: string | number | null
): number[] {
  const place = levels.indexOf(String(value ?? ''));
  const own = place < 0 ? levels.length : place;
  return shares.map((share, column) => (column === own ? 1 : 0) - share);
}

function within(value: number): number {
  return Math.min(largest, Math.max(-largest, value));
}

function meanOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}
