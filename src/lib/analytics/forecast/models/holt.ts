import type { Model } from '../model.ts';
import { formsOf } from '../smoothing/form.ts';
import { smooth } from '../smoothing/smooth.ts';

/** Holt's linear trend, ETS(A,A,N); ETS(A,Ad,N) when damped. */
export const holt: Model = {
  name: 'holt',
  seasonal: false,
  needs: () => 6,
  fit: (values, { damped = false }, earlier) =>
    smooth(values, formsOf({ letters: 'AAN', damped, season: 1, positive: false }), { earlier })
};
