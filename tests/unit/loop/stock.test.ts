import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seeded } from '#lib/base/random.ts';
import { simulateStock, type StockSetting } from '#lib/analytics/loop/simulate-stock.ts';
import { orderAt, type StockPolicy } from '#lib/analytics/loop/stock-policy.ts';
import { serviceOf } from '#lib/analytics/loop/service.ts';
import { normalCdf, normalQuantile } from '#lib/analytics/stats/normal.ts';

const periods = 200_000;
const costs = { holding: 1, shortage: 9, order: 0 };

function drawn(seed: number, draw: (random: () => number) => number, count = periods) {
  const random = seeded(seed, 'demand');
  return Float64Array.from({ length: count }, () => draw(random));
}

function poisson(mean: number) {
  return (random: () => number) => {
    const end = Math.exp(-mean);
    let [count, product] = [0, random()];
    while (product > end) {
      count++;
      product *= random();
    }
    return count;
  };
}

function setting(demand: Float64Array, own: Partial<StockSetting> = {}): StockSetting {
  const usual = { leadTime: 3, unmet: 'backorder', start: 20, warmUp: 100 } as const;
  return { demand, ...usual, ...costs, ...own };
}

const upTo = (level: number): StockPolicy => ({
  from: 0,
  reorderPoint: level - 1,
  orderUpTo: level
});

/** Probabilities of 0, 1, … units. */
const poissonShares = (mean: number) => {
  const shares = [Math.exp(-mean)];
  for (let k = 1; k < 200; k++) shares.push((shares[k - 1]! * mean) / k);
  return shares;
};
const binomialShares = (n: number, p: number) => {
  let shares = [1];
  for (let i = 0; i < n; i++) {
    shares = [...shares, 0].map((s, k) => s * (1 - p) + (k > 0 ? shares[k - 1]! * p : 0));
  }
  return shares;
};
/** Mean of max(0, D − level). */
const loss = (shares: readonly number[], level: number) =>
  shares.reduce((sum, share, k) => sum + share * Math.max(0, k - level), 0);
const meanOf = (shares: readonly number[]) => shares.reduce((sum, share, k) => sum + share * k, 0);

describe('a stock against closed forms', () => {
  test.each([
    [2, 3, 9],
    [2, 3, 12],
    [0.4, 5, 3],
    [6, 1, 14],
    [3, 0, 4]
  ])(
    'base stock, Poisson %s a period, lead time %s, level %s (Zipkin 2000, §6.2)',
    (mean, lead, level) => {
      const demand = drawn(lead + level, poisson(mean));
      const { figures } = simulateStock(setting(demand, { leadTime: lead, start: level }), [
        upTo(level)
      ]);
      const [over, before] = [poissonShares(mean * (lead + 1)), poissonShares(mean * lead)];
      const backorders = loss(over, level);
      const onHand = level - mean * (lead + 1) + backorders;
      const fill = 1 - (backorders - loss(before, level)) / mean;
      const { fillRate, averageStock, costPerPeriod } = serviceOf([figures]);
      expect(fillRate).toBeCloseTo(fill, 2);
      expect(averageStock / onHand).toBeCloseTo(1, 1.5);
      expect(costPerPeriod / (onHand + 9 * backorders)).toBeCloseTo(1, 1.5);
    }
  );

  test.each([
    [4, 3, 2, 0.4],
    [3, 6, 4, 0.5],
    [0, 2, 1, 0.7]
  ])(
    '(r, Q) = (%s, %s), lead time %s, one unit with chance %s: the position is uniform over r + 1 to r + Q (Zipkin 2000, §6.3)',
    (reorderPoint, quantity, lead, chance) => {
      const demand = drawn(quantity, (random) => (random() < chance ? 1 : 0));
      const policy = { from: 0, reorderPoint, quantity };
      const { figures } = simulateStock(setting(demand, { leadTime: lead }), [policy]);
      const over = binomialShares(lead + 1, chance);
      const before = binomialShares(lead, chance);
      let [onHand, short] = [0, 0];
      for (let y = reorderPoint + 1; y <= reorderPoint + quantity; y++) {
        onHand += (y - meanOf(over) + loss(over, y)) / quantity;
        short += (loss(over, y) - loss(before, y)) / quantity;
      }
      expect(figures.stock / figures.periods / onHand).toBeCloseTo(1, 1.5);
      expect(figures.served / figures.demand).toBeCloseTo(1 - short / chance, 2);
      expect(figures.orders / figures.periods).toBeCloseTo(chance / quantity, 2);
    }
  );

  test('(s, Q) with normal lead time demand: fill 1 − σG(k)/Q, cycles Φ(k) (Silver, Pyke and Thomas 2017, ch. 6)', () => {
    // Many small periods, so that the stock is as good as watched all the time and never undershoots much.
    const [perPeriod, sd, lead, quantity, k] = [1, 0.5, 25, 40, 0.7];
    const demand = drawn(3, (random) =>
      Math.max(0, perPeriod + sd * normalQuantile(random() || 0.5))
    );
    const sigma = Math.sqrt(lead) * deviation(demand);
    const mean = demand.reduce((a, b) => a + b, 0) / periods;
    // The position is below the reorder point by the mean excess of a renewal process when an order is due.
    const reorderPoint = mean * lead + k * sigma + (mean + deviation(demand) ** 2 / mean) / 2;
    const { figures } = simulateStock(setting(demand, { leadTime: lead, start: 250 }), [
      { from: 0, reorderPoint, quantity }
    ]);
    const density = Math.exp(-0.5 * k * k) / Math.sqrt(2 * Math.PI);
    const g = density - k * (1 - normalCdf(k));
    const { fillRate, cycleService } = serviceOf([figures]);
    expect(fillRate).toBeCloseTo(1 - (sigma * g) / quantity, 2.7);
    expect(cycleService).toBeCloseTo(normalCdf(k), 1.2);
  });
});

function deviation(values: Float64Array): number {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length);
}

const demands = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 60 });
const unmet = fc.constantFrom('backorder', 'lost');
const lead = fc.integer({ min: 0, max: 6 });
const level = fc.integer({ min: 0, max: 40 });

describe('a stock, whatever comes', () => {
  test('units are neither made nor lost', () => {
    fc.assert(
      fc.property(demands, unmet, lead, level, level, (values, how, leadTime, s, gap) => {
        const demand = Float64Array.from(values);
        const own = { leadTime, unmet: how, start: s, warmUp: 0 } as const;
        const policy = { from: 0, reorderPoint: s, orderUpTo: s + gap };
        const { figures, trace } = simulateStock(setting(demand, own), [policy]);
        const received = trace.ordered
          .subarray(0, Math.max(0, demand.length - leadTime))
          .reduce((a, b) => a + b, 0);
        const short = figures.demand - figures.served;
        expect(short).toBe(trace.short.reduce((a, b) => a + b, 0));
        const last = trace.onHand.at(-1)!;
        // What left the shelf: what was served at once, and the backorders cleared since.
        const left = s + received - last;
        expect(left).toBeGreaterThanOrEqual(figures.served);
        expect(left).toBeLessThanOrEqual(how === 'lost' ? figures.served : figures.demand);
        expect(figures.goodCycles).toBeLessThanOrEqual(figures.cycles);
        for (const x of trace.onHand) expect(x).toBeGreaterThanOrEqual(0);
      })
    );
  });

  test('more base stock never means less on hand, nor more short', () => {
    fc.assert(
      fc.property(demands, lead, level, level, (values, leadTime, s, more) => {
        const demand = Float64Array.from(values);
        const run = (to: number) =>
          simulateStock(setting(demand, { leadTime, start: to, warmUp: 0 }), [upTo(to)]).figures;
        const [less, greater] = [run(s), run(s + more)];
        expect(greater.stock).toBeGreaterThanOrEqual(less.stock);
        expect(greater.served).toBeGreaterThanOrEqual(less.served);
      })
    );
  });

  test('a change of policy is felt from its period on, and one to the same is none', () => {
    fc.assert(
      fc.property(demands, unmet, lead, level, fc.nat(60), (values, how, leadTime, s, when) => {
        const demand = Float64Array.from(values);
        const own = setting(demand, { leadTime, unmet: how, warmUp: 0 });
        const policy = { from: 0, reorderPoint: s, quantity: 5 };
        const plain = simulateStock(own, [policy]);
        expect(simulateStock(own, [policy, { ...policy, from: when }])).toEqual(plain);
        const changed = simulateStock(own, [
          policy,
          { from: when, reorderPoint: s + 9, quantity: 5 }
        ]);
        const until = Math.min(when, demand.length);
        expect(changed.trace.onHand.subarray(0, until)).toEqual(
          plain.trace.onHand.subarray(0, until)
        );
      })
    );
  });

  test('orders lift the position above the reorder point by the fewest multiples', () => {
    fc.assert(
      fc.property(
        level,
        fc.integer({ min: -50, max: 60 }),
        fc.integer({ min: 1, max: 9 }),
        (s, at, q) => {
          const size = orderAt({ from: 0, reorderPoint: s, quantity: q }, at);
          expect(at + size).toBeGreaterThan(at <= s ? s : -Infinity);
          if (size > 0) expect(at + size - q).toBeLessThanOrEqual(s);
          expect(size % q).toBe(0);
        }
      )
    );
    expect(orderAt({ from: 0, reorderPoint: 5 }, 0)).toBe(0);
    expect(orderAt({ from: 0, reorderPoint: Number.NaN, orderUpTo: 9 }, 0)).toBe(0);
  });

  test('lead times may change from order to order, and missing demand is none', () => {
    const demand = Float64Array.of(2, 2, Number.NaN, -1, 2, 2);
    const leadTime = Float64Array.of(3, 1, 0, 0, 0, 0);
    const own = setting(demand, { leadTime, start: 4, warmUp: 0 });
    const { trace } = simulateStock(own, [upTo(6)]);
    // Ordered: 2 for period 3, 2 for period 2, then what was asked for, at once.
    expect([...trace.ordered]).toEqual([2, 2, 2, 0, 0, 2]);
    expect([...trace.onHand]).toEqual([2, 0, 4, 6, 4, 4]);
    expect([...trace.short]).toEqual([0, 0, 0, 0, 0, 0]);
  });
});
