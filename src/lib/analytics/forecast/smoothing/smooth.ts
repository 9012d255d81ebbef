import type { Attempt, Fitted } from '../model.ts';
import { chooseForm } from './choose-form.ts';
import { FormSearch, hasFreeSeason, type Estimate } from './estimate.ts';
import { aiccOf, smoothingFitted, type SmoothingFitted } from './fitted.ts';
import { describeForm, type SmoothingForm } from './form.ts';

const glance = { tolerance: 0.05, maxIterations: 40 };
const finish = { tolerance: 1e-6, maxIterations: 400 };
/** Forms this much worse in AICc after a first search are not searched on. */
const hopeless = 10;
/** Forms this much worse than the best of an earlier fit are not tried again on a longer series. */
const outOfTheRunning = 10;

/**
 * Fits one of several forms, chosen by AICc (Hyndman et al. 2002; by deviance where the series is too short for
 * any AICc) and `chooseForm`: a first search of each from where R's `ets` starts, then those still in the
 * running to the end. More starts found lower AICc that forecast the M3 subset worse, so only a form that is
 * given is searched from the likeliest of a grid too. `alpha` is estimated unless given. An `earlier` fit to a beginning of the series
 * lends its weights, and of several forms only those near its best are tried. Several milliseconds for the
 * 15 forms of a monthly series of ten years.
 */
export function smooth(
  values: Float64Array,
  forms: readonly SmoothingForm[],
  { alpha, earlier }: { alpha?: number | undefined; earlier?: Fitted | undefined } = {}
): SmoothingFitted {
  const n = values.length;
  const scale = scaleOf(values);
  const scaled = scale === 1 ? values : values.map((value) => value / scale);
  const before = (earlier as Partial<SmoothingFitted> | undefined)?.smoothing;
  const running = formsInTheRunning(forms, earlier, n);
  const given = running.length === 1;
  const tried = running.map((form) => {
    const search = new FormSearch(scaled, form, alpha);
    const warm =
      before && describeForm(before.form) === describeForm(form) ? search.at(before.weights) : null;
    const starts = startsOf(search, warm, given);
    return { search, starts, estimate: search.search(starts[0]!, glance) };
  });
  const measure = ({ estimate }: { estimate: Estimate }) => criterion(estimate, n, tried);
  const leader = Math.min(...tried.map(measure));
  for (const attempt of tried) {
    if (!(measure(attempt) <= leader + hopeless)) continue;
    const { search, starts } = attempt;
    const ends = [attempt.estimate, ...starts.slice(1)].map((from) => search.search(from, finish));
    attempt.estimate = ends.reduce((a, b) => (b.deviance < a.deviance ? b : a));
  }
  const contenders = tried.map((attempt) => ({ ...attempt, criterion: measure(attempt) }));
  const best = chooseForm(contenders, forms, scaled).estimate;
  const fit = smoothingFitted(values, unscaled(best, n, scale));
  if (given) return fit;
  const limits = { left: leader + hopeless, passed: aiccOf(best, n) };
  return { ...fit, tried: attempts(tried, n, scale, limits) };
}

function startsOf(search: FormSearch, warm: Estimate | null, given: boolean): Estimate[] {
  if (warm && warm.deviance < Infinity) return [warm];
  const usual = search.usualStart();
  return given ? [usual, ...search.starts(2)] : [usual];
}

/** AICc where some form has it; among forms too short for it, the deviance. */
function criterion(
  estimate: Estimate,
  n: number,
  all: readonly { readonly estimate: Estimate }[]
): number {
  const own = aiccOf(estimate, n);
  if (!Number.isNaN(own)) return own;
  return all.some((other) => !Number.isNaN(aiccOf(other.estimate, n)))
    ? Infinity
    : estimate.deviance;
}

function formsInTheRunning(
  forms: readonly SmoothingForm[],
  earlier: Fitted | undefined,
  n: number
): readonly SmoothingForm[] {
  const able = forms.filter(
    (form) => form.season === 1 || forms.length === 1 || hasFreeSeason(form, n)
  );
  const all = able.length > 0 ? able : forms;
  const table = earlier?.tried;
  if (!table) return all;
  const limit = Math.min(...table.map((attempt) => attempt.aicc)) + outOfTheRunning;
  const known = new Map(table.map((attempt) => [attempt.description, attempt.aicc]));
  const near = all.filter((form) => !((known.get(describeForm(form)) ?? -Infinity) > limit));
  return near.length > 0 ? near : all;
}

function attempts(
  tried: readonly { readonly estimate: Estimate }[],
  n: number,
  scale: number,
  { left, passed }: { readonly left: number; readonly passed: number }
): Attempt[] {
  return tried
    .map(({ estimate }): Attempt => {
      const { form } = estimate;
      const aicc = aiccOf(unscaled(estimate, n, scale), n);
      const note = Number.isNaN(aicc)
        ? 'too few rows for AICc'
        : aiccOf(estimate, n) > left
          ? 'left after the first search'
          : aiccOf(estimate, n) < passed
            ? 'too little evidence for a line that is not damped'
            : '';
      return {
        description: describeForm(form),
        aicc: Number.isFinite(aicc) ? aicc : Infinity,
        note: aicc === Infinity ? 'no likelihood: a forecast is not positive' : note
      };
    })
    .sort((a, b) => a.aicc - b.aicc);
}

/** The power of two nearest below the mean size, which a division by leaves all digits alone; 1 for zeros. */
function scaleOf(values: Float64Array): number {
  let largest = 0;
  for (const value of values) largest = Math.max(largest, Math.abs(value));
  if (largest === 0) return 1;
  return 2 ** Math.max(-1000, Math.floor(Math.log2(largest)));
}

/** The estimate in the units of the series. */
function unscaled(estimate: Estimate, n: number, scale: number): Estimate {
  if (scale === 1) return estimate;
  const { form, start } = estimate;
  return {
    ...estimate,
    deviance: estimate.deviance + 2 * n * Math.log(scale),
    start: {
      level: start.level * scale,
      trend: start.trend * scale,
      season: form.seasonal === 'A' ? start.season.map((v) => v * scale) : start.season
    }
  };
}
