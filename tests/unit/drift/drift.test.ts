import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { columns, numeric, text, type Columns } from '#lib/base/columns.ts';
import { seeded } from '#lib/base/random.ts';
import { driftOf } from '#lib/analytics/drift/drift-of.ts';
import { criticalDistance, kolmogorovSmirnov } from '#lib/analytics/drift/kolmogorov-smirnov.ts';
import {
  categoricalStability,
  numericStability
} from '#lib/analytics/drift/population-stability.ts';
import { trackingSignal } from '#lib/analytics/drift/tracking-signal.ts';
import { normalQuantile } from '#lib/analytics/stats/normal.ts';

const normals = (seed: number, count: number, mean = 0, sd = 1) => {
  const random = seeded(seed, 'drift');
  return Float64Array.from({ length: count }, () => mean + sd * normalQuantile(random() || 0.5));
};
const whole = fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 1, maxLength: 30 });
const real = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), {
  minLength: 1,
  maxLength: 40
});

describe('two samples by Kolmogorov and Smirnov', () => {
  test('the order of samples and of values, and a rising scale, change nothing', () => {
    fc.assert(
      fc.property(whole, whole, (a, b) => {
        const { distance, p } = kolmogorovSmirnov(a, b);
        const turned = kolmogorovSmirnov(b.toReversed(), a.toReversed());
        const cubed = kolmogorovSmirnov(
          a.map((x) => x ** 3),
          b.map((x) => x ** 3)
        );
        expect(turned.distance).toBeCloseTo(distance, 12);
        expect(turned.p).toBeCloseTo(p, 12);
        expect(cubed).toEqual(kolmogorovSmirnov(a, b));
      })
    );
  });

  test('the exact chance is the share of all ways to split the pooled values', () => {
    const small = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 2, maxLength: 4 });
    fc.assert(
      fc.property(small, small, (a, b) => {
        const all = [...a, ...b];
        const { distance, p } = kolmogorovSmirnov(a, b);
        let [ways, far] = [0, 0];
        for (let mask = 0; mask < 2 ** all.length; mask++) {
          const x = all.filter((_, i) => (mask >> i) & 1);
          if (x.length !== a.length) continue;
          const y = all.filter((_, i) => !((mask >> i) & 1));
          ways++;
          if (kolmogorovSmirnov(x, y).distance >= distance - 1e-9) far++;
        }
        expect(p).toBeCloseTo(far / ways, 12);
      })
    );
  });

  test('the critical distance is where the chance falls to alpha', () => {
    fc.assert(
      fc.property(whole, whole, fc.constantFrom(0.01, 0.05, 0.2), (a, b, alpha) => {
        const { distance, p } = kolmogorovSmirnov(a, b);
        expect(distance >= criticalDistance(a, b, alpha)).toBe(p <= alpha);
      })
    );
    // The 5 % table value for large samples is 1.358·√(1/m + 1/n).
    const many = normals(1, 400);
    expect(criticalDistance(many, many, 0.05)).toBeCloseTo(1.358 * Math.sqrt(2 / 400), 4);
  });

  test('missing values are left out, and nothing left is no answer', () => {
    expect(kolmogorovSmirnov([Number.NaN, 1, 2], [1, 2]).distance).toBe(0);
    expect(kolmogorovSmirnov([Number.NaN], [1, 2]).p).toBeNaN();
  });
});

describe('population stability', () => {
  test('is never negative, and nothing for equal samples in any order', () => {
    fc.assert(
      fc.property(real, real, (a, b) => {
        const [x, y] = [Float64Array.from(a), Float64Array.from(b)];
        const { index, p } = numericStability(x, y);
        expect(index).toBeGreaterThanOrEqual(0);
        expect(p).toBeGreaterThanOrEqual(0);
        expect(numericStability(x, x.toReversed()).index).toBe(0);
      })
    );
  });

  test('a constant that moves in either direction is seen, and so are more zeros and more missing', () => {
    const of = (value: number) => new Float64Array(50).fill(value);
    expect(numericStability(of(3), of(3)).index).toBe(0);
    expect(numericStability(of(3), of(2)).index).toBeGreaterThan(5);
    expect(numericStability(of(3), of(4)).index).toBeGreaterThan(5);
    const mixed = Float64Array.from({ length: 100 }, (_, i) => (i < 30 ? 0 : i));
    const zeros = Float64Array.from({ length: 100 }, (_, i) => (i % 4 > 0 ? 0 : i));
    const found = numericStability(mixed, zeros);
    expect(found.index).toBeGreaterThan(0.5);
    expect(found.most).toEqual({ bin: { from: 0, to: 0 }, before: 0.3, now: 0.76 });
    const gone = mixed.map((x, i) => (i % 2 ? x : Number.NaN));
    expect(numericStability(mixed, gone).most?.bin).toEqual({ category: null });
  });

  test('of categories by hand: shares 0.5, 0.5 to 0.8, 0.2', () => {
    const of = (a: number, b: number) => [
      ...new Array<string>(a).fill('a'),
      ...new Array<string>(b).fill('b')
    ];
    const { index } = categoricalStability(of(50, 50), of(80, 20));
    expect(index).toBeCloseTo(0.3 * Math.log(1.6) - 0.3 * Math.log(0.4), 12);
    expect(categoricalStability(of(50, 50), ['c', 'c', 'c']).most?.bin).toEqual({ others: true });
  });

  test('is as often beyond the bound of chance as it says', () => {
    let beyond = 0;
    for (let seed = 0; seed < 600; seed++) {
      const { index, byChance } = numericStability(normals(seed, 120), normals(seed + 9999, 80));
      if (index >= byChance) beyond++;
    }
    expect(beyond).toBeLessThan(0.03 * 600);
  });
});

describe('tracking signal', () => {
  test('by hand, alpha one half', () => {
    const { smoothed, cumulative, meanError } = trackingSignal([2, -1, 3], {
      alpha: 0.5,
      usual: 1
    });
    // E: 1, 0, 1.5; M: 1.5, 1.25, 2.125.
    expect(smoothed).toBeCloseTo(1.5 / 2.125, 12);
    expect(cumulative).toBeCloseTo(4 / 2, 12);
    expect(meanError).toBeCloseTo(4 / 3, 12);
  });

  test('stays between −1 and 1 and turns with the sign', () => {
    fc.assert(
      fc.property(real, (errors) => {
        const { smoothed } = trackingSignal(errors);
        expect(Math.abs(smoothed)).toBeLessThanOrEqual(1 + 1e-12);
        expect(trackingSignal(errors.map((e) => -e)).smoothed).toBeCloseTo(-smoothed, 12);
      })
    );
    expect(trackingSignal([0, 0, 0]).smoothed).toBe(0);
  });

  test('rarely passes its limit without bias, nearly always with one of a standard deviation', () => {
    const passes = (mean: number) => {
      let count = 0;
      for (let seed = 0; seed < 400; seed++) {
        const errors = normals(seed, 60, mean);
        const { smoothed, limit } = trackingSignal(errors, { usual: 0.8 });
        if (Math.abs(smoothed) >= limit) count++;
      }
      return count / 400;
    };
    expect(passes(0)).toBeLessThan(0.02);
    expect(passes(1.5)).toBeGreaterThan(0.95);
  });
});

describe('driftOf', () => {
  const table = (seed: number, rows: number, shift = 0): Columns =>
    columns({
      error: numeric(normals(seed, rows, 3 * shift, 2)),
      price: numeric(normals(seed + 1000, rows, 10 + shift)),
      site: text(Array.from(normals(seed + 2000, rows, shift), (x) => (x > 0.8 ? 'b' : 'a')))
    });

  test('finds a bias of the errors and a shift of numbers and categories by every method', () => {
    const found = driftOf(table(1, 200), table(2, 120, 1), { error: 'error' });
    const drifted = new Set(found.filter((f) => f.drifted).map((f) => `${f.column} ${f.method}`));
    expect([...drifted]).toEqual([
      'error adwin',
      'error page_hinkley',
      'error tracking_signal',
      'price psi',
      'price ks',
      'site psi'
    ]);
    const growth = found.find((f) => f.evidence.code === 'error-grew')!;
    expect(growth.evidence).toMatchObject({ rows: 120 });
    for (const f of found) expect(f.drifted).toBe(f.score >= f.threshold);
  });

  test('tells a lasting drift in one of twelve quiet stretches at most', () => {
    let alarms = 0;
    for (let seed = 0; seed < 120; seed++) {
      const found = driftOf(table(seed, 200), table(seed + 500, 60), { error: 'error' });
      if (found.some((f) => f.drifted)) alarms++;
    }
    expect(alarms).toBeLessThanOrEqual(10);
  });

  test('errors that shrink are no drift of accuracy', () => {
    const before = columns({ error: numeric(normals(3, 200, 0, 5)) });
    const now = columns({ error: numeric(normals(4, 200, 0, 1)) });
    const growth = driftOf(before, now, { error: 'error' }).filter(
      (f) => f.evidence.code === 'error-grew'
    );
    expect(growth.map((f) => f.drifted)).toEqual([false, false]);
  });

  test('few rows, constants, missing values and huge numbers give findings without NaN, or none', () => {
    const column = fc.array(
      fc.oneof(
        fc.constantFrom(null, 0, 1, 1e140, -1e-140),
        fc.double({ min: -1e9, max: 1e9, noNaN: true })
      ),
      { minLength: 0, maxLength: 60 }
    );
    fc.assert(
      fc.property(column, column, (a, b) => {
        const of = (values: (number | null)[]) =>
          columns({ error: numeric(values), x: numeric(values) });
        for (const f of driftOf(of(a), of(b), { error: 'error', leastRows: 3 })) {
          expect(f.score).not.toBeNaN();
          expect(f.threshold).not.toBeNaN();
        }
      })
    );
    const day = { type: 'timestamp', values: new Float64Array(40), valid: null } as const;
    expect(driftOf(columns({ day }), columns({ day }))).toEqual([]);
  });
});
