import { crostonRate, crostonWeight } from '../intermittent/croston.ts';
import { flatFitted } from '../intermittent/flat.ts';
import type { Model } from '../model.ts';

/** Croston's method (Croston 1972, Operational Research Quarterly 23) for intermittent demand, α = 0.1. A dense series is smoothed simply. */
export const croston: Model = {
  name: 'croston',
  seasonal: false,
  needs: () => 3,
  fit(values) {
    const rate = crostonRate(values, crostonWeight, 1);
    return flatFitted(values, rate, 'Croston', { alpha: crostonWeight, rate: rate.after });
  }
};
