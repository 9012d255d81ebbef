import { normalCdf } from '#lib/analytics/stats/normal.ts';

const states = 41;

/**
 * In-control run length of an EWMA chart with limits ±`limit` deviations: the chart as a Markov chain over
 * equal cells between its limits (Brook and Evans 1972; Lucas and Saccucci 1990). Solves (I − Q)·a = 1 by
 * elimination, O(cells³); within a percent of the published tables.
 */
export function ewmaRunLength(limit: number, lambda: number): number {
  const reach = limit * Math.sqrt(lambda / (2 - lambda));
  const cell = (2 * reach) / states;
  const centre = (i: number) => -reach + (i + 0.5) * cell;
  const rows = Array.from({ length: states }, (_, i) => {
    const row = new Float64Array(states + 1);
    const kept = (1 - lambda) * centre(i);
    for (let j = 0; j < states; j++) {
      const high = normalCdf((centre(j) + cell / 2 - kept) / lambda);
      const low = normalCdf((centre(j) - cell / 2 - kept) / lambda);
      row[j] = (i === j ? 1 : 0) - (high - low);
    }
    row[states] = 1;
    return row;
  });
  return solved(rows)[states >> 1]!;
}

/** The solution of diagonally dominant equations, each row with its right side last. */
function solved(rows: Float64Array[]): Float64Array {
  const n = rows.length;
  for (let i = 0; i < n; i++) {
    const pivot = rows[i]!;
    for (let k = i + 1; k < n; k++) {
      const row = rows[k]!;
      const factor = row[i]! / pivot[i]!;
      if (factor !== 0) for (let j = i; j <= n; j++) row[j]! -= factor * pivot[j]!;
    }
  }
  const out = new Float64Array(n);
  for (let i = n - 1; i >= 0; i--) {
    let sum = rows[i]![n]!;
    for (let j = i + 1; j < n; j++) sum -= rows[i]![j]! * out[j]!;
    out[i] = sum / rows[i]![i]!;
  }
  return out;
}
