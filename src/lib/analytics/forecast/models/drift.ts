import type { Model } from '../model.ts';
import { closedForm } from './closed-form.ts';

/** The line through the first and the last value carried on: a random walk with drift, whose slope costs h²/(n − 1) more variance. O(n). */
export const drift: Model = {
  name: 'drift',
  seasonal: false,
  needs: () => 2,
  fit(values) {
    const n = values.length;
    const last = values[n - 1]!;
    const slope = (last - values[0]!) / (n - 1);
    const fitted = values.map((_, t) => (t === 0 ? Number.NaN : values[t - 1]! + slope));
    return closedForm(values, fitted, {
      description: 'Random walk with drift',
      parameters: { drift: slope },
      estimated: 1,
      at: (h) => last + h * slope,
      spread: (h) => h * (1 + h / (n - 1))
    });
  }
};
