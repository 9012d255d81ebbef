import type { Model } from '../model.ts';
import { formsOf } from '../smoothing/form.ts';
import { smooth } from '../smoothing/smooth.ts';

/** Simple exponential smoothing, ETS(A,N,N): a level that moves the share α towards each new value. */
export const ses: Model = {
  name: 'ses',
  seasonal: false,
  needs: () => 4,
  fit: (values, { alpha }, earlier) =>
    smooth(values, formsOf({ letters: 'ANN', season: 1, positive: false }), { alpha, earlier })
};
