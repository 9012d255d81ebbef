import type { Random } from '#lib/base/random.ts';
import type { Checkpoint } from '#lib/analytics/cluster/points.ts';
import { median, medianAbsoluteDeviation } from '#lib/analytics/stats/descriptive.ts';
import { standardColumn, standardised, windowsOf, type Features } from './features.ts';
import { growForest, isolationScore, meanPath, type IsolationForest } from './isolation-forest.ts';
import { robustThreshold, show, type Judge, type Judged } from './judge.ts';
import { farOut } from './nearby.ts';
import { tailScale } from './tail-scale.ts';

export interface ForestJudging {
  readonly trees: number;
  readonly sample: number;
  readonly window: number;
  readonly random: Random;
  readonly checkpoint: Checkpoint;
}

const rowsPerCheckpoint = 2048;
const gridSteps = 512;

/**
 * Robust z of minus the mean path, in units that allow for its long upper tail: it orders rows as the isolation
 * score does and is less skewed, so that fewer ordinary rows pass for odd. What each column has in it is told by ablation: how far the score falls
 * when the column takes its median. `lo` and `hi` exist for one column alone, read off the score of 513 places
 * between its ends. Windows of one column are scored as wholes; a row has the mean of those that hold it.
 */
export async function forestJudge(
  columns: readonly Judged[],
  { trees, sample, window, random, checkpoint }: ForestJudging
): Promise<Judge> {
  const features = standardised(columns);
  const embedded = window > 1 ? windowsOf(standardColumn(features), window) : null;
  const points = embedded?.points ?? features.points;
  const forest = await growForest(points, { trees, sample, random, checkpoint });
  const scored = new Float64Array(points.count);
  for (let i = 0; i < points.count; i++) {
    if (i % rowsPerCheckpoint === 0) await checkpoint(i / points.count);
    scored[i] = rawOf(forest, points.data, i * points.dimensions);
  }
  const raw = new Float64Array(columns[0]?.values.length ?? 0).fill(Number.NaN);
  if (embedded) meanOverWindows(scored, embedded.starts, window, raw);
  else features.rows.forEach((row, i) => (raw[row] = scored[i]!));
  return judgeOf(features, raw, forest, embedded === null);
}

function rawOf(forest: IsolationForest, data: Float64Array, from: number): number {
  return -meanPath(forest, data, from);
}

function judgeOf(
  features: Features,
  raw: Float64Array,
  forest: IsolationForest,
  byRows: boolean
): Judge {
  const { columns, centre, scale } = features;
  const robust = tailScale(raw);
  const middles = columns.map(({ values }) => median(values));
  const spreads = columns.map(({ values }, c) => medianAbsoluteDeviation(values, middles[c]!));
  const several = columns.length > 1;
  const farthest = (row: number) => {
    const far = columns.map(({ values }, c) => {
      const size = Math.abs(values[row]! - middles[c]!);
      return size / (spreads[c]! > 0 ? spreads[c]! : scale[c]!);
    });
    return far.indexOf(Math.max(...far));
  };
  const shares = (row: number) => {
    const point = Float64Array.from(
      columns,
      ({ values }, c) => (values[row]! - centre[c]!) / scale[c]!
    );
    const falls = columns.map((_, c) => {
      const without = point.slice();
      without[c] = (middles[c]! - centre[c]!) / scale[c]!;
      return Math.max(0, raw[row]! - rawOf(forest, without, 0));
    });
    const total = falls.reduce((sum, v) => sum + v, 0);
    return falls
      .map((fall, c) => ({ column: c, share: total > 0 ? fall / total : 1 / columns.length }))
      .sort((a, b) => b.share - a.share);
  };
  const limits = cached((threshold) =>
    several || !byRows
      ? { lo: Number.NaN, hi: Number.NaN }
      : ordinaryRange(features, forest, robust.raw(threshold), middles[0]!)
  );
  const ablated = cached((row) => shares(row)[0]!.column);
  const column = (row: number, threshold: number) => {
    if (!several) return 0;
    return robust.scores[row]! > threshold ? ablated(row) : farthest(row);
  };
  return {
    scores: robust.scores,
    twoSided: false,
    threshold: robustThreshold,
    thresholdFor: (budget, perWeek) => robust.thresholdFor(budget, perWeek),
    column,
    expected: (row, threshold) => middles[column(row, threshold)]!,
    lo: (_, threshold) => limits(threshold).lo,
    hi: (_, threshold) => limits(threshold).hi,
    reason(row) {
      const soon = `isolated ${robust.scores[row]!.toFixed(2)} robust standard deviations sooner than the median row (isolation score ${isolationScore(-raw[row]!, forest.sample).toFixed(3)})`;
      if (several) return `${farOut(columns, shares(row), row, (c) => middles[c]!)}: ${soon}.`;
      return `${columns[0]!.name} is ${show(columns[0]!.values[row]!)}: ${soon} (${show(middles[0]!)} is ordinary).`;
    },
    ...(several ? { shares } : {})
  };
}

/** Around the median, the values of the only column whose raw score is at most `limit`. */
function ordinaryRange(
  { columns, points, centre, scale }: Features,
  forest: IsolationForest,
  limit: number,
  middle: number
): { lo: number; hi: number } {
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < points.count; i++) {
    low = Math.min(low, points.data[i]!);
    high = Math.max(high, points.data[i]!);
  }
  if (columns.length === 0 || points.count === 0) return { lo: Number.NaN, hi: Number.NaN };
  const at = new Float64Array(1);
  const ordinary = (x: number) => {
    at[0] = x;
    return rawOf(forest, at, 0) <= limit;
  };
  const from = (middle - centre[0]!) / scale[0]!;
  const edge = (end: number) => {
    let last = from;
    for (let i = 0; i <= gridSteps; i++) {
      const x = from + ((end - from) * i) / gridSteps;
      if (!ordinary(x)) break;
      last = x;
    }
    return centre[0]! + scale[0]! * last;
  };
  return { lo: edge(low), hi: edge(high) };
}

function meanOverWindows(
  scored: Float64Array,
  starts: Int32Array,
  window: number,
  into: Float64Array
): void {
  const counts = new Int32Array(into.length);
  starts.forEach((start, i) => {
    for (let row = start; row < start + window; row++) {
      into[row] = (counts[row]! > 0 ? into[row]! : 0) + scored[i]!;
      counts[row]!++;
    }
  });
  counts.forEach((count, row) => {
    if (count > 0) into[row]! /= count;
  });
}

function cached<T>(work: (key: number) => T): (key: number) => T {
  const known = new Map<number, T>();
  return (key) => {
    let value = known.get(key);
    if (value === undefined) known.set(key, (value = work(key)));
    return value;
  };
}
