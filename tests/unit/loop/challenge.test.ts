import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seeded } from '#lib/base/random.ts';
import { challenge, type Contender } from '#lib/analytics/loop/challenge.ts';
import { dieboldMariano } from '#lib/analytics/loop/diebold-mariano.ts';
import { judgeLosses, usualRule } from '#lib/analytics/loop/verdict.ts';
import { normalQuantile } from '#lib/analytics/stats/normal.ts';

const contender = (name: string, fittedTo?: number): Contender => ({
  model: { name, options: { season: 7 } },
  ...(fittedTo === undefined ? {} : { fittedTo })
});
// A unit of 1e-6 would make 0 of still smaller ones.
const loss = fc.double({ min: 0, max: 1e6, noNaN: true }).map((x) => (x < 1e-100 ? 0 : x));
const losses = fc.array(loss, {
  minLength: 4,
  maxLength: 30
});

/** A weekly pattern; its level rises by half from row `shift` on. */
function demand(seed: number, rows: number, shift = Infinity): Float64Array {
  const random = seeded(seed, 'demand');
  return Float64Array.from({ length: rows }, (_, t) => {
    const level = t < shift ? 100 : 150;
    return level + 30 * Math.sin((2 * Math.PI * t) / 7) + 8 * normalQuantile(random() || 0.5);
  });
}

describe('the verdict on two lists of losses', () => {
  test('nobody beats himself, and at most one of two passes', () => {
    fc.assert(
      fc.property(losses, losses, (a, b) => {
        const n = Math.min(a.length, b.length);
        const [x, y] = [Float64Array.from(a.slice(0, n)), Float64Array.from(b.slice(0, n))];
        expect(judgeLosses(x, x)).toMatchObject({ passed: false, reason: 'same', gain: 0 });
        const [forth, back] = [judgeLosses(x, y), judgeLosses(y, x)];
        expect(forth.passed && back.passed).toBe(false);
        if (forth.passed) expect(forth.challenger).toBeLessThan(forth.champion);
      })
    );
  });

  test('the unit of the losses is of no matter', () => {
    fc.assert(
      fc.property(losses, fc.constantFrom(1e-6, 4, 1e9), (a, unit) => {
        const x = Float64Array.from(a);
        const y = x.map((loss, i) => loss * (i % 3 === 0 ? 1.1 : 0.8));
        const scaled = judgeLosses(
          x.map((loss) => loss * unit),
          y.map((loss) => loss * unit)
        );
        expect(scaled.p).toBeCloseTo(judgeLosses(x, y).p, 6);
      })
    );
  });

  test('losses too small to be squared are compared all the same', () => {
    const tiny = [3, 4, 5, 3, 6].map((k) => k * 1e-300);
    const verdict = judgeLosses(
      Float64Array.from(tiny),
      Float64Array.from(tiny, (x, i) => x * (0.5 + i / 100))
    );
    expect(verdict).toMatchObject({ passed: true, reason: 'better' });
    expect(verdict.p).toBeGreaterThan(0);
  });

  test('says why it does not pass', () => {
    const of = (...values: number[]) => Float64Array.from(values);
    const reason = (a: Float64Array, b: Float64Array, rule = usualRule) =>
      judgeLosses(a, b, rule).reason;
    expect(reason(of(2, 2, 2), of(1, 1, 1))).toBe('too-few');
    expect(reason(of(), of())).toBe('too-few');
    expect(reason(of(1, 1, 1, 1), of(2, 2, 2, 2))).toBe('worse');
    expect(reason(of(2, 2, 2, 2), of(1, 1, 1, 1))).toBe('better');
    expect(reason(of(2, 2, 2, 9), of(3, 3, 3, 1))).toBe('by-chance');
    expect(reason(of(10, 10, 10, 10), of(9, 9, 9, 9), { ...usualRule, leastGain: 0.2 })).toBe(
      'too-little'
    );
    expect(judgeLosses(of(0, 0, 0, 0), of(1, 0, 0, 0)).gain).toBe(-Infinity);
  });

  test('lets a challenger of equal worth pass as seldom as it says', () => {
    const random = seeded(11, 'losses');
    let passed = 0;
    for (let i = 0; i < 2000; i++) {
      const of = () => Float64Array.from({ length: 8 }, () => 1 + random());
      if (judgeLosses(of(), of()).passed) passed++;
    }
    expect(passed / 2000).toBeLessThan(0.12);
    expect(passed / 2000).toBeGreaterThan(0.08);
  });

  test('overlapping differences weigh less', () => {
    const random = seeded(5, 'overlap');
    const noise = Array.from({ length: 62 }, () => random() - 0.4);
    const overlapping = noise.slice(2).map((x, t) => x + noise[t]! + noise[t + 1]!);
    expect(dieboldMariano(overlapping, 3).p).toBeGreaterThan(dieboldMariano(overlapping, 1).p);
  });
});

describe('champion against challenger', () => {
  const plan = { windows: 6, horizon: 7 };

  test('a forecast from before a change of level loses to the same refitted', () => {
    const panel = [1, 2, 3].map((seed) => demand(seed, 200, 130));
    const { champion, challenger, series } = challenge(
      panel,
      contender('ses', 120),
      contender('ses'),
      plan
    );
    expect(series).toBe(3);
    expect(champion).toHaveLength(6);
    const verdict = judgeLosses(champion, challenger);
    expect(verdict).toMatchObject({ passed: true, windows: 6 });
    expect(verdict.gain).toBeGreaterThan(0.4);
  });

  test('where nothing changed refitting does not pass', () => {
    const panel = [4, 5, 6].map((seed) => demand(seed, 200));
    const sides = challenge(
      panel,
      contender('seasonal_naive', 158),
      contender('seasonal_naive'),
      plan
    );
    expect(judgeLosses(sides.champion, sides.challenger).passed).toBe(false);
  });

  test('a model that knows the season beats one that does not, and not the other way', () => {
    const panel = [demand(7, 160)];
    const [a, b] = [contender('ses'), contender('seasonal_naive')];
    const forth = challenge(panel, a, b, plan);
    expect(judgeLosses(forth.champion, forth.challenger).passed).toBe(true);
    const back = challenge(panel, b, a, plan);
    expect(back.champion).toEqual(forth.challenger);
    expect(judgeLosses(back.champion, back.challenger).passed).toBe(false);
  });

  test('losses are those of naive forecasts by hand', () => {
    const values = Float64Array.of(1, 3, 2, 4, 8, 7);
    const naive = contender('naive');
    const { champion } = challenge([values], naive, naive, { windows: 2, horizon: 1 });
    // Origins at rows 4 and 5; differences before row 4 are 2, 1, 2.
    expect([...champion]).toEqual([4 / (5 / 3), 1 / (5 / 3)]);
  });

  test('short, constant and huge series take part or do not, without NaN', () => {
    const flat = new Float64Array(80).fill(5);
    const huge = demand(9, 80).map((x) => x * 1e100);
    const short = Float64Array.of(1, 2, 3);
    const { champion, challenger, series } = challenge(
      [flat, huge, short, new Float64Array(80)],
      contender('ses', 30),
      contender('naive'),
      plan
    );
    expect(series).toBe(3);
    for (const loss of [...champion, ...challenger]) expect(Number.isFinite(loss)).toBe(true);
    const none = challenge([short], contender('naive'), contender('naive'), plan);
    expect(none).toMatchObject({ series: 0 });
    expect(none.champion).toHaveLength(0);
  });
});
