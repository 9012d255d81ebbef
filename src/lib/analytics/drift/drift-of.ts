import { isMissing, valueAt, vectorOf, type Columns, type Vector } from '#lib/base/columns.ts';
import { isNumeric } from '#lib/analytics/time/panel.ts';
import { median } from '#lib/analytics/stats/descriptive.ts';
import { errorDrift } from './error-drift.ts';
import type { DriftFinding } from './findings.ts';
import { criticalDistance, kolmogorovSmirnov } from './kolmogorov-smirnov.ts';
import { categoricalStability, numericStability } from './population-stability.ts';

export interface DriftOptions {
  /** The column of forecast errors, actual − forecast, rows in order of time. */
  readonly error?: string;
  /** Columns to compare; without them every column but `error` that is not a time. */
  readonly inputs?: readonly string[];
  /** Stability index from which on shares count as moved. */
  readonly psi?: number;
  /** Chance of a finding where nothing changed: of each test of the errors, and of all inputs together by Kolmogorov–Smirnov. */
  readonly alpha?: number;
  /** Fewer rows on either side say nothing. */
  readonly leastRows?: number;
  /** Weight of the newest error in Trigg's signal. */
  readonly smoothing?: number;
}

/** Distributions that are closer than this do not matter, however many rows tell them apart. */
const leastDistance = 0.1;

/**
 * What has changed from the rows of the time before to the recent ones: in the forecast's errors (`errorDrift`), and in
 * the inputs, by the stability index for every column and Kolmogorov–Smirnov for numbers. An index counts from
 * `psi` = 0.25 on, and only beyond what chance gives with probability 0.01 for so few rows; a distance from 0.1 on, and
 * only at a chance of `alpha` = 0.01 over the number of columns (Bonferroni). Dates and times move on by nature and are
 * not compared; columns gone or new are `driftBetween`'s (`cells/core/drift.ts`). Findings are in order of the columns,
 * the error first, and hold also what was tested and is well. O(n log n) per column.
 */
export function driftOf(
  reference: Columns,
  recent: Columns,
  options: DriftOptions = {}
): DriftFinding[] {
  const { error, psi = 0.25, alpha = 0.01, leastRows = 20, smoothing = 0.1 } = options;
  const findings: DriftFinding[] = [];
  if (error !== undefined) {
    const [before, now] = pairOf(reference, recent, error);
    if (before && now && isNumeric(before) && isNumeric(now)) {
      const [e, f] = [numbersOf(before), numbersOf(now)];
      if (enough(e, leastRows) && enough(f, leastRows)) {
        findings.push(...errorDrift(error, e, f, { alpha, smoothing }));
      }
    }
  }
  if (reference.length < leastRows || recent.length < leastRows) return findings;
  const names = options.inputs ?? recent.names.filter((name) => name !== error);
  const pairs = names.flatMap((column) => {
    const [before, now] = pairOf(reference, recent, column);
    return before && now && !isTime(before) && !isTime(now) ? [{ column, before, now }] : [];
  });
  for (const { column, before, now } of pairs) {
    if (isNumeric(before) && isNumeric(now)) {
      const [x, y] = [numbersOf(before), numbersOf(now)];
      findings.push(stability(column, numericStability(x, y), psi, y.length));
      if (enough(x, leastRows) && enough(y, leastRows)) {
        findings.push(distance(column, x, y, alpha / pairs.length));
      }
    } else {
      const [x, y] = [textsOf(before), textsOf(now)];
      findings.push(stability(column, categoricalStability(x, y), psi, y.length));
    }
  }
  return findings;
}

function stability(
  column: string,
  { index, p, byChance, most }: ReturnType<typeof numericStability>,
  psi: number,
  rows: number
): DriftFinding {
  const threshold = Math.max(psi, byChance);
  return {
    subject: 'input',
    column,
    method: 'psi',
    score: index,
    threshold,
    drifted: index >= threshold,
    evidence: { code: 'shares-moved', most, p, rows }
  };
}

function distance(column: string, x: Float64Array, y: Float64Array, alpha: number): DriftFinding {
  const { distance: score, p } = kolmogorovSmirnov(x, y);
  const threshold = Math.max(leastDistance, criticalDistance(x, y, alpha));
  return {
    subject: 'input',
    column,
    method: 'ks',
    score,
    threshold,
    drifted: score >= threshold,
    evidence: { code: 'values-moved', before: median(x), now: median(y), p, rows: y.length }
  };
}

function pairOf(reference: Columns, recent: Columns, column: string) {
  return [vectorOf(reference, column), vectorOf(recent, column)] as const;
}

function isTime({ type }: Vector): boolean {
  return type === 'date' || type === 'timestamp';
}

/** Missing and infinite numbers as NaN. */
function numbersOf(vector: Vector & { readonly values: Float64Array }): Float64Array {
  return vector.values.map((value, row) =>
    isMissing(vector, row) || !Number.isFinite(value) ? Number.NaN : value
  );
}

function textsOf(vector: Vector): (string | null)[] {
  return Array.from({ length: vector.values.length }, (_, row) => {
    const value = valueAt(vector, row);
    return value === null ? null : typeof value === 'object' ? JSON.stringify(value) : `${value}`;
  });
}

function enough(values: Float64Array, least: number): boolean {
  let present = 0;
  for (const value of values) if (!Number.isNaN(value)) present++;
  return present >= least;
}
