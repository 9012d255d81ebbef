import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planBacktest, tryModel } from '#lib/analytics/forecast/backtest.ts';
import { chooseModel } from '#lib/analytics/forecast/choose.ts';
import { analyticMultipliers, bands, calibrate } from '#lib/analytics/forecast/conformal.ts';
import { naiveScale, quantileLoss, scoreTrials } from '#lib/analytics/forecast/metrics.ts';
import type { Model } from '#lib/analytics/forecast/model.ts';
import { modelNamed } from '#lib/analytics/forecast/models.ts';
import { seeded } from '#lib/base/random.ts';

const list = fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 6, maxLength: 40 });

describe('scores', () => {
  test('by hand', () => {
    const values = Float64Array.of(10, 12, 11, 15, 20, 10);
    const trial = {
      origin: 4,
      yhat: Float64Array.of(18, 14),
      lower: [Float64Array.of(16, 11)],
      upper: [Float64Array.of(21, 17)]
    };
    const s = scoreTrials(values, [trial], [80], 1);
    const scale = (2 + 1 + 4) / 3;
    expect(s.mase).toBeCloseTo(3 / scale, 12);
    expect(s.rmsse).toBeCloseTo(Math.sqrt(10 / ((4 + 1 + 16) / 3)), 12);
    expect(s.wape).toBeCloseTo(6 / 30, 12);
    expect(s.bias).toBeCloseTo(2 / 30, 12);
    expect(s.smape).toBeCloseTo((200 * 2) / 38 / 2 + (200 * 4) / 24 / 2, 12);
    expect(s.coverage).toEqual([0.5]);
    expect(s.msis).toBeCloseTo((5 + 6 + 1 / 0.1) / 2 / scale, 12);
    const losses = [1, 0.1 * 4, 0.1 * 1, 2, 0.9 * 1, 0.1 * 7];
    expect(s.pinball).toBeCloseTo(losses.reduce((a, b) => a + b, 0) / 6, 12);
  });

  test('a perfect forecast scores zero, naive in sample has a MASE near one', () => {
    fc.assert(
      fc.property(list, (numbers) => {
        const values = Float64Array.from(numbers);
        const origin = values.length - 3;
        const exact = values.slice(origin);
        const s = scoreTrials(
          values,
          [{ origin, yhat: exact, lower: [exact], upper: [exact] }],
          [95],
          1
        );
        expect([s.wape, s.smape, s.bias, s.pinball]).toEqual([0, 0, 0, 0]);
        expect(s.coverage).toEqual([1]);
        const flat = numbers.slice(0, origin).every((v) => v === numbers[0]);
        expect(s.mase).toBe(flat ? Number.NaN : 0);
      })
    );
  });

  test('MASE, WAPE and sMAPE do not change with the unit; MASE also not with the origin', () => {
    fc.assert(
      fc.property(list, fc.integer({ min: 1, max: 50 }), (numbers, c) => {
        const values = Float64Array.from(numbers);
        const origin = values.length - 2;
        const score = (change: (v: number) => number) =>
          scoreTrials(
            values.map(change),
            [{ origin, yhat: Float64Array.of(100, 200).map(change), lower: [], upper: [] }],
            [],
            2
          );
        const plain = score((v) => v);
        const scaled = score((v) => v * c);
        for (const key of ['mase', 'rmsse', 'wape', 'smape', 'bias'] as const) {
          if (!Number.isNaN(plain[key])) expect(scaled[key]).toBeCloseTo(plain[key], 9);
        }
        const moved = score((v) => v + c);
        if (!Number.isNaN(plain.mase)) expect(moved.mase).toBeCloseTo(plain.mase, 9);
      })
    );
  });

  test('the scale falls back to lag one, and a constant series has none', () => {
    expect(naiveScale(Float64Array.of(1, 3, 2), 3, 12).absolute).toBe(1.5);
    expect(naiveScale(Float64Array.of(1, 9, 2, 8), 4, 2).absolute).toBe(1);
    expect(naiveScale(Float64Array.of(4, 4, 4), 3, 1).absolute).toBe(0);
  });

  test('quantile loss is least at the quantile', () => {
    const values = Array.from({ length: 99 }, (_, i) => i + 1);
    const total = (q: number) => values.reduce((sum, v) => sum + quantileLoss(v, q, 0.9), 0);
    expect(total(90)).toBeLessThan(total(80));
    expect(total(90)).toBeLessThan(total(97));
  });
});

describe('the backtest', () => {
  test('origins leave the horizon, are a step apart and never fall under the need', () => {
    const plan = planBacktest(20, 6, { wanted: 5, step: 3, horizon: 3 });
    expect(plan.origins).toEqual([8, 11, 14, 17]);
    expect(planBacktest(10, 4, { wanted: 3, step: 1, horizon: 12 })).toEqual({
      origins: [7],
      horizon: 3
    });
    expect(planBacktest(3, 3, { wanted: 3, step: 1, horizon: 2 }).origins).toEqual([]);
  });

  test('a fit never sees a row at or after its origin', () => {
    const seen: number[] = [];
    const spy: Model = {
      ...modelNamed('naive')!,
      fit(values, options) {
        seen.push(values.length);
        return modelNamed('naive')!.fit(values, options);
      }
    };
    const values = Float64Array.from({ length: 12 }, (_, t) => t);
    const { trials } = tryModel(spy, values, { season: 1 }, 2, { origins: [6, 8, 10], horizon: 2 });
    expect(seen).toEqual([6, 8, 10, 12]);
    expect(trials.map((t) => t.forecast.yhat[0])).toEqual([5, 7, 9]);
  });

  test('what comes after an origin does not change its forecast', () => {
    const random = seeded(4);
    const values = Float64Array.from({ length: 36 }, (_, t) => 20 + (t % 4) * 5 + random());
    const other = values.map((v, t) => (t < 24 ? v : v * 3));
    for (const name of ['holt', 'holt_winters']) {
      const run = (v: Float64Array) =>
        tryModel(modelNamed(name)!, v, { season: 4 }, 4, { origins: [20, 24], horizon: 4 }).trials;
      expect(run(other)).toEqual(run(values));
    }
  });
});

describe('the choice', () => {
  const scores = (mase: number, origins = 5, mae = mase) => ({
    ...scoreTrials(new Float64Array(3), [], [], 1),
    mase,
    mae,
    origins
  });

  test('lowest wins, the first on a tie, and fewer origins do not compete', () => {
    const none = [false, false, false];
    expect(chooseModel([scores(1), scores(0.8), scores(0.8)], 'mase', none)).toBe(1);
    expect(chooseModel([scores(1), scores(0.1, 2)], 'mase', none)).toBe(0);
    expect(chooseModel([scores(NaN, 5, 3), scores(NaN, 5, 2)], 'mase', none)).toBe(1);
    expect(chooseModel([scores(NaN, 0), scores(NaN, 0)], 'mase', [false, true])).toBe(1);
  });
});

describe('conformal bands', () => {
  const levels = [80, 95];
  const errors = (n: number, scale: (step: number) => number) => {
    const random = seeded(9);
    const out = {
      steps: [] as number[],
      scores: [] as number[],
      widening: [] as number[],
      known: [] as number[],
      origins: [] as number[]
    };
    for (let i = 0; i < n; i++) {
      for (let step = 1; step <= 3; step++) {
        out.steps.push(step);
        out.scores.push(random() * scale(step));
        out.widening.push(Math.sqrt(step));
        out.known.push(i + step);
        out.origins.push(i);
      }
    }
    return out;
  };

  test('hold the share they state on errors like those they learnt from', () => {
    const { all } = calibrate(
      errors(500, () => 1),
      levels,
      3
    );
    expect(all[0]![0]).toBeCloseTo(0.8, 1);
    expect(all[1]![2]).toBeCloseTo(0.95, 1);
  });

  test('never narrow with level, nor with the step once the spread is counted in', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 60 }), fc.integer({ min: -3, max: 3 }), (n, tilt) => {
        const calibration = calibrate(
          errors(n, (step) => 5 + tilt * step),
          levels,
          4
        );
        for (const q of [calibration.all, calibration.at(n / 2)]) {
          for (let h = 0; h < 4; h++) {
            expect(q[1]![h]).toBeGreaterThanOrEqual(q[0]![h]!);
            if (h === 0 || n === 0) continue;
            const width = (step: number) => q[0]![step]! * Math.sqrt(Math.min(3, step + 1));
            expect(width(h)).toBeGreaterThanOrEqual(width(h - 1) - 1e-12);
          }
        }
      })
    );
  });

  test('rest on nothing that was not yet known', () => {
    const base = errors(100, () => 1);
    const later = { ...base, scores: base.scores.map((s, i) => (base.known[i]! > 50 ? 99 : s)) };
    expect(calibrate(later, levels, 3).at(50)).toEqual(calibrate(base, levels, 3).at(50));
    expect(calibrate(later, levels, 3).all).not.toEqual(calibrate(base, levels, 3).all);
  });

  test('fall back to normal quantiles where errors are too few', () => {
    const { all } = calibrate(
      errors(0, () => 1),
      levels,
      2
    );
    expect(all).toEqual(analyticMultipliers(levels, 2));
    expect(all[1]![0]).toBeCloseTo(1.959964, 6);
  });

  test('lie around the forecast, nested', () => {
    const forecast = {
      yhat: Float64Array.of(10, 20),
      below: Float64Array.of(1, 2),
      above: Float64Array.of(2, 0)
    };
    const { lower, upper } = bands(forecast, analyticMultipliers(levels, 2));
    for (let h = 0; h < 2; h++) {
      expect(lower[1]![h]!).toBeLessThanOrEqual(lower[0]![h]!);
      expect(lower[0]![h]!).toBeLessThanOrEqual(forecast.yhat[h]!);
      expect(forecast.yhat[h]!).toBeLessThanOrEqual(upper[0]![h]!);
      expect(upper[0]![h]!).toBeLessThanOrEqual(upper[1]![h]!);
    }
  });
});
