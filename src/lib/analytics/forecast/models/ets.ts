import type { Model } from '../model.ts';
import { formsOf } from '../smoothing/form.ts';
import { smooth } from '../smoothing/smooth.ts';

/** Rows of the longest season that a form has states for, as in R. */
export const longestSeason = 24;

/**
 * Exponential smoothing in state space form, ETS (Hyndman, Koehler, Snyder and Grose 2002; Hyndman et al. 2008):
 * of the forms that `form` leaves open the one of lowest AICc, counted as R's `ets` counts it, with lines damped
 * where evidence for them is thin (`chooseForm`). As in R,
 * a season longer than 24 rows is not modelled (`mstl_ets` takes it), and values that are not all positive
 * have additive forms alone.
 */
export const ets: Model = {
  name: 'ets',
  seasonal: false,
  needs: () => 4,
  fit(values, { season, form = 'ZZZ', damped }, earlier) {
    const positive = values.every((value) => value > 0);
    const usable = season > longestSeason || values.length < 2 * season ? 1 : season;
    return smooth(values, formsOf({ letters: form, damped, season: usable, positive }), {
      earlier
    });
  }
};
