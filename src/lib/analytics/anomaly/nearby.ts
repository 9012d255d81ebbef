import type { Features } from './features.ts';
import { robustScale, robustThreshold, show, type Judge } from './judge.ts';

/** What each point is compared with: the centre of a cluster, a core point, its own reconstruction. */
export interface Nearby {
  /** In sentences: "the nearest cluster". */
  readonly what: string;
  /** Standardised coordinate of what the point is compared with. */
  reference(point: number, column: number): number;
  /** The raw score of a distance, which rises with it. */
  raw(distance: number): number;
  /** The greatest distance that has this raw score. */
  reach(raw: number): number;
}

/**
 * Judges points by their distance to what they are compared with: the score is the robust z of it over the
 * rows. The column of a row is the one that the distance owes most to; `lo` and `hi` are its values at which
 * the distance would reach the threshold, the other columns and the reference kept.
 */
export function nearbyJudge(features: Features, nearby: Nearby): Judge {
  const { columns, points, rows, centre, scale } = features;
  const d = points.dimensions;
  const length = columns[0]?.values.length ?? 0;
  const pointAt = new Int32Array(length).fill(-1);
  const raw = new Float64Array(length).fill(Number.NaN);
  const gap = (point: number, c: number) =>
    (points.data[point * d + c]! - nearby.reference(point, c)) ** 2;
  const squared = (point: number) => {
    let sum = 0;
    for (let c = 0; c < d; c++) sum += gap(point, c);
    return sum;
  };
  for (let point = 0; point < points.count; point++) {
    pointAt[rows[point]!] = point;
    raw[rows[point]!] = nearby.raw(Math.sqrt(squared(point)));
  }
  const robust = robustScale(raw);
  const column = (row: number) => {
    const point = pointAt[row]!;
    let widest = 0;
    for (let c = 1; c < d; c++) if (gap(point, c) > gap(point, widest)) widest = c;
    return widest;
  };
  const expected = (row: number) => {
    const c = column(row);
    return centre[c]! + scale[c]! * nearby.reference(pointAt[row]!, c);
  };
  const half = (row: number, threshold: number) => {
    const point = pointAt[row]!;
    const c = column(row);
    const others = squared(point) - gap(point, c);
    const limit = nearby.reach(robust.raw(threshold));
    return scale[c]! * Math.sqrt(Math.max(0, limit * limit - others));
  };
  const shares = (row: number) => {
    const point = pointAt[row]!;
    const all = columns.map((_, c) => gap(point, c));
    const total = all.reduce((sum, v) => sum + v, 0);
    return all
      .map((v, c) => ({ column: c, share: total > 0 ? v / total : 0 }))
      .sort((a, b) => b.share - a.share);
  };
  return {
    scores: robust.scores,
    twoSided: false,
    threshold: robustThreshold,
    thresholdFor: (budget, perWeek) => robust.thresholdFor(budget, perWeek),
    column,
    expected,
    lo: (row, threshold) => expected(row) - half(row, threshold),
    hi: (row, threshold) => expected(row) + half(row, threshold),
    reason(row, threshold) {
      const far = `${robust.scores[row]!.toFixed(2)} robust standard deviations farther from ${nearby.what} than the median row`;
      const c = column(row);
      if (d > 1)
        return `${farOut(columns, shares(row), row, (i) => centre[i]! + scale[i]! * nearby.reference(pointAt[row]!, i))}: ${far}.`;
      const [e, h] = [expected(row), half(row, threshold)];
      return `${columns[c]!.name} is ${show(columns[c]!.values[row]!)}, outside the ordinary range ${show(e - h)} to ${show(e + h)}: ${far} (${show(e)} is ordinary).`;
    },
    ...(d > 1 ? { shares } : {})
  };
}

const mostNamed = 3;

/** The columns that moved a score, with their values, what is ordinary and their share: "units is 96 where 14 is ordinary (97 %)". */
export function farOut(
  columns: Features['columns'],
  shares: readonly { readonly column: number; readonly share: number }[],
  row: number,
  ordinary: (column: number) => number
): string {
  return shares
    .filter(({ share }, i) => i === 0 || (share >= 0.1 && i < mostNamed))
    .map(({ column, share }) => {
      const { name, values } = columns[column]!;
      return `${name} is ${show(values[row]!)} where ${show(ordinary(column))} is ordinary (${Math.round(100 * share)} %)`;
    })
    .join(', ');
}

/**
 * References of windows brought back to rows: what a row is compared with is the mean over all windows that
 * hold it. Rows in no window are left out.
 */
export function fromWindows(
  features: Features,
  window: number,
  starts: Int32Array,
  reference: (windowIndex: number, place: number) => number
): { readonly features: Features; readonly means: Float64Array } {
  const { rows, points } = features;
  const length = features.columns[0]?.values.length ?? 0;
  const sums = new Float64Array(length);
  const counts = new Int32Array(length);
  starts.forEach((start, i) => {
    for (let place = 0; place < window; place++) {
      sums[start + place]! += reference(i, place);
      counts[start + place]!++;
    }
  });
  const pointAt = new Int32Array(length);
  rows.forEach((row, point) => (pointAt[row] = point));
  const held = rows.filter((row) => counts[row]! > 0);
  const data = Float64Array.from(held, (row) => points.data[pointAt[row]!]!);
  const means = Float64Array.from(held, (row) => sums[row]! / counts[row]!);
  return {
    features: { ...features, rows: held, points: { data, dimensions: 1, count: held.length } },
    means
  };
}
