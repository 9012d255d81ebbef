import type { Model } from '../model.ts';
import { closedForm } from './closed-form.ts';

/** The last value carried on: a random walk. Errors add up, so the variance at step h is h·σ². O(n). */
export const naive: Model = {
  name: 'naive',
  seasonal: false,
  needs: () => 1,
  fit(values) {
    const n = values.length;
    const fitted = values.map((_, t) => (t === 0 ? Number.NaN : values[t - 1]!));
    return closedForm(values, fitted, {
      description: 'Naive',
      parameters: {},
      estimated: 0,
      at: () => values[n - 1]!,
      spread: (h) => h
    });
  }
};
