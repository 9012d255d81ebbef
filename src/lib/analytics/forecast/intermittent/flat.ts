import type { Fitted } from '../model.ts';
import { closedForm } from '../models/closed-form.ts';

/** A rate of demand as it stood before each row and after the last. */
export interface DemandRate {
  /** The forecast for each row from the rows before it; NaN before the first demand. */
  readonly before: Float64Array;
  readonly after: number;
  /** How much of a new value enters the rate. */
  readonly weight: number;
}

/** A model whose forecast is one rate for all steps; the errors of the rate add weight² of the variance a step. */
export function flatFitted(
  values: Float64Array,
  rate: DemandRate,
  description: string,
  parameters: Readonly<Record<string, number>>
): Fitted {
  return closedForm(values, rate.before, {
    description,
    parameters,
    estimated: 1,
    at: () => rate.after,
    spread: (h) => 1 + (h - 1) * rate.weight ** 2
  });
}
