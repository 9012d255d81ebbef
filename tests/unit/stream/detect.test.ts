import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seeded } from '#lib/base/random.ts';
import {
  mean,
  meanAbsoluteDeviation,
  median,
  medianAbsoluteDeviation,
  standardDeviation
} from '#lib/analytics/stats/descriptive.ts';
import { normalQuantile } from '#lib/analytics/stats/normal.ts';
import { Past } from '#lib/analytics/stream/past.ts';
import { Detector, type DetectorSpec } from '#lib/analytics/stream/detect.ts';
import { leastHistory } from '#lib/analytics/stream/detectors/deviation.ts';

const spec = (rest: Partial<DetectorSpec> = {}): DetectorSpec => ({
  measure: 'orders',
  method: 'zscore',
  threshold: null,
  falseAlarms: null,
  history: 30,
  season: 0,
  slide: 3_600_000,
  refractory: null,
  seed: 0,
  forecast: null,
  ...rest
});

function noise(count: number, seed = 1): number[] {
  const random = seeded(seed, 'noise');
  return Array.from({ length: count }, () => 100 + 10 * normalQuantile(random() || 0.5));
}

const judge = (detector: Detector, values: readonly number[]) =>
  values.map((value, i) => detector.judge(0, i, value));

describe('detectors', () => {
  test('zscore is the z of a value over the windows before it, and only those', () => {
    const values = noise(100);
    const readings = judge(new Detector(spec()), values);
    readings.forEach((reading, i) => {
      if (i < leastHistory) return expect(reading).toBeNull();
      const past = values.slice(Math.max(0, i - 30), i);
      expect(reading!.score).toBeCloseTo((values[i]! - mean(past)) / standardDeviation(past), 10);
      expect(reading!.anomaly).toBe(Math.abs(reading!.score) > 3);
    });
  });

  test('one wild value in the past does not blunt the robust z', () => {
    const values = [...noise(40), 1000, ...noise(5, 2), 200];
    const robust = judge(new Detector(spec({ method: 'robust' })), values).at(-1)!;
    const past = values.slice(-31, -1);
    const centre = median(past);
    const spread = 1.482602218505602 * medianAbsoluteDeviation(past, centre);
    expect(robust.score).toBeCloseTo((200 - centre) / spread, 10);
    expect(robust.anomaly).toBe(true);
    expect(judge(new Detector(spec()), values).at(-1)!.anomaly).toBe(false);
  });

  test.each(['zscore', 'robust'] as const)(
    '%s: a jump out of a flat past is an anomaly, a ripple is not',
    (method) => {
      const flat = new Array<number>(20).fill(50);
      expect(judge(new Detector(spec({ method })), [...flat, 80]).at(-1)!.anomaly).toBe(true);
      expect(judge(new Detector(spec({ method })), [...flat, 50.5]).at(-1)!.anomaly).toBe(false);
    }
  );

  test('with a season, what is usual for its place is no anomaly, and unusual elsewhere', () => {
    const season = 6;
    const values = noise(120).map((v, i) => (i % season === 0 ? v + 300 : v));
    const seasonal = judge(new Detector(spec({ season })), values);
    expect(seasonal.slice(60).filter((r) => r!.anomaly).length).toBeLessThanOrEqual(2);
    const misplaced = [...values, 100, 400];
    expect(judge(new Detector(spec({ season })), misplaced).at(-1)!.anomaly).toBe(true);
  });

  test.each(['zscore', 'robust'] as const)(
    '%s: a budget holds on normal noise to within a factor of two',
    (method) => {
      const detector = new Detector(spec({ method, falseAlarms: 0.01 }));
      const alarms = judge(detector, noise(20_000)).filter((r) => r?.anomaly).length;
      expect(alarms / 20_000).toBeGreaterThan(0.005);
      expect(alarms / 20_000).toBeLessThan(0.02);
    }
  );

  test('missing values are neither judged nor remembered', () => {
    const detector = new Detector(spec());
    judge(detector, noise(20));
    expect(detector.judge(0, 20, Number.NaN)).toBeNull();
    expect(Number.isFinite(detector.judge(0, 21, 100)!.score)).toBe(true);
  });

  test('keys do not mix', () => {
    const detector = new Detector(spec());
    judge(detector, noise(20));
    expect(detector.judge(1, 0, 5)).toBeNull();
  });

  test('the reason says how far, which way, and from what', () => {
    const detector = new Detector(spec());
    const values = [...noise(30), 300];
    const reading = judge(detector, values).at(-1)!;
    expect(reading.reason).toMatch(
      /^orders 300 is [\d.]+ standard deviations above [\d.]+, the mean of the last 30 windows$/
    );
  });
});

describe('the past of a series', () => {
  test('figures equal those computed from the last values in one piece', () => {
    const numbers = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 2, maxLength: 40 });
    fc.assert(
      fc.property(numbers, fc.integer({ min: 2, max: 12 }), (list, capacity) => {
        const past = new Past(capacity);
        for (const value of list) past.push(value);
        const last = list.slice(-capacity);
        const centre = median(last);
        expect(past.size).toBe(last.length);
        expect(past.median()).toBe(centre);
        expect(past.medianDeviation()).toBe(medianAbsoluteDeviation(last, centre));
        expect(past.mean()).toBeCloseTo(mean(last), 10);
        expect(past.deviation(past.mean())).toBeCloseTo(standardDeviation(last), 10);
        expect(past.meanDeviation(centre)).toBeCloseTo(meanAbsoluteDeviation(last, centre), 10);
      })
    );
  });
});
