import { lower } from '#lib/analytics/stats/minimum.ts';
import { nelderMead } from '#lib/analytics/stats/nelder-mead.ts';
import type { PlainTheta } from '../models/theta.ts';

interface Parameters {
  readonly alpha: number;
  readonly theta: number;
  readonly start: number;
}

/**
 * The dynamic optimised Theta model (Fiorucci, Pellegrini, Louzada, Petropoulos and Koehler 2016): smoothing
 * plus the share 1 − 1/θ of a line that is fitted anew to all rows so far; α, θ ≥ 1 and the first level by
 * least squares of the one-step errors (Nelder-Mead from two starts). O(n) an evaluation.
 */
export function optimisedTheta(values: Float64Array): PlainTheta {
  const n = values.length;
  const unit = values.reduce((sum, v) => sum + Math.abs(v), 0) / n || 1;
  const scaled = values.map((v) => v / unit);
  const parametersAt = (x: ArrayLike<number>): Parameters => ({
    alpha: x[0]!,
    theta: x[1]!,
    start: x[2]!
  });
  const first = scaled[0]!;
  const options = {
    edge: 0.2,
    lower: [0.01, 1, first - 10],
    upper: [0.99, 20, first + 10],
    tolerance: 1e-9
  };
  const objective = (x: Float64Array) => {
    const squares = run(scaled, parametersAt(x)).squares;
    return Math.log(squares + 1e-28);
  };
  const best = [0.15, 0.6]
    .map((alpha) => nelderMead(objective, [alpha, 2, first], options))
    .reduce(lower);
  const parameters = parametersAt(best.x);
  const fitted = new Float64Array(n);
  const level = new Float64Array(n);
  const state = run(scaled, parameters, { fitted, level });
  const { alpha, theta, start } = parameters;
  return {
    description: 'Theta (dynamic, optimised)',
    parameters: { alpha, theta, l0: start * unit },
    fitted: fitted.map((v) => v * unit),
    level: level.map((v) => v * unit),
    ahead: (horizon) => carryOn(state, parameters, horizon).map((v) => v * unit),
    spread: (h) => 1 + (h - 1) * alpha ** 2
  };
}

/** What the model knows after t rows. */
interface ThetaState {
  level: number;
  /** Mean, slope and intercept (at row 0) of the least-squares line through the rows so far. */
  mean: number;
  slope: number;
  intercept: number;
  /** (1 − α)^t. */
  decay: number;
  rows: number;
  squares: number;
}

function run(
  values: Float64Array,
  parameters: Parameters,
  into?: { readonly fitted: Float64Array; readonly level: Float64Array }
): ThetaState {
  const state: ThetaState = {
    level: parameters.start,
    mean: 0,
    slope: 0,
    intercept: 0,
    decay: 1,
    rows: 0,
    squares: 0
  };
  for (let t = 0; t < values.length; t++) {
    const forecast = oneAhead(state, parameters);
    state.squares += (values[t]! - forecast) ** 2;
    learn(state, parameters, values[t]!);
    if (!into) continue;
    into.fitted[t] = forecast;
    into.level[t] = state.level;
  }
  return state;
}

function oneAhead({ level, slope, intercept, decay }: ThetaState, { alpha, theta }: Parameters) {
  const line = decay * intercept + ((1 - decay * (1 - alpha)) / alpha) * slope;
  return level + (1 - 1 / theta) * line;
}

function learn(state: ThetaState, { alpha }: Parameters, value: number): void {
  const t = ++state.rows;
  state.level = alpha * value + (1 - alpha) * state.level;
  const step = (6 * (value - state.mean)) / t;
  state.slope = t === 1 ? 0 : ((t - 2) * state.slope + step) / (t + 1);
  state.mean = ((t - 1) * state.mean + value) / t;
  state.intercept = state.mean - ((t + 1) / 2) * state.slope;
  state.decay *= 1 - alpha;
}

/** The next values, each forecast taken for the value that came. */
function carryOn(end: ThetaState, parameters: Parameters, horizon: number): Float64Array {
  const state = { ...end };
  return new Float64Array(horizon).map(() => {
    const forecast = oneAhead(state, parameters);
    learn(state, parameters, forecast);
    return forecast;
  });
}
