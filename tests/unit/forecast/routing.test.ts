import { describe, expect, test } from 'vitest';
import { seeded } from '#lib/base/random.ts';
import { tryModel, type Candidate } from '#lib/analytics/forecast/backtest.ts';
import { chooseModel } from '#lib/analytics/forecast/choose.ts';
import { ensembleOf } from '#lib/analytics/forecast/ensemble.ts';
import type { Model } from '#lib/analytics/forecast/model.ts';
import { scoreTrials, type Scores } from '#lib/analytics/forecast/metrics.ts';
import { modelNamed, seriesModels } from '#lib/analytics/forecast/models.ts';
import { routeModels } from '#lib/analytics/forecast/route-models.ts';
import { demandClass } from '#lib/analytics/time/demand-class.ts';

const random = seeded(7);
const wave = Float64Array.from(
  { length: 48 },
  (_, t) => 50 + 20 * Math.sin((t * Math.PI) / 6) + 2 * random()
);
const noise = Float64Array.from({ length: 48 }, () => 50 + random());
const rare = Float64Array.from({ length: 48 }, (_, t) => (t % 5 === 2 ? 3 + (t % 2) : 0));

const route = (
  values: Float64Array,
  season: number,
  wanted = ['auto'],
  models: readonly Model[] = seriesModels,
  explained = false
) => routeModels({ values, season, explained, wanted, models, needs: (m) => m.needs({ season }) });

describe('demand classes (ADI 1.32, CV² 0.49)', () => {
  test('tell rare from steady and even from uneven', () => {
    expect(demandClass(Float64Array.of(5, 6, 5, 6))).toBe('smooth');
    expect(demandClass(Float64Array.of(1, 9, 1, 20))).toBe('erratic');
    expect(demandClass(Float64Array.of(0, 5, 0, 6))).toBe('intermittent');
    expect(demandClass(Float64Array.of(0, 1, 0, 20, 0, 1))).toBe('lumpy');
    expect(demandClass(new Float64Array(5))).toBe('intermittent');
  });

  test('cut at their limits', () => {
    const withDemand = (rows: number, demands: number) =>
      Float64Array.from({ length: rows }, (_, t) => (t < demands ? 4 : 0));
    expect(demandClass(withDemand(132, 100))).toBe('intermittent');
    expect(demandClass(withDemand(131, 100))).toBe('smooth');
  });
});

describe('the route of auto', () => {
  test('a season that shows: ETS, Theta, seasonal ARIMA, MSTL and their ensemble beside seasonal naive', () => {
    const { names, members, hidden, favourite, yardstick } = route(wave, 12);
    expect(new Set(names)).toEqual(
      new Set(['seasonal_naive', 'ets', 'theta', 'mstl_ets', 'sarima'])
    );
    expect(members).toEqual(['ets', 'theta', 'sarima', 'mstl_ets']);
    expect(hidden).toEqual([]);
    expect(favourite).toBe('ensemble');
    expect(yardstick).toBeNull();
  });

  test('no season: the plain ones, and naive where the season is 1', () => {
    expect(route(noise, 12).names).not.toContain('mstl_ets');
    expect(new Set(route(noise, 1).names)).toEqual(new Set(['naive', 'ets', 'theta', 'arima']));
  });

  test('without ARIMA in the registry the others remain', () => {
    const models = seriesModels.filter((m) => !/arima/.test(m.name));
    expect(route(wave, 12, ['auto'], models).members).toEqual(['ets', 'theta', 'mstl_ets']);
  });

  test('a season that ETS does not see is left to MSTL + ETS', () => {
    const long = Float64Array.from(
      { length: 120 },
      (_, t) => 50 + 20 * Math.sin((t * Math.PI) / 15)
    );
    expect(route(long, 30).members).toEqual(['theta', 'sarima', 'mstl_ets']);
  });

  test('rare demand: methods for a rate, naive beside them as a yardstick', () => {
    const { names, members, yardstick, favourite } = route(rare, 12);
    expect(new Set(names)).toEqual(
      new Set(['seasonal_naive', 'moving_average', 'croston', 'sba', 'tsb', 'adida'])
    );
    expect(members).toEqual([]);
    expect(yardstick).toBe('seasonal_naive');
    expect(favourite).toBeNull();
  });

  test('regressors bring the regression, which is no member', () => {
    const { names, members } = route(wave, 12, ['auto'], seriesModels, true);
    expect(names).toContain('regression');
    expect(members).toEqual(['ets', 'theta', 'sarima', 'mstl_ets']);
    expect(route(wave, 12).names).not.toContain('regression');
  });
});

describe('the route of names', () => {
  test('what was named, and what cannot be fitted', () => {
    const { names, skipped, members } = route(wave, 1, ['ses', 'holt_winters', 'mstl_ets']);
    expect(names).toEqual(['ses']);
    expect(skipped).toEqual(['holt_winters', 'mstl_ets']);
    expect(members).toEqual([]);
  });

  test('an ensemble alone brings its members, unseen', () => {
    const { names, hidden } = route(noise, 1, ['ensemble', 'ses']);
    expect(new Set(names)).toEqual(new Set(['ses', 'ets', 'theta', 'arima']));
    expect(new Set(hidden)).toEqual(new Set(['ets', 'theta', 'arima']));
  });
});

describe('the ensemble', () => {
  const plan = { origins: [30, 36, 42], horizon: 6 };
  const fit = (name: string): Candidate =>
    tryModel(modelNamed(name)!, wave, { season: 12 }, 6, plan);
  const members = [fit('seasonal_naive'), fit('theta'), fit('drift')];

  test('is the mean of forecasts, spreads, fitted values and trials', () => {
    const found = ensembleOf(wave, members)!;
    const mean = (read: (c: Candidate) => number) =>
      members.reduce((sum, c) => sum + read(c) / 3, 0);
    for (let h = 0; h < 6; h++) {
      expect(found.forecast.yhat[h]).toBeCloseTo(
        mean((c) => c.forecast.yhat[h]!),
        10
      );
      expect(found.forecast.above[h]).toBeCloseTo(
        mean((c) => c.forecast.above[h]!),
        10
      );
      expect(found.trials[1]!.forecast.yhat[h]).toBeCloseTo(
        mean((c) => c.trials[1]!.forecast.yhat[h]!),
        10
      );
    }
    expect(found.fitted[20]).toBeCloseTo(
      mean((c) => c.fitted[20]!),
      10
    );
    expect(found.fitted[3]).toBeNaN();
    expect(found.residuals[20]).toBeCloseTo(wave[20]! - found.fitted[20]!, 10);
  });

  test('keeps the origins that all members have, and needs two of them', () => {
    const late = { ...members[0]!, trials: members[0]!.trials.slice(1) };
    expect(ensembleOf(wave, [late, members[1]!])!.trials.map((t) => t.origin)).toEqual([36, 42]);
    expect(ensembleOf(wave, members.slice(1, 2))).toBeNull();
  });
});

describe('the choice with a favourite', () => {
  const scored = (error: number): Scores => {
    const yhat = Float64Array.from({ length: 6 }, (_, h) => wave[42 + h]! + error);
    return scoreTrials(wave, [{ origin: 42, yhat, lower: [], upper: [] }], [], 1);
  };
  const seasonal = [false, false];

  test('holds it unless another is better by 60 % / √origins', () => {
    expect(chooseModel([scored(0.5), scored(1)], 'mase', seasonal, 1)).toBe(1);
    expect(chooseModel([scored(0.3), scored(1)], 'mase', seasonal, 1)).toBe(0);
    expect(chooseModel([scored(0.95), scored(1)], 'mase', seasonal)).toBe(0);
    const often = (error: number) => ({ ...scored(error), origins: 100 });
    expect(chooseModel([often(0.9), often(1)], 'mase', seasonal, 1)).toBe(0);
    expect(chooseModel([often(0.96), often(1)], 'mase', seasonal, 1)).toBe(1);
  });

  test('takes it where there is no backtest', () => {
    const none = scoreTrials(wave, [], [], 1);
    expect(chooseModel([none, none], 'mase', [true, false], 1)).toBe(1);
  });
});
