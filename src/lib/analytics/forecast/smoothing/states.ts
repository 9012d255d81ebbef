import { decompose } from '#lib/analytics/time/decompose.ts';

/** The states before the first row. `season[i]` belongs to rows i, i + m, …; empty without a season. */
export interface States {
  readonly level: number;
  readonly trend: number;
  readonly season: Float64Array;
}

/**
 * Starting states as Hyndman et al. (2002) take them: seasonal indices by classical decomposition of the
 * first seasons (three at most), level and trend by a line through the first ten deseasonalised rows.
 */
export function startingStates(
  values: Float64Array,
  form: { readonly trend: boolean; readonly season: number },
  multiplicative: boolean
): States {
  const { season: m } = form;
  const season = m > 1 ? seasonalIndices(values, m, multiplicative) : new Float64Array(0);
  const count = Math.min(values.length, Math.max(10, 2 * m));
  const plain = values.slice(0, count).map((value, t) => {
    if (m === 1) return value;
    return multiplicative ? value / season[t % m]! : value - season[t % m]!;
  });
  if (!form.trend) return { level: plain.reduce((sum, v) => sum + v, 0) / count, trend: 0, season };
  const { intercept, slope } = line(plain);
  return { level: intercept, trend: slope, season };
}

function seasonalIndices(values: Float64Array, m: number, multiplicative: boolean): Float64Array {
  const { indices } = decompose(
    values.subarray(0, Math.min(values.length, 3 * m)),
    m,
    multiplicative
  );
  if (!multiplicative) return indices;
  const floored = indices.map((v) => Math.max(v, 0.01));
  const average = floored.reduce((sum, v) => sum + v, 0) / m;
  return floored.map((v) => v / average);
}

/** The least-squares line over t = 1, 2, …; `intercept` is its value at 0. */
function line(values: Float64Array): { intercept: number; slope: number } {
  const n = values.length;
  if (n < 2) return { intercept: values[0] ?? 0, slope: 0 };
  const centre = (n + 1) / 2;
  let sum = 0;
  let cross = 0;
  let squares = 0;
  for (let i = 0; i < n; i++) {
    sum += values[i]!;
    cross += (i + 1 - centre) * values[i]!;
    squares += (i + 1 - centre) ** 2;
  }
  const slope = cross / squares;
  return { intercept: sum / n - slope * centre, slope };
}
