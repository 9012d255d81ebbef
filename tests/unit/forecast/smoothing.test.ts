import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seeded } from '#lib/base/random.ts';
import { modelNamed } from '#lib/analytics/forecast/models.ts';
import { isAdmissible } from '#lib/analytics/forecast/smoothing/admissible.ts';
import {
  describeForm,
  formsOf,
  type SmoothingForm
} from '#lib/analytics/forecast/smoothing/form.ts';
import { Likelihood } from '#lib/analytics/forecast/smoothing/likelihood.ts';

const season = 4;
const shape = [1.1, 0.9, 0.8, 1.2];
const ets = modelNamed('ets')!;

function demand(seed: number, n = 48): Float64Array {
  const random = seeded(seed);
  return Float64Array.from(
    { length: n },
    (_, t) => (60 + t) * shape[t % season]! * (0.9 + 0.2 * random())
  );
}

const every = formsOf({ letters: 'ZZZ', season, positive: true });

describe('forms', () => {
  test("are the 15 of R's ets, and fewer where the series cannot have them", () => {
    expect(every.map(describeForm)).toHaveLength(15);
    expect(every.some((f) => f.error === 'A' && f.seasonal === 'M')).toBe(false);
    const some = formsOf({ letters: 'ZZZ', season, positive: false });
    expect(some.map(describeForm)).toEqual([
      'ETS(A,N,N)',
      'ETS(A,A,N)',
      'ETS(A,Ad,N)',
      'ETS(A,N,A)',
      'ETS(A,A,A)',
      'ETS(A,Ad,A)'
    ]);
  });

  test('a part that the series cannot have gives way', () => {
    const forced = { letters: 'MAM', damped: true };
    const named = (season: number, positive: boolean) =>
      formsOf({ ...forced, season, positive }).map(describeForm);
    expect(named(4, true)).toEqual(['ETS(M,Ad,M)']);
    expect(named(4, false)).toEqual(['ETS(A,Ad,A)']);
    expect(named(1, true)).toEqual(['ETS(M,Ad,N)']);
  });
});

describe('the likelihood', () => {
  const values = demand(5, 23);
  const start = (form: SmoothingForm) => ({
    level: 61,
    trend: form.trend === 'N' ? 0 : 0.7,
    season:
      form.seasonal === 'N'
        ? new Float64Array(0)
        : Float64Array.from(shape, (s) => (form.seasonal === 'M' ? s : 60 * (s - 1)))
  });

  for (const form of every) {
    test(`${describeForm(form)}: the gradient is that of the value`, () => {
      const likelihood = new Likelihood(values, form, 1e-28);
      const trend = form.trend !== 'N';
      const weights = {
        alpha: 0.4,
        beta: trend ? 0.1 : 0,
        gamma: form.seasonal === 'N' ? 0 : 0.2,
        phi: form.trend === 'Ad' ? 0.9 : 1
      };
      const states = start(form);
      const slope = (move: (by: number) => number, step: number) =>
        (move(step) - move(-step)) / (2 * step);
      likelihood.value(weights, states);
      likelihood.differentiate(weights);
      const { weights: by, level, trend: byTrend, season: bySeason } = likelihood.gradient;
      const found = [...by, level, byTrend, ...bySeason];
      const names = ['alpha', 'beta', 'gamma', 'phi'] as const;
      const wanted = [
        ...names.map((name) =>
          slope((d) => likelihood.value({ ...weights, [name]: weights[name] + d }, states), 1e-6)
        ),
        slope((d) => likelihood.value(weights, { ...states, level: states.level + d }), 1e-4),
        slope((d) => likelihood.value(weights, { ...states, trend: states.trend + d }), 1e-5),
        ...Array.from(states.season, (_, i) =>
          slope((d) => {
            const moved = states.season.map((s, j) => (i === j ? s + d : s));
            return likelihood.value(weights, { ...states, season: moved });
          }, 1e-6)
        )
      ];
      wanted.forEach((value, i) => {
        const unused = (i === 1 || i === 3) && !trend;
        const noSeason = form.seasonal === 'N' && (i === 2 || i > 5);
        if (unused || noSeason) return;
        expect(Math.abs(found[i]! - value)).toBeLessThan(1e-4 * (1 + Math.abs(value)));
      });
    });
  }
});

describe('the admissible region', () => {
  /** The largest error left in the states after many rows of a series of zeros. */
  function lasting(form: SmoothingForm, w: Parameters<typeof isAdmissible>[1]): number {
    let level = 1;
    let trend = 0.3;
    const states = Float64Array.from({ length: form.season }, (_, i) => (i % 2) - 0.4);
    let size = 0;
    for (let t = 0; t < 40_000; t++) {
      const base = level + w.phi * trend;
      const error = -(base + states[t % form.season]!);
      level = base + w.alpha * error;
      trend = w.phi * trend + w.beta * error;
      states[t % form.season]! += w.gamma * error;
      if (t > 39_900) size = Math.max(size, Math.abs(error));
    }
    return size;
  }

  test('is where the errors of wrong starting states die out', () => {
    const share = fc.double({ min: 0.02, max: 0.98, noNaN: true });
    const form: SmoothingForm = { error: 'A', trend: 'A', seasonal: 'A', season: 7 };
    let outside = 0;
    fc.assert(
      fc.property(share, share, share, (a, b, g) => {
        const weights = { alpha: a, beta: a * b, gamma: (1 - a) * g, phi: 1 };
        const size = lasting(form, weights);
        const inside = isAdmissible(form, weights);
        if (!inside) outside++;
        if (size > 10) expect(inside).toBe(false);
        if (size < 1e-9) expect(inside).toBe(true);
      }),
      { numRuns: 150, seed: 5 }
    );
    expect(outside).toBeGreaterThan(0);
  });
});

describe('ets', () => {
  test('names what it tried, the chosen form first, none better', () => {
    const fit = ets.fit(demand(1), { season });
    expect(fit.tried).toHaveLength(15);
    expect(fit.tried![0]!.description).toBe(fit.description);
    expect(fit.tried![0]!.aicc).toBeCloseTo(fit.aicc, 9);
    for (const { aicc } of fit.tried!) expect(aicc).toBeGreaterThanOrEqual(fit.aicc);
  });

  describe('draws a line on only where there is evidence for it', () => {
    /** A line with noise of about `noise` times its step. */
    const line = (first: number, step: number, noise: number, n = 40) => {
      const random = seeded(11);
      return Float64Array.from(
        { length: n },
        (_, t) => first + step * t + noise * Math.abs(step) * (random() + random() - 1)
      );
    };

    test('a clear line stays a line, up or down', () => {
      for (const step of [5, -5]) {
        const { yhat } = ets.fit(line(400, step, 0.5), { season: 1 }).forecast(10);
        expect((yhat[9]! - yhat[0]!) / 9).toBeCloseTo(step, 0);
      }
    });

    test('a line that falls through noise to zero gives way to one that does not, and is told of', () => {
      const values = line(400, -5, 30);
      const open = ets.fit(values, { season: 1 });
      expect(open.description).not.toMatch(/,A,/);
      const lower = open.tried!.filter(({ aicc }) => aicc < open.aicc);
      expect(lower.length).toBeGreaterThan(0);
      for (const { description, note } of lower) {
        expect(description).toMatch(/,A,/);
        expect(note).toMatch(/damped/);
      }
      expect(open.aicc - open.tried![0]!.aicc).toBeLessThanOrEqual(10);
      expect(ets.fit(values, { season: 1, damped: false }).description).toMatch(/,A,/);
    });

    test('the same line of values that may be negative is drawn on, or damped within two of AICc', () => {
      const fit = ets.fit(
        line(400, -5, 30).map((v) => v - 1000),
        { season: 1 }
      );
      expect(fit.description).toMatch(/A,Ad?,N/);
      expect(fit.aicc - fit.tried![0]!.aicc).toBeLessThanOrEqual(2);
    });
  });

  test('takes a forced form and damping', () => {
    const fit = ets.fit(demand(2), { season, form: 'MAM', damped: true });
    expect(fit.description).toBe('ETS(M,Ad,M)');
    expect(fit.parameters['phi']).toBeGreaterThanOrEqual(0.8);
  });

  test('its states carry the forecast: level and season of the last rows', () => {
    const values = demand(3);
    const fit = ets.fit(values, { season, form: 'MNM' });
    const { level, seasonal, trend } = fit.components!;
    expect(trend).toBeUndefined();
    const { yhat } = fit.forecast(season);
    yhat.forEach((value, h) =>
      expect(value).toBeCloseTo(level!.at(-1)! * seasonal!.at(h - season)!, 8)
    );
  });

  test('scales with the series in every form', () => {
    for (const form of ['ZZZ', 'MNN', 'MAA', 'MAM', 'MNM']) {
      const values = demand(4);
      const plain = ets.fit(values, { season, form });
      const other = ets.fit(
        values.map((v) => v * 1e-7),
        { season, form }
      );
      expect(other.description).toBe(plain.description);
      const ahead = plain.forecast(8);
      const small = other.forecast(8);
      ahead.yhat.forEach((v, h) => expect(small.yhat[h]! / (v * 1e-7)).toBeCloseTo(1, 3));
      ahead.above.forEach((v, h) => expect(small.above[h]! / (v * 1e-7)).toBeCloseTo(1, 2));
    }
  });

  test('a warm start on a longer series keeps to the forms near the best', () => {
    const values = demand(6, 60);
    const earlier = ets.fit(values.subarray(0, 52), { season });
    const warm = ets.fit(values, { season }, earlier);
    const cold = ets.fit(values, { season });
    expect(warm.aicc).toBeLessThan(cold.aicc + 2);
    expect(warm.tried?.length ?? 1).toBeLessThanOrEqual(15);
  });

  test('any finite series gets finite forecasts', () => {
    const series = fc.oneof(
      fc.array(fc.double({ min: -1e9, max: 1e9, noNaN: true }), { minLength: 4, maxLength: 40 }),
      fc.array(fc.constantFrom(0, 0, 0, 1, 7), { minLength: 4, maxLength: 40 }),
      fc.array(fc.double({ min: 1e-9, max: 1e-6, noNaN: true }), { minLength: 4, maxLength: 40 }),
      fc.array(fc.constantFrom(1e-300, 1, 1e12), { minLength: 4, maxLength: 40 })
    );
    fc.assert(
      fc.property(series, fc.constantFrom(1, 4, 12, 52), (list, m) => {
        const { yhat, above } = ets.fit(Float64Array.from(list), { season: m }).forecast(12);
        for (const value of [...yhat, ...above]) expect(Number.isFinite(value)).toBe(true);
      }),
      { numRuns: 120 }
    );
  });
});
