import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seeded } from '#lib/base/random.ts';
import { normalQuantile } from '#lib/analytics/stats/normal.ts';
import {
  defaultMethod,
  Detector,
  detectMethods,
  type DetectMethod,
  type DetectorSpec
} from '#lib/analytics/stream/detect.ts';
import { Baseline } from '#lib/analytics/stream/detectors/baseline.ts';
import { cusumLimit, cusumRunLength } from '#lib/analytics/stream/detectors/cusum.ts';
import { ewmaRunLength } from '#lib/analytics/stream/detectors/ewma-run-length.ts';
import { HalfSpaces } from '#lib/analytics/stream/detectors/half-space-trees.ts';
import { methods } from '#lib/analytics/stream/detectors/methods.ts';
import { RandomCutTree } from '#lib/analytics/stream/detectors/random-cut-tree.ts';
import { Refractory } from '#lib/analytics/stream/detectors/refractory.ts';
import { Seasons } from '#lib/analytics/stream/detectors/seasons.ts';
import { paretoFit, paretoQuantile } from '#lib/analytics/stream/detectors/tail.ts';

const hour = 3_600_000;

const spec = (method: DetectMethod, rest: Partial<DetectorSpec> = {}): DetectorSpec => ({
  measure: 'orders',
  method,
  threshold: null,
  falseAlarms: null,
  history: 30,
  season: methods[method].season === 'auto' ? 'auto' : 0,
  slide: hour,
  refractory: null,
  seed: 1,
  forecast: null,
  ...rest
});

function normals(count: number, name: string): number[] {
  const random = seeded(7, name);
  return Array.from({ length: count }, () => normalQuantile(random() || 0.5));
}

const judged = (detector: Detector, values: readonly number[], from = 0) =>
  values.map((value, i) => detector.judge(0, from + i, value));

/** `forecast` judges nothing by itself; see foretold.test.ts. */
const alone = detectMethods.filter((method) => method !== 'forecast');

describe.each(alone)('%s', (method) => {
  test('goes on from a snapshot as if nothing had been', () => {
    const values = normals(420, 'snapshot').map(
      (x, i) => 50 + 5 * x + (i % 24) + (i > 380 ? 20 : 0)
    );
    const options = { falseAlarms: 0.01 };
    const whole = judged(new Detector(spec(method, options)), values);
    for (const cut of [1, 9, 40, 301]) {
      const first = new Detector(spec(method, options));
      judged(first, values.slice(0, cut));
      const second = new Detector(spec(method, options));
      second.restore(structuredClone(first.snapshot()));
      judged(first, [1e6]);
      expect(judged(second, values.slice(cut), cut)).toEqual(whole.slice(cut));
    }
  });

  test('has finite scores for any finite values and gaps', () => {
    const steps = fc.array(
      fc.tuple(
        fc.integer({ min: 1, max: 40 }),
        fc.double({ noNaN: true, noDefaultInfinity: true })
      ),
      { minLength: 1, maxLength: 60 }
    );
    const some = fc.oneof(
      steps,
      fc.array(fc.tuple(fc.constant(1), fc.constantFrom(0, 0, 0, 1e-300, -1e308, 5)), {
        maxLength: 60
      })
    );
    fc.assert(
      fc.property(some, (list) => {
        const detector = new Detector(spec(method));
        judged(detector, normals(method.includes('_') ? 70 : 10, 'warm'));
        let t = 100;
        for (const [gap, value] of list) {
          const reading = detector.judge(0, (t += gap), value);
          if (reading && !Number.isFinite(reading.score)) return false;
        }
        return true;
      }),
      { numRuns: 40 }
    );
  });

  test('does not change with the unit of its values', () => {
    const values = normals(400, 'scale').map((x, i) => 3 + x + (i === 390 ? 9 : 0));
    const plain = judged(new Detector(spec(method)), values);
    const scaled = judged(
      new Detector(spec(method)),
      values.map((x) => x * 1024)
    );
    expect(scaled.map((r) => r?.score)).toEqual(plain.map((r) => r?.score));
    expect(scaled.map((r) => r?.anomaly)).toEqual(plain.map((r) => r?.anomaly));
  });

  test('keeps a bounded state', () => {
    const detector = new Detector(spec(method, { falseAlarms: 0.02 }));
    const size = () =>
      JSON.stringify(detector.snapshot(), (_, v: unknown) =>
        ArrayBuffer.isView(v) ? [...(v as Float64Array)] : v
      ).length;
    const values = normals(3000, 'long');
    judged(detector, values.slice(0, 1200));
    const before = size();
    judged(detector, values.slice(1200), 1200);
    expect(size()).toBeLessThan(before * 1.3 + 200);
  });

  test('finds a jump of twelve standard deviations, and says why', () => {
    const values = [...normals(400, 'jump'), ...normals(12, 'after').map((x) => x + 12)].map(
      (x) => 100 + x
    );
    const readings = judged(new Detector(spec(method)), values);
    const found = readings.slice(400).find((r) => r?.anomaly);
    expect(found?.reason).toMatch(/^orders [\d.]+ is .{20,}/);
    expect(readings.slice(300, 400).filter((r) => r?.anomaly).length).toBeLessThan(4);
  });
});

test('the band is where the score reaches the limit', () => {
  for (const method of [
    'zscore',
    'robust',
    'seasonal',
    'difference',
    'novelty',
    'cusum',
    'ewma',
    'page_hinkley'
  ] as const) {
    const values = normals(300, 'band').map((x, i) => 20 + x + 6 * Math.sin(i / 4));
    for (const past of [60, 170, 290]) {
      const at = (x: number) => {
        const threshold = { cusum: 60, page_hinkley: 60, ewma: 12 }[method as string] ?? null;
        const detector = new Detector(spec(method, { refractory: 0, threshold }));
        judged(detector, values.slice(0, past));
        return detector.judge(0, past, x)!;
      };
      const { lo, hi } = at(values[past]!);
      const width = Math.max(1e-3, hi - lo);
      if (method !== 'novelty') {
        expect(at(hi - 1e-6 * width).anomaly || at(lo + 1e-6 * width).anomaly, method).toBe(false);
        expect(at(hi + 1e-6 * width).anomaly && at(lo - 1e-6 * width).anomaly, method).toBe(true);
      } else expect(at(values[past]!).anomaly).toBe(!(values[past]! >= lo && values[past]! <= hi));
    }
  }
});

describe('charts against their direct formulas', () => {
  const values = normals(200, 'charts').map((x, i) => 10 + 2 * x + (i > 150 ? 1 : 0));
  /** Hawkins' standardised deviates, straight from the definition. */
  const deviates = values.map((x, i) => {
    if (i < 8) return Number.NaN;
    const past = new Baseline();
    for (const value of values.slice(0, i)) past.learn(value);
    return past.deviate(x);
  });

  test('self-started deviates are standard normal whatever the level and scale', () => {
    const all = Array.from({ length: 60 }, (_, run) => {
      const past = new Baseline();
      return normals(80, `hawkins ${run}`).flatMap((x) => {
        const u = past.size < 8 ? [] : [past.deviate(1000 + 30 * x)];
        past.learn(1000 + 30 * x);
        return u;
      });
    }).flat();
    const mean = all.reduce((s, u) => s + u, 0) / all.length;
    const variance = all.reduce((s, u) => s + (u - mean) ** 2, 0) / all.length;
    expect(mean).toBeCloseTo(0, 1);
    expect(variance).toBeGreaterThan(0.9);
    expect(variance).toBeLessThan(1.1);
    const beyond = all.filter((u) => Math.abs(u) > 1.96).length / all.length;
    expect(Math.abs(beyond - 0.05)).toBeLessThan(0.015);
  });

  test('CUSUM is the greatest sum of deviations that ends now (Page 1954)', () => {
    const scores = judged(new Detector(spec('cusum', { threshold: 1e9 })), values).map(
      (r) => r?.score
    );
    deviates.forEach((_, i) => {
      if (i < 8) return expect(scores[i]).toBeUndefined();
      let up = 0;
      let down = 0;
      let sumUp = 0;
      let sumDown = 0;
      for (let j = i; j >= 8; j--) {
        up = Math.max(up, (sumUp += deviates[j]! - 0.5));
        down = Math.max(down, (sumDown += -deviates[j]! - 0.5));
      }
      expect(scores[i]).toBeCloseTo(up >= down ? up : -down, 8);
    });
  });

  test('Page–Hinkley is m_T less its minimum, by its definition', () => {
    const scores = judged(new Detector(spec('page_hinkley', { threshold: 1e9 })), values).map(
      (r) => r?.score
    );
    let m = 0;
    let least = 0;
    let n = 0;
    let most = 0;
    for (let i = 8; i < values.length; i++) {
      const before = values.slice(0, i);
      const meanBefore = before.reduce((s, x) => s + x, 0) / i;
      const sd = Math.sqrt(before.reduce((s, x) => s + (x - meanBefore) ** 2, 0) / (i - 1));
      const mean = (meanBefore * i + values[i]!) / (i + 1);
      m += (values[i]! - mean) / sd - 0.15;
      n += (values[i]! - mean) / sd + 0.15;
      least = Math.min(least, m);
      most = Math.max(most, n);
      const [up, down] = [m - least, most - n];
      expect(scores[i]).toBeCloseTo(up >= down ? up : -down, 8);
    }
  });

  test('EWMA is the weighted sum of all deviates over its exact deviation (Roberts 1959)', () => {
    const scores = judged(new Detector(spec('ewma', { threshold: 1e9 })), values).map(
      (r) => r?.score
    );
    for (let i = 8; i < values.length; i++) {
      let sum = 0;
      let variance = 0;
      for (let j = 8; j <= i; j++) {
        const weight = 0.2 * 0.8 ** (i - j);
        sum += weight * deviates[j]!;
        variance += weight * weight;
      }
      expect(scores[i]).toBeCloseTo(sum / Math.sqrt(variance), 8);
    }
  });

  test('run lengths equal the published tables', () => {
    // Lucas and Saccucci (1990), table 3, in-control ARL 500; Montgomery, table 9.3: ARL of CUSUM h = 4 and 5, k = 0.5, two-sided 168 and 465.
    expect(Math.abs(ewmaRunLength(2.962, 0.2) - 500)).toBeLessThan(10);
    expect(Math.abs(ewmaRunLength(2.814, 0.1) - 500)).toBeLessThan(15);
    expect(Math.abs(cusumRunLength(4, 0.5) / 2 - 168)).toBeLessThan(3);
    expect(Math.abs(cusumRunLength(5, 0.5) / 2 - 465)).toBeLessThan(8);
    expect(cusumLimit(1 / 465)).toBeCloseTo(5, 1);
  });

  test.each(['cusum', 'ewma', 'page_hinkley'] as const)(
    '%s keeps to its budget on normal noise',
    (method) => {
      const falseAlarms = 0.01;
      const detector = new Detector(spec(method, { falseAlarms }));
      const found = judged(detector, normals(30_000, method)).filter((r) => r?.anomaly).length;
      expect(found / 30_000 / falseAlarms).toBeGreaterThan(0.6);
      expect(found / 30_000 / falseAlarms).toBeLessThan(1.4);
    }
  );
});

describe('ADWIN', () => {
  const bits = (count: number, p: number, name: string) => {
    const random = seeded(3, name);
    return Array.from({ length: count }, () => (random() < p ? 1 : 0));
  };

  test('false alarms stay under the bound of its theorem', () => {
    const detector = new Detector(spec('adwin', { falseAlarms: 0.01 }));
    const found = judged(detector, bits(20_000, 0.3, 'still')).filter((r) => r?.anomaly).length;
    expect(found / 20_000).toBeLessThan(0.01);
  });

  test('a change of the mean is found within the length that its bound allows, and the older part is dropped', () => {
    const detector = new Detector(spec('adwin'));
    const values = [...bits(1000, 0.2, 'low'), ...bits(400, 0.8, 'high')];
    const readings = judged(detector, values);
    const found = readings.flatMap((r, i) => (r?.anomaly ? [i] : []));
    expect(found[0]).toBeGreaterThanOrEqual(1000);
    expect(found[0]).toBeLessThan(1060);
    expect(readings.at(-1)!.expected).toBeGreaterThan(0.7);
    expect(readings[found[0]!]!.score).toBeGreaterThan(1);
  });

  test('the mean it keeps is that of the last values, while nothing changes', () => {
    const values = normals(300, 'adwin mean');
    const readings = judged(new Detector(spec('adwin', { falseAlarms: 1e-9 })), values);
    const mean = values.slice(0, 299).reduce((s, x) => s + x, 0) / 299;
    expect(readings.at(-1)!.expected).toBeCloseTo(mean, 10);
  });
});

describe('random cut trees', () => {
  const points = Float64Array.from([
    0, 0, 1, 1, 1.2, 0.9, 0.1, 0.2, 0.9, 1.1, 9, 9, 1, 1, 0.2, 0.1
  ]);
  const count = 8;

  /** Displacement of every leaf of a tree grown in one piece, from its definition: mean over many random trees. */
  function bruteForce(runs: number, seed: number): number[] {
    const random = seeded(seed, 'brute');
    const totals = new Array<number>(count).fill(0);
    const grow = (rows: number[], best: number[]): void => {
      const boxes = [0, 1].map((c) => rows.map((r) => points[2 * r + c]!));
      const extents = boxes.map((box) => Math.max(...box) - Math.min(...box));
      if (extents[0]! + extents[1]! === 0) {
        rows.forEach((r) => (totals[r]! += best[r]!));
        return;
      }
      const c = random() * (extents[0]! + extents[1]!) < extents[0]! ? 0 : 1;
      const cut = Math.min(...boxes[c]!) + random() * extents[c]!;
      const left = rows.filter((r) => points[2 * r + c]! <= cut);
      const right = rows.filter((r) => points[2 * r + c]! > cut);
      if (left.length === 0 || right.length === 0) return grow(rows, best);
      const next = [...best];
      for (const r of left) next[r] = Math.max(next[r]!, right.length / left.length);
      for (const r of right) next[r] = Math.max(next[r]!, left.length / right.length);
      grow(left, next);
      grow(right, next);
    };
    for (let i = 0; i < runs; i++) grow([...Array(count).keys()], new Array<number>(count).fill(0));
    return totals.map((total) => total / runs);
  }

  test('insertion and deletion leave trees distributed as those grown at once; the outlier is displaced most', () => {
    const random = seeded(5, 'trees');
    const runs = 4000;
    const totals = new Array<number>(count).fill(0);
    const order = [5, 2, 0, 6, 1, 7, 3, 4];
    for (let i = 0; i < runs; i++) {
      const tree = new RandomCutTree(points, 2, count, random);
      for (const place of order) tree.insert(place);
      for (const place of [0, 5, 6]) tree.remove(place);
      for (const place of [6, 0, 5]) tree.insert(place);
      for (let place = 0; place < count; place++) totals[place]! += tree.displacement(place) / runs;
    }
    const expected = bruteForce(4000, 1);
    totals.forEach((total, place) =>
      expect(Math.abs(total / expected[place]! - 1)).toBeLessThan(0.06)
    );
    expect(Math.max(...totals)).toBe(totals[5]);
    expect(totals[5]).toBeGreaterThan(6.5);
  });

  test('any order of insertions and deletions ends in an empty tree', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 })), {
          minLength: 1,
          maxLength: 20
        }),
        fc.integer(),
        (list, seed) => {
          const data = Float64Array.from(list.flat());
          const tree = new RandomCutTree(data, 2, list.length, seeded(seed, 'order'));
          list.forEach((_, place) => tree.insert(place));
          list.forEach((_, place) => tree.remove(place));
          list.forEach((_, place) => tree.insert(place));
          list.forEach((_, place) => expect(Number.isFinite(tree.displacement(place))).toBe(true));
        }
      )
    );
  });
});

test('half-space trees give what lies outside of the period before the least mass', () => {
  const forest = new HalfSpaces(spec('half_space_trees'));
  const noise = normals(700, 'hst');
  const usual = noise.map((x, i) => forest.measure(i, x)).slice(300);
  expect(forest.measure(700, 9)).toBeGreaterThan(Math.max(...usual));
  expect(usual.every(Number.isFinite)).toBe(true);
});

test('seasons: the week that repeats saves most, and missing windows shift nothing', () => {
  const seasons = new Seasons(hour);
  for (let t = 0; t < 6 * 168; t++) {
    const weekday = Math.floor(t / 24) % 7;
    if (t % 50 !== 7)
      seasons.learn(t, (weekday < 5 ? 100 : 20) + 10 * Math.sin((t / 12) * Math.PI));
  }
  expect(seasons.saving(1)).toBeGreaterThan(0.8);
  expect(seasons.saving(1)).toBeGreaterThan(seasons.saving(0));
  expect(seasons.usual(1, 6 * 168 + 50)).toBeGreaterThan(90);
  expect(seasons.usual(1, 6 * 168 + 5 * 24 + 2)).toBeLessThan(40);
});

describe('the default', () => {
  test('is novelty', () => expect(defaultMethod).toBe('novelty'));

  test('finds a spike in a short series', () => {
    const readings = judged(new Detector(spec('novelty')), [
      ...normals(20, 'short').map((x) => 100 + 5 * x),
      260
    ]);
    expect(readings.flatMap((r, i) => (r?.anomaly ? [i] : []))).toContain(20);
  });

  test('finds a usual value at an unusual place of the week', () => {
    const shape = (t: number) =>
      (Math.floor(t / 24) % 7 < 5 ? 100 : 20) + 30 * Math.sin((t / 12) * Math.PI);
    const noise = normals(10 * 168, 'week');
    const values = noise.map((x, t) => shape(t) + x);
    const holiday = 9 * 168 + 24;
    for (let t = holiday; t < holiday + 24; t++) values[t] = shape(t + 4 * 24) + noise[t]!;
    const found = judged(new Detector(spec('novelty')), values).flatMap((r, i) =>
      r?.anomaly ? [i] : []
    );
    const late = found.filter((t) => t > 5 * 168);
    expect(late.some((t) => t >= holiday && t < holiday + 24)).toBe(true);
    expect(late.filter((t) => t < holiday || t >= holiday + 24).length).toBeLessThan(5);
  });

  test('tells one alert of an incident that lasts', () => {
    const values = normals(500, 'incident').map((x, t) => x + (t >= 400 && t < 430 ? 25 : 0));
    const found = judged(new Detector(spec('novelty')), values).flatMap((r, i) =>
      r?.anomaly ? [i] : []
    );
    expect(found.filter((t) => t >= 400 && t < 430)).toEqual([400]);
  });

  test('tells a line that has gone flat, once, and a silence when it ends', () => {
    const detector = new Detector(spec('novelty'));
    const values = normals(200, 'flat');
    judged(detector, values);
    const flat = judged(detector, new Array<number>(60).fill(values.at(-1)!), 200);
    expect(flat.flatMap((r, i) => (r?.anomaly ? [i] : []))).toHaveLength(1);
    expect(flat.find((r) => r?.anomaly)!.reason).toMatch(/the same for \d+ windows/);
    const back = detector.judge(0, 600, values[0]!);
    expect(back?.anomaly).toBe(true);
    expect(back?.reason).toMatch(/first after 340 silent windows/);
  });

  test('one wild value does not blind it', () => {
    const values = normals(1500, 'wild').map((x) => 100 + x);
    values[300] = 1e9;
    values[1400] = 130;
    const readings = judged(new Detector(spec('novelty')), values);
    expect(readings[300]!.anomaly).toBe(true);
    expect(readings[1400]!.anomaly).toBe(true);
  });
});

test('a refractory time takes the greatest of the last windows alone', () => {
  const lists = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 60 });
  fc.assert(
    fc.property(lists, fc.integer({ min: 1, max: 12 }), (scores, windows) => {
      const refractory = new Refractory(windows);
      scores.forEach((score, t) => {
        const before = scores.slice(Math.max(0, t - windows), t);
        expect(refractory.takes(t, score)).toBe(before.every((s) => s < score));
      });
    })
  );
});

test.each([-0.3, 0, 0.3])('the Pareto fit finds shape %d and its quantile', (shape) => {
  const random = seeded(2, 'pareto');
  const draw = (u: number) => (shape === 0 ? -2 * Math.log(u) : (2 / shape) * (u ** -shape - 1));
  const sample = Array.from({ length: 4000 }, () => draw(1 - random())).sort((a, b) => a - b);
  const fit = paretoFit(sample);
  expect(Math.abs(fit.shape - shape)).toBeLessThan(0.06);
  expect(Math.abs(fit.scale - 2)).toBeLessThan(0.12);
  expect(Math.abs(paretoQuantile(sample, 1e-3) / draw(1e-3) - 1)).toBeLessThan(0.2);
});

describe('a budget of false alarms', () => {
  const heavy = (x: number, i: number) => (i % 3 === 0 ? x * Math.exp(Math.abs(x) / 2) : x);
  const tails = { normal: (x: number) => x, heavy, uniform: (x: number) => Math.tanh(x) } as const;

  test.each(Object.keys(tails) as (keyof typeof tails)[])(
    'is kept on %s noise by the tail of the scores',
    (tail) => {
      const falseAlarms = 1 / 168;
      const windows = 40_000;
      for (const method of ['zscore', 'robust'] as const) {
        const detector = new Detector(spec(method, { falseAlarms, history: 100 }));
        const values = normals(windows, `budget ${tail}`).map(tails[tail]);
        const found = judged(detector, values)
          .slice(2000)
          .filter((r) => r?.anomaly).length;
        const rate = found / (windows - 2000) / falseAlarms;
        // 226 alarms expected: three standard errors of counting and of the limit are 0.3.
        expect(rate, method).toBeGreaterThan(0.7);
        expect(rate, method).toBeLessThan(1.35);
      }
    }
  );

  test.each(['novelty', 'difference'] as const)('%s keeps to it on normal noise', (method) => {
    const falseAlarms = 1 / 168;
    const detector = new Detector(spec(method, { falseAlarms }));
    const found = judged(detector, normals(20_000, `budget ${method}`))
      .slice(1000)
      .filter((r) => r?.anomaly).length;
    // 113 alarms expected; three standard errors are 0.4.
    expect(found / 19_000 / falseAlarms).toBeGreaterThan(0.6);
    expect(found / 19_000 / falseAlarms).toBeLessThan(1.5);
  });
});
