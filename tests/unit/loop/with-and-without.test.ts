import { describe, expect, test } from 'vitest';
import { seeded } from '#lib/base/random.ts';
import type { StockPolicy } from '#lib/analytics/loop/stock-policy.ts';
import { judgeLosses } from '#lib/analytics/loop/verdict.ts';
import { lossByWindow, totalOf, withAndWithout } from '#lib/analytics/loop/with-and-without.ts';

const cost = { holding: 1, shortage: 9, order: 0 };

/** Demand of 10 a period that doubles at `shift`. */
function item(seed: number, shift: number, changed: number) {
  const random = seeded(seed, 'item');
  const demand = Float64Array.from({ length: 240 }, (_, t) =>
    Math.round((t < shift ? 10 : 20) * (0.5 + random()))
  );
  const old: StockPolicy = { from: 0, reorderPoint: 35, orderUpTo: 60 };
  const setting = { demand, leadTime: 2, unmet: 'lost', start: 60, ...cost } as const;
  const next = { from: changed, reorderPoint: 70, orderUpTo: 110 };
  return { setting, without: [old], with: [old, next] };
}

describe('with and without the loop', () => {
  test('a loop that follows a doubled demand serves more and costs less, and the gate sees it', () => {
    const items = [1, 2, 3].map((seed) => item(seed, 100, 110));
    const effect = withAndWithout(items);
    expect(effect.with.service.fillRate).toBeGreaterThan(effect.without.service.fillRate + 0.05);
    expect(effect.with.service.averageStock).toBeGreaterThan(effect.without.service.averageStock);
    expect(effect.with.service.costPerPeriod).toBeLessThan(effect.without.service.costPerPeriod);
    const window = { windows: 8, size: 14, skip: 0 };
    const [before, after] = [
      lossByWindow(effect.without, 'cost', window),
      lossByWindow(effect.with, 'cost', window)
    ];
    expect(judgeLosses(before, after)).toMatchObject({ passed: true, windows: 8 });
  });

  test('where demand stays, more stock costs more and does not pass', () => {
    const effect = withAndWithout([item(4, 999, 100)]);
    const window = { windows: 8, size: 14, skip: 0 };
    const verdict = judgeLosses(
      lossByWindow(effect.without, 'cost', window),
      lossByWindow(effect.with, 'cost', window)
    );
    expect(verdict.passed).toBe(false);
    expect(verdict.gain).toBeLessThan(0);
  });

  test('before the change nothing differs, and the same twice is the same', () => {
    const effect = withAndWithout([item(5, 100, 110)]);
    expect(withAndWithout([item(5, 100, 110)])).toEqual(effect);
    const [a, b] = [totalOf(effect.without, 'onHand'), totalOf(effect.with, 'onHand')];
    expect(a.subarray(0, 110)).toEqual(b.subarray(0, 110));
    expect(a).not.toEqual(b);
  });

  test('windows are whole, end with the data and add up to the cost', () => {
    const { without } = withAndWithout([item(6, 100, 110), item(7, 100, 110)]);
    const all = totalOf(without, 'cost').reduce((a, b) => a + b, 0);
    const sum = (of: { windows: number; size: number; skip: number }) =>
      lossByWindow(without, 'cost', of).reduce((a, b) => a + b, 0);
    expect(sum({ windows: 24, size: 10, skip: 0 })).toBeCloseTo(all, 6);
    expect(lossByWindow(without, 'cost', { windows: 50, size: 100, skip: 0 })).toHaveLength(2);
    expect(lossByWindow(without, 'cost', { windows: 50, size: 100, skip: 60 })).toHaveLength(1);
    expect(lossByWindow(without, 'cost', { windows: 3, size: 500, skip: 0 })).toHaveLength(0);
    expect(
      lossByWindow(withAndWithout([]).with, 'cost', { windows: 3, size: 5, skip: 0 })
    ).toHaveLength(0);
  });
});
