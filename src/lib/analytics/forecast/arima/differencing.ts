import { kpssLevel } from '#lib/analytics/stats/kpss.ts';
import { seasonalStrength } from '#lib/analytics/time/seasonal-strength.ts';
import type { Regressors } from '../model.ts';
import { bridged, difference } from './differences.ts';
import { projectOut } from './projection.ts';

const strongSeason = 0.64;
const fivePercent = 0.463;
const mostDifferences = 2;

/**
 * How often to difference, as R's `auto.arima`: D = 1 where the season is strong, then d by repeated KPSS
 * tests at 5 %, on the values less what regressors explain. Given numbers stay.
 */
export function chooseDifferences(
  values: Float64Array,
  season: number,
  given: { readonly d?: number | undefined; readonly D?: number | undefined },
  regressors?: Regressors
): { d: number; D: number } {
  const plain = withoutRegressors(values, regressors);
  const D = season < 2 ? 0 : (given.D ?? seasonalDifferences(plain, season));
  const differenced = difference(plain, { d: 0, D, season });
  return { d: given.d ?? plainDifferences(differenced), D };
}

function seasonalDifferences(values: Float64Array, season: number): number {
  if (isConstant(values)) return 0;
  return seasonalStrength(values, season) > strongSeason ? 1 : 0;
}

function plainDifferences(values: Float64Array): number {
  let rest = values;
  let d = 0;
  while (d < mostDifferences && rest.length > 1 && !isConstant(rest)) {
    if (!(kpssLevel(rest) > fivePercent)) break;
    rest = difference(rest, { d: 1, D: 0, season: 1 });
    d++;
  }
  return d;
}

function isConstant(values: Float64Array): boolean {
  return values.every((value) => value === values[0]);
}

/** Residuals of the values on a constant and the regressors; gaps bridged. */
function withoutRegressors(values: Float64Array, regressors: Regressors | undefined): Float64Array {
  const bridgedValues = bridged(values);
  if (!regressors || regressors.columns.length === 0) return bridgedValues;
  const n = values.length;
  const columns = regressors.columns.map((column) => bridged(column.slice(0, n)));
  projectOut([bridgedValues, new Float64Array(n).fill(1), ...columns]);
  return bridgedValues;
}
