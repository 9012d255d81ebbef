import type { Model } from '../model.ts';
import { smoothAdditive } from '../smoothing/smooth.ts';

/** Simple exponential smoothing, ETS(A,N,N): a level that moves the share α towards each new value. */
export const ses: Model = {
  name: 'ses',
  seasonal: false,
  needs: () => 4,
  fit: (values, { alpha }, earlier) =>
    smoothAdditive(values, { trend: false, damped: false, season: 1 }, alpha, earlier)
};
