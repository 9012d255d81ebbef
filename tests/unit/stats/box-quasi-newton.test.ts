import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { boxQuasiNewton } from '#lib/analytics/stats/box-quasi-newton.ts';

const open = [-Infinity, -Infinity];
const away = [Infinity, Infinity];

function rosenbrock(x: Float64Array, gradient: Float64Array): number {
  const bend = x[1]! - x[0]! ** 2;
  gradient[0] = -2 * (1 - x[0]!) - 400 * x[0]! * bend;
  gradient[1] = 200 * bend;
  return (1 - x[0]!) ** 2 + 100 * bend ** 2;
}

describe('the quasi-Newton search in a box', () => {
  test('finds the valley of Rosenbrock in few evaluations', () => {
    const found = boxQuasiNewton(rosenbrock, [-1.2, 1], { lower: open, upper: away });
    expect(found.x[0]).toBeCloseTo(1, 5);
    expect(found.x[1]).toBeCloseTo(1, 5);
    expect(found.evaluations).toBeLessThan(80);
  });

  test('ends on the wall, and leaves it where the slope turns', () => {
    const walled = boxQuasiNewton(rosenbrock, [-1, 1], { lower: [-2, -2], upper: [0.5, 2] });
    expect(walled.x[0]).toBe(0.5);
    expect(walled.x[1]).toBeCloseTo(0.25, 6);
    const left = boxQuasiNewton(rosenbrock, [-2, -2], { lower: [-2, -2], upper: [2, 2] });
    expect(left.x[0]).toBeCloseTo(1, 4);
  });

  test('finds the minimum of any convex quadratic over a box', () => {
    const value = fc.double({ min: -3, max: 3, noNaN: true });
    fc.assert(
      fc.property(fc.array(value, { minLength: 3, maxLength: 3 }), value, (centre, tilt) => {
        const f = (x: Float64Array, gradient: Float64Array): number => {
          const d = x.map((v, i) => v - centre[i]!);
          const all = d[0]! + d[1]! + d[2]! - tilt;
          d.forEach((v, i) => (gradient[i] = 2 * (i + 1) * v + 2 * all));
          return d.reduce((sum, v, i) => sum + (i + 1) * v * v, 0) + all ** 2;
        };
        const { x } = boxQuasiNewton(f, [0, 0, 0], {
          lower: [-1, -1, -1],
          upper: [1, 1, 1],
          tolerance: 1e-13
        });
        const gradient = new Float64Array(3);
        f(x, gradient);
        x.forEach((v, i) => {
          const g = gradient[i]!;
          if (v >= 1) expect(g).toBeLessThan(1e-3);
          else if (v <= -1) expect(g).toBeGreaterThan(-1e-3);
          else expect(Math.abs(g)).toBeLessThan(1e-3);
        });
      })
    );
  });

  test('an infinite value is a place to step back from', () => {
    const f = (x: Float64Array, gradient: Float64Array): number => {
      if (!(x[0]! > 0)) return Infinity;
      gradient[0] = 1 - 1 / x[0]!;
      return x[0]! - Math.log(x[0]!);
    };
    const found = boxQuasiNewton(f, [30], { lower: [-50], upper: [50] });
    expect(found.x[0]).toBeCloseTo(1, 4);
  });
});
