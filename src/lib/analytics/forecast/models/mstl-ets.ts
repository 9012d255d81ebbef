import { mstl } from '#lib/analytics/time/mstl.ts';
import type { Fitted, Model } from '../model.ts';
import { residualsOf } from '../residuals.ts';
import { formsOf } from '../smoothing/form.ts';
import { smooth } from '../smoothing/smooth.ts';

/**
 * MSTL takes off `season`, or all of `seasons` that come round twice (Bandara, Hyndman and Bergmeir 2021), ETS
 * without a season forecasts the rest, and the last turn of each season is put back: R's `stlf` and `mstl`, for
 * seasons of any length. The bands are those of the ETS model; the seasons count as known. Own STL, which R's
 * numbers hold to 1e-6, rather than a WASM build of one. Needs two turns of the shortest season.
 */
export const mstlEts: Model = {
  name: 'mstl_ets',
  seasonal: true,
  needs: ({ season, seasons = [season] }) => Math.max(2 * Math.min(...seasons), 6),
  fit(values, { season: only, seasons: wanted = [only] }, earlier): Fitted {
    const n = values.length;
    const { seasons, seasonals } = mstl(values, { seasons: wanted });
    const seasonal = new Float64Array(n);
    for (const one of seasonals) one.forEach((value, t) => (seasonal[t]! += value));
    const adjusted = values.map((value, t) => value - seasonal[t]!);
    const positive = adjusted.every((value) => value > 0);
    const plain = smooth(adjusted, formsOf({ letters: 'ZZN', season: 1, positive }), { earlier });
    const fitted = plain.fitted.map((value, t) => value + seasonal[t]!);
    const seasonAhead = (i: number) =>
      seasonals.reduce((sum, one, k) => sum + one[n - seasons[k]! + (i % seasons[k]!)]!, 0);
    const { level, trend } = plain.components ?? {};
    return {
      ...plain,
      fitted,
      residuals: residualsOf(values, fitted),
      description: `MSTL [${seasons.join(', ')}] + ${plain.description}`,
      components: {
        ...(level ? { level } : {}),
        ...(trend ? { trend } : {}),
        seasonal,
        ...(seasons.length > 1
          ? { seasons: seasons.map((length, k) => ({ length, values: seasonals[k]! })) }
          : {})
      },
      forecast(horizon) {
        const { yhat, below, above } = plain.forecast(horizon);
        return { yhat: yhat.map((value, i) => value + seasonAhead(i)), below, above };
      }
    };
  }
};
