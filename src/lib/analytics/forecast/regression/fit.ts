import { leastSquares, type LinearFit } from '#lib/analytics/stats/least-squares.ts';
import type { Fitted, Forecast, ModelOptions } from '../model.ts';
import { residualsOf } from '../residuals.ts';
import { knownGroups, type Term, type TermGroup } from './terms.ts';

/** The form of a regression: what it reads of a row itself, and which rows before it. */
interface Form {
  readonly groups: readonly TermGroup[];
  readonly terms: readonly Term[];
  readonly lags: readonly number[];
}

/** Fits the regression; without its lags where they would make the forecasts run away. */
export function fitRegression(values: Float64Array, options: ModelOptions): Fitted {
  const form = chooseForm(values, options);
  const fit = fitForm(values, form);
  if (form.lags.length === 0 || lagSum(fit, form) < 1) return fittedOf(values, form, fit);
  const calm = { ...form, lags: [] };
  return fittedOf(values, calm, fitForm(values, calm));
}

/** Groups and lags are taken in order while each coefficient has two rows; regressors always. */
function chooseForm({ length }: Float64Array, options: ModelOptions): Form {
  const { season } = options;
  const wanted = options.lags ?? (season > 1 ? [1, season] : [1]);
  const groups: TermGroup[] = [];
  let columns = 1;
  for (const group of knownGroups(options, length)) {
    const more = columns + group.terms.length;
    if (group.name !== 'regressors' && length < 2 * more) continue;
    groups.push(group);
    columns = more;
  }
  const lags: number[] = [];
  for (const lag of [...new Set(wanted)].sort((a, b) => a - b)) {
    if (length - lag < 2 * (columns + lags.length + 1)) break;
    lags.push(lag);
  }
  return { groups, terms: groups.flatMap((group) => group.terms), lags };
}

function fitForm(values: Float64Array, { terms, lags }: Form): LinearFit {
  const first = lags.at(-1) ?? 0;
  const rows = values.length - first;
  const columns = [
    ...terms.map((term) => Float64Array.from({ length: rows }, (_, i) => term.at(first + i))),
    ...lags.map((lag) => values.slice(first - lag, values.length - lag))
  ];
  return leastSquares(columns, values.subarray(first));
}

/** Below 1 every solution of the recursion dies away. */
function lagSum({ coefficients }: LinearFit, { terms, lags }: Form): number {
  return lags.reduce((sum, _, i) => sum + Math.abs(coefficients[terms.length + i]!), 0);
}

function fittedOf(values: Float64Array, form: Form, fit: LinearFit): Fitted {
  const n = values.length;
  const { terms, lags } = form;
  const first = lags.at(-1) ?? 0;
  const x = new Float64Array(terms.length + lags.length);
  const line = (past: Float64Array, row: number) => {
    terms.forEach((term, k) => (x[k] = term.at(row)));
    lags.forEach((lag, k) => (x[terms.length + k] = past[row - lag]!));
    return fit.coefficients.reduce((sum, b, k) => sum + b * x[k]!, fit.intercept);
  };
  const fitted = values.map((_, t) => (t < first ? Number.NaN : line(values, t)));
  const names = [...terms.map((term) => term.name), ...lags.map((lag) => `lag${lag}`)];
  const errors = names.flatMap((name, k) =>
    Number.isNaN(fit.errors[k]!) ? [] : [[name, fit.errors[k]!] as const]
  );
  return {
    fitted,
    residuals: residualsOf(values, fitted),
    description: describe(form, fit),
    parameters: {
      intercept: fit.intercept,
      ...Object.fromEntries(names.map((name, k) => [name, fit.coefficients[k]!]))
    },
    standardErrors: { intercept: fit.interceptError, ...Object.fromEntries(errors) },
    sigma2: fit.sigma2,
    ...likelihood(fit, n - first),
    forecast(horizon): Forecast {
      const path = new Float64Array(n + horizon);
      path.set(values);
      const below = new Float64Array(horizon);
      const echo = echoes(fit, form, horizon);
      let noise = 0;
      for (let h = 0; h < horizon; h++) {
        path[n + h] = line(path, n + h);
        noise += echo[h]! ** 2;
        below[h] = Math.sqrt(fit.sigma2 * (noise + fit.leverage(x)));
      }
      return { yhat: path.slice(n), below, above: below };
    }
  };
}

/** How much of an error is left h steps later: the weights ψ of the lags' recursion. */
function echoes({ coefficients }: LinearFit, { terms, lags }: Form, horizon: number): Float64Array {
  const psi = new Float64Array(horizon);
  for (let h = 0; h < horizon; h++) {
    psi[h] = h === 0 ? 1 : 0;
    for (const [i, lag] of lags.entries()) {
      if (h >= lag) psi[h]! += coefficients[terms.length + i]! * psi[h - lag]!;
    }
  }
  return psi;
}

/** Of normal errors, the variance counted as a parameter (as R's `logLik` does for `lm`). NaN for a perfect fit. */
function likelihood({ residualSquares, estimated }: LinearFit, rows: number) {
  if (residualSquares === 0) return { logLikelihood: Number.NaN, aicc: Number.NaN };
  const logLikelihood = (-rows / 2) * (Math.log((2 * Math.PI * residualSquares) / rows) + 1);
  const k = estimated + 1;
  const room = rows - k - 1;
  const aicc = room > 0 ? -2 * logLikelihood + 2 * k + (2 * k * (k + 1)) / room : Infinity;
  return { logLikelihood, aicc };
}

function describe({ groups, lags }: Form, { ridge }: LinearFit): string {
  const own = groups.flatMap((g) => (g.name === 'regressors' ? [g.terms[0]!.name] : [g.name]));
  const before = lags.length === 0 ? [] : [`lag ${lags.join(' and ')}`];
  const parts = [...own, ...before].join(', ') || 'mean';
  return `Regression(${parts})${ridge ? ' with ridge' : ''}`;
}
