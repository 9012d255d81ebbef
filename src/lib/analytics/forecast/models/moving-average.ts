import type { Model, ModelOptions } from '../model.ts';
import { closedForm } from './closed-form.ts';

const windowOf = ({ window, season }: ModelOptions) => window ?? (season > 1 ? season : 3);

/**
 * The mean of the last `window` values carried on; without a window one season, or three rows.
 * Each further step adds σ²/window² of variance, as smoothing with weight 1/window would. O(n).
 */
export const movingAverage: Model = {
  name: 'moving_average',
  seasonal: false,
  needs: (options) => windowOf(options),
  fit(values, options) {
    const window = windowOf(options);
    const n = values.length;
    const meanBefore = (end: number) => {
      let sum = 0;
      for (let t = end - window; t < end; t++) sum += values[t]!;
      return sum / window;
    };
    const fitted = values.map((_, t) => (t < window ? Number.NaN : meanBefore(t)));
    const level = meanBefore(n);
    return closedForm(values, fitted, {
      description: `Moving average (${window})`,
      parameters: { window },
      estimated: 0,
      at: () => level,
      spread: (h) => 1 + (h - 1) / window ** 2
    });
  }
};
