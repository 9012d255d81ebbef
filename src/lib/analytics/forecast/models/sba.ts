import { crostonRate, crostonWeight } from '../intermittent/croston.ts';
import { flatFitted } from '../intermittent/flat.ts';
import type { Model } from '../model.ts';

/** Syntetos and Boylan's approximation (2005, International Journal of Forecasting 21): Croston's method less its bias, × (1 − α/2). */
export const sba: Model = {
  name: 'sba',
  seasonal: false,
  needs: () => 3,
  fit(values) {
    const rate = crostonRate(values, crostonWeight, 1 - crostonWeight / 2);
    return flatFitted(values, rate, 'SBA', { alpha: crostonWeight, rate: rate.after });
  }
};
