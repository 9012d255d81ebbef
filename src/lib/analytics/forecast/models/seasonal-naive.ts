import type { Model } from '../model.ts';
import { closedForm } from './closed-form.ts';

/** The value one season ago; the naive forecast when the season is 1. The variance grows by σ² each season. O(n). */
export const seasonalNaive: Model = {
  name: 'seasonal_naive',
  seasonal: true,
  needs: ({ season }) => season,
  fit(values, { season }) {
    const n = values.length;
    const fitted = values.map((_, t) => (t < season ? Number.NaN : values[t - season]!));
    return closedForm(values, fitted, {
      description: `Seasonal naive [${season}]`,
      parameters: { season },
      estimated: 0,
      at: (h) => values[n - season + ((h - 1) % season)]!,
      spread: (h) => Math.floor((h - 1) / season) + 1
    });
  }
};
