import type { Model } from '../model.ts';
import { smoothAdditive } from '../smoothing/smooth.ts';

/** Holt's linear trend, ETS(A,A,N); ETS(A,Ad,N) when damped. */
export const holt: Model = {
  name: 'holt',
  seasonal: false,
  needs: () => 6,
  fit: (values, { damped = false }, earlier) =>
    smoothAdditive(values, { trend: true, damped, season: 1 }, undefined, earlier)
};
