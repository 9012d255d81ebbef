import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seeded } from '#lib/base/random.ts';
import { Arma } from '#lib/analytics/forecast/arima/arma.ts';
import {
  coefficientsAt,
  coordinatesOf,
  rootsBeyond
} from '#lib/analytics/forecast/arima/coordinates.ts';
import { designOf } from '#lib/analytics/forecast/arima/design.ts';
import { difference, differenceWeights } from '#lib/analytics/forecast/arima/differences.ts';
import { Likelihood } from '#lib/analytics/forecast/arima/estimate.ts';
import type { ArimaOrder } from '#lib/analytics/forecast/arima/order.ts';
import { arima } from '#lib/analytics/forecast/models/arima.ts';
import { sarima } from '#lib/analytics/forecast/models/sarima.ts';

const season = 4;
const orders = fc.record({
  p: fc.nat(3),
  q: fc.nat(3),
  P: fc.nat(1),
  Q: fc.nat(2),
  d: fc.nat(1),
  D: fc.nat(1)
});
const orderOf = (parts: Omit<ArimaOrder, 'season' | 'constant'>, constant = false): ArimaOrder => ({
  ...parts,
  season,
  constant
});
const count = ({ p, q, P, Q }: ArimaOrder) => p + q + P + Q;
const coordinates = fc.array(fc.double({ min: -1.2, max: 1.2, noNaN: true }), {
  minLength: 9,
  maxLength: 9
});

function walk(seed: number, n = 40): Float64Array {
  const random = seeded(seed);
  let level = 20;
  return Float64Array.from({ length: n }, (_, t) => {
    level += random() - 0.4;
    return level + [2, -1, 0, 1][t % 4]! + 2 * random();
  });
}

/** A week that moves on by itself, with memory from day to day. */
function mixed(seed: number, n: number): Float64Array {
  const random = seeded(seed);
  const week = [3, 1, 0, 0, 2, 6, -4];
  let memory = 0;
  return Float64Array.from({ length: n }, (_, t) => {
    memory = 0.6 * memory + random() - 0.5;
    week[t % 7]! += 0.3 * (random() - 0.5);
    return 50 + 4 * week[t % 7]! + 3 * memory;
  });
}

function at(order: ArimaOrder, u: readonly number[]): Float64Array {
  return coefficientsAt(order, u.slice(0, count(order)));
}

describe('coordinates', () => {
  test('give stationary and invertible coefficients, and come back from them', () => {
    fc.assert(
      fc.property(orders, coordinates, (parts, u) => {
        const order = orderOf(parts);
        const coefficients = at(order, u);
        expect(rootsBeyond(order, coefficients, 1)).toBe(true);
        coordinatesOf(order, coefficients).forEach((x, i) => expect(x).toBeCloseTo(u[i]!, 6));
      })
    );
  });

  test('roots are told from the circle they stand on', () => {
    const order = orderOf({ p: 2, d: 0, q: 0, P: 0, D: 0, Q: 1 });
    // 1 − 1.2z + 0.35z² has the roots 10/7 and 2; 1 − 0.8z⁴ has 0.8^(−1/4) = 1.057.
    const coefficients = Float64Array.of(1.2, -0.35, -0.8);
    expect(rootsBeyond(order, coefficients, 1.05)).toBe(true);
    expect(rootsBeyond(order, coefficients, 1.06)).toBe(false);
    expect(rootsBeyond(order, Float64Array.of(1.2, -0.35, 0), 1.42)).toBe(true);
    expect(rootsBeyond(order, Float64Array.of(1.2, -0.35, 0), 1.44)).toBe(false);
  });
});

describe('the likelihood', () => {
  test('is the same by the recursions and by the Kalman filter, differences and columns included', () => {
    fc.assert(
      fc.property(orders, coordinates, fc.nat(99), fc.boolean(), (parts, u, seed, constant) => {
        const order = orderOf(parts, constant);
        const design = designOf(walk(seed), order);
        const coefficients = at(order, u);
        const fast = new Likelihood(order, design).at(coefficients).logLikelihood;
        const slow = new Likelihood(order, { ...design, gaps: true }).at(coefficients);
        expect(slow.logLikelihood).toBeCloseTo(fast, 6);
      }),
      { numRuns: 60 }
    );
  });

  test('with missing rows is that of the rows left under the multivariate normal distribution', () => {
    fc.assert(
      fc.property(orders, coordinates, fc.nat(99), (parts, u, seed) => {
        const order = orderOf({ ...parts, d: 0, D: 0 });
        const values = walk(seed, 16);
        for (const t of [0, 3, 4, 9, 15]) values[t] = Number.NaN;
        const coefficients = at(order, u);
        const fit = new Likelihood(order, designOf(values, order)).at(coefficients);
        expect(fit.logLikelihood).toBeCloseTo(normalLikelihood(order, coefficients, values), 6);
      }),
      { numRuns: 60 }
    );
  });

  test('does not depend on the unit of the values', () => {
    const options = { season: 1, arima: { order: [1, 1, 1] } } as const;
    const plain = arima.fit(walk(5), options);
    for (const factor of [2 ** -300, 1e-9, 3, 1e12, 2 ** 300]) {
      const scaled = arima.fit(
        walk(5).map((v) => v * factor),
        options
      );
      const expected = plain.logLikelihood - 39 * Math.log(factor);
      expect(scaled.logLikelihood).toBeCloseTo(expected, 4);
      expect(scaled.forecast(3).yhat[2]! / factor).toBeCloseTo(plain.forecast(3).yhat[2]!, 5);
      expect(scaled.forecast(3).above[2]! / factor).toBeCloseTo(plain.forecast(3).above[2]!, 5);
    }
  });
});

test('differences and their weights undo each other', () => {
  const values = walk(2);
  const frame = { d: 1, D: 1, season };
  const w = difference(values, frame);
  const delta = differenceWeights(frame);
  w.forEach((change, i) => {
    const t = i + 5;
    const carried = delta.reduce((sum, weight, k) => sum + weight * values[t - k - 1]!, 0);
    expect(change + carried).toBeCloseTo(values[t]!, 10);
  });
});

describe('any series', () => {
  const horizon = 6;
  const series: Readonly<Record<string, Float64Array>> = {
    constant: new Float64Array(30).fill(5),
    zeros: new Float64Array(30),
    line: Float64Array.from({ length: 30 }, (_, t) => 0.1 * t + 3),
    parabola: Float64Array.from({ length: 30 }, (_, t) => t * t),
    season: Float64Array.from({ length: 30 }, (_, t) => [1, 5, 2, 8][t % 4]!),
    wave: Float64Array.from({ length: 30 }, (_, t) => Math.sin(t)),
    alternating: Float64Array.from({ length: 30 }, (_, t) => (t % 2 === 0 ? 1 : -1)),
    spike: Float64Array.from({ length: 30 }, (_, t) => (t === 17 ? 1e9 : 0)),
    explosion: Float64Array.from({ length: 30 }, (_, t) => 3 ** t),
    sparse: Float64Array.from({ length: 30 }, (_, t) => (t % 7 === 3 ? 4 : 0)),
    far: walk(1).map((v) => 1e12 + v),
    huge: walk(1).map((v) => v * 1e290),
    tiny: walk(1).map((v) => v * 1e-290)
  };
  for (const [name, values] of Object.entries(series)) {
    test(`${name}: finite forecasts at every length`, () => {
      for (const model of [arima, sarima]) {
        for (const n of [model.needs({ season }), 14, values.length]) {
          const fit = model.fit(values.subarray(0, n), { season });
          const { yhat, below, above } = fit.forecast(horizon);
          for (const figures of [yhat, below, above]) {
            expect(figures.every((value) => Number.isFinite(value))).toBe(true);
          }
          expect(Number.isFinite(fit.sigma2) || name === 'huge').toBe(true);
        }
      }
    });
  }

  test('a line and a season go on without error', () => {
    const options = { season };
    const line = arima.fit(series['line']!, options).forecast(2);
    expect(line.yhat[1]).toBeCloseTo(0.1 * 31 + 3, 9);
    expect(line.above[1]).toBeLessThan(1e-9);
    const round = sarima.fit(series['season']!, options).forecast(4);
    expect([...round.yhat]).toEqual([2, 8, 1, 5]);
  });
});

describe('the models', () => {
  test('a later fit keeps the orders of the earlier one', () => {
    const values = walk(7, 60);
    const first = sarima.fit(values.subarray(0, 44), { season });
    const later = sarima.fit(values, { season }, first);
    expect(later.description).toBe(first.description);
    expect(later.logLikelihood).not.toBe(first.logLikelihood);
  });

  test('given orders are kept, and those left open are searched', () => {
    const fit = sarima.fit(walk(9, 60), { season, arima: { order: [1, 1, 0] } });
    expect(fit.description).toMatch(/^ARIMA\(1,1,0\)/);
    expect(fit.tried!.every(({ description }) => description.startsWith('ARIMA(1,1,0)'))).toBe(
      true
    );
    const both = arima.fit(walk(9, 60), {
      season,
      arima: { order: [0, 1, 1], seasonal: [0, 1, 1] }
    });
    expect(both.description).toBe('ARIMA(0,1,1)(0,1,1)[4]');
    expect(both.tried).toBeUndefined();
  });

  test('the full search is never worse than the stepwise one within its five coefficients', () => {
    const values = walk(4, 48);
    const quick = sarima.fit(values, { season });
    const full = sarima.fit(values, { season, arima: { search: 'full' } });
    expect(full.tried!.length).toBeGreaterThan(quick.tried!.length);
    if (Object.keys(quick.parameters).length <= 5) {
      expect(full.aicc).toBeLessThan(quick.aicc + 0.01);
    }
  });

  test('a long series, searched in passing, is fitted as well as the orders that made it', () => {
    for (const seed of [1, 2, 3]) {
      const values = mixed(seed, 400);
      const searched = sarima.fit(values, { season: 7 });
      const own = sarima.fit(values, {
        season: 7,
        arima: { order: [1, 0, 0], seasonal: [0, 1, 1] }
      });
      expect(searched.aicc).toBeLessThan(own.aicc + 0.05);
      expect(searched.tried!.length).toBeGreaterThan(30);
      const [first] = searched.tried!;
      expect(searched.description).toContain(first!.description);
      expect(searched.aicc).toBeCloseTo(first!.aicc, 1);
    }
  });

  test('after its backtest a long series is searched around the best orders of its beginning', () => {
    const options = { season: 7 };
    for (const seed of [1, 2, 3]) {
      const values = mixed(seed, 460);
      const beginning = sarima.fit(values.subarray(0, 390), options);
      const kept = sarima.fit(
        values,
        options,
        sarima.fit(values.subarray(0, 425), options, beginning)
      );
      const again = sarima.again!(values, options, kept);
      const anew = sarima.fit(values, options);
      expect(again.tried!.length).toBeLessThan(anew.tried!.length);
      expect(again.aicc).toBeLessThan(kept.aicc + 0.05);
      expect(again.aicc).toBeLessThan(anew.aicc + 2);
    }
  });

  test('what a short beginning found has no say in the orders of all rows', () => {
    const values = mixed(4, 300);
    const early = sarima.fit(values.subarray(0, 200), { season: 7 });
    const again = sarima.again!(values, { season: 7 }, early);
    expect(again.tried).toEqual(sarima.fit(values, { season: 7 }).tried);
    const given = { season: 7, arima: { order: [1, 0, 0], seasonal: [0, 1, 1] } } as const;
    const fixed = sarima.again!(values, given, sarima.fit(values.subarray(0, 280), given));
    expect(fixed.parameters).toEqual(sarima.fit(values, given).parameters);
  });

  test('a regressor takes its effect, and one that adds nothing is left out', () => {
    const noise = walk(3, 66).map((v, t) => v - 0.1 * t);
    const push = Float64Array.from({ length: 66 }, (_, t) => (t % 9 === 4 ? 1 : 0));
    const values = noise.map((v, t) => v + 25 * push[t]!).subarray(0, 60);
    const regressors = {
      names: ['push', 'twice', 'ones'],
      columns: [push, push.map((v) => 2 * v), push.map(() => 1)]
    };
    const fit = arima.fit(values, { season: 1, regressors });
    expect(fit.parameters['push']).toBeGreaterThan(23);
    expect(fit.parameters['push']).toBeLessThan(27);
    expect(fit.parameters).not.toHaveProperty('twice');
    expect(fit.standardErrors!['push']).toBeGreaterThan(0);
    const { yhat } = fit.forecast(6);
    expect(Math.max(...yhat) - Math.min(...yhat)).toBeLessThan(10);
    expect(() => fit.forecast(7)).toThrow(/push/);
  });
});

/** Log-likelihood of the rows present with σ² at its best, by Cholesky of their covariance. */
function normalLikelihood(
  order: ArimaOrder,
  coefficients: Float64Array,
  values: Float64Array
): number {
  const gamma = autocovariances(order, coefficients, values.length);
  const rows = [...values.keys()].filter((t) => !Number.isNaN(values[t]!));
  const n = rows.length;
  const lower = rows.map(() => new Float64Array(n));
  const z = new Float64Array(n);
  let logs = 0;
  let squares = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = gamma[rows[i]! - rows[j]!]!;
      for (let k = 0; k < j; k++) sum -= lower[i]![k]! * lower[j]![k]!;
      lower[i]![j] = i === j ? Math.sqrt(sum) : sum / lower[j]![j]!;
    }
    let rest = values[rows[i]!]!;
    for (let k = 0; k < i; k++) rest -= lower[i]![k]! * z[k]!;
    z[i] = rest / lower[i]![i]!;
    squares += z[i]! ** 2;
    logs += 2 * Math.log(lower[i]![i]!);
  }
  return -0.5 * (n * Math.log((2 * Math.PI * squares) / n) + logs + n);
}

/** By the weights of past errors, summed until they vanish: another way than the code under test takes. */
function autocovariances(order: ArimaOrder, coefficients: Float64Array, lags: number): number[] {
  const arma = new Arma(order);
  arma.set(coefficients);
  const length = 4000;
  const psi = new Float64Array(length + lags);
  for (let k = 0; k < psi.length; k++) {
    let sum = arma.theta[k] ?? 0;
    for (let i = 1; i <= Math.min(k, arma.size); i++) sum += arma.phi[i - 1]! * psi[k - i]!;
    psi[k] = sum;
  }
  return Array.from({ length: lags }, (_, lag) => {
    let sum = 0;
    for (let k = 0; k < length; k++) sum += psi[k]! * psi[k + lag]!;
    return sum;
  });
}
