import type { Candidate, Trial } from './backtest.ts';
import type { Forecast } from './model.ts';

/** A series that is part of a sum, with the forecast that goes into it. */
export interface Member {
  readonly times: Float64Array;
  readonly values: Float64Array;
  readonly candidate: Candidate;
}

/** A sum of series with the sum of their forecasts. */
export interface Summed {
  readonly times: Float64Array;
  readonly values: Float64Array;
  readonly candidate: Candidate;
  /** How many series are in it. */
  readonly count: number;
}

/**
 * Adds up series and forecasts from below (Hyndman and Athanasopoulos 2021, 11.2). Series are aligned at their ends;
 * those that end before the last one are left out, and one that begins later counts as zero before. A past origin is
 * summed where every series has it. The spread is that of independent errors, a unit for bands that are calibrated on
 * the summed errors. O(values).
 */
export function sumSeries(members: readonly Member[]): Summed {
  const end = Math.max(...members.map(({ times }) => times.at(-1)!));
  const present = members.filter(({ times }) => times.at(-1) === end);
  const longest = present.reduce((a, b) => (b.values.length > a.values.length ? b : a));
  const { length } = longest.values;
  const values = new Float64Array(length);
  const fitted = new Float64Array(length);
  for (const { values: own, candidate } of present) {
    const shift = length - own.length;
    for (let t = 0; t < own.length; t++) {
      values[shift + t]! += own[t]!;
      fitted[shift + t]! += candidate.fitted[t]!;
    }
  }
  const origins = longest.candidate.trials.map(({ origin }) => length - origin).filter(isShared);
  const trials = origins.map((left): Trial => {
    const each = present.map(({ values: own, candidate }) =>
      candidate.trials.find(({ origin }) => own.length - origin === left)!
    );
    return { origin: length - left, forecast: sumForecasts(each.map((trial) => trial.forecast)) };
  });
  return {
    times: longest.times,
    values,
    count: present.length,
    candidate: {
      model: 'chosen',
      description: `Sum of ${present.length} forecasts`,
      parameters: {},
      logLikelihood: Number.NaN,
      aicc: Number.NaN,
      sigma2: Number.NaN,
      note: '',
      fitted,
      residuals: values.map((value, t) => value - fitted[t]!),
      forecast: sumForecasts(present.map(({ candidate }) => candidate.forecast)),
      trials
    }
  };

  /** Whether every series was tried that many rows before its end, equally far ahead. */
  function isShared(left: number): boolean {
    const steps = present.map(
      ({ values: own, candidate }) =>
        candidate.trials.find(({ origin }) => own.length - origin === left)?.forecast.yhat.length
    );
    return steps.every((count) => count !== undefined && count === steps[0]);
  }
}

function sumForecasts(forecasts: readonly Forecast[]): Forecast {
  const steps = forecasts[0]!.yhat.length;
  const add = (of: (forecast: Forecast, h: number) => number) =>
    Float64Array.from({ length: steps }, (_, h) => forecasts.reduce((sum, f) => sum + of(f, h), 0));
  return {
    yhat: add((f, h) => f.yhat[h]!),
    below: add((f, h) => f.below[h]! ** 2).map(Math.sqrt),
    above: add((f, h) => f.above[h]! ** 2).map(Math.sqrt)
  };
}
