import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { columns, numeric, text, vectorOf } from '#lib/base/columns.ts';
import { seeded } from '#lib/base/random.ts';
import { Health, healthPeriod } from '#lib/analytics/stream/health.ts';
import { IdFilter } from '#lib/analytics/stream/id-filter.ts';
import { Intake } from '#lib/analytics/stream/intake.ts';
import { countUpTo, schedule } from '#lib/analytics/stream/replay.ts';
import { parseTime } from '#lib/analytics/stream/event-time.ts';
import { toRows } from '#lib/base/columns.ts';

const times = fc
  .array(fc.option(fc.integer({ min: 0, max: 500 }), { nil: Number.NaN, freq: 10 }), {
    maxLength: 50
  })
  .map((list) => Float64Array.from(list));
const disturbances = fc.record({
  jitter: fc.integer({ min: 0, max: 100 }),
  duplicate: fc.double({ min: 0, max: 1, noNaN: true }),
  drop: fc.double({ min: 0, max: 1, noNaN: true })
});
const calm = { jitter: 0, duplicate: 0, drop: 0 };

describe('a replay', () => {
  test('plays every row once or twice, within its jitter, in order of arrival', () => {
    fc.assert(
      fc.property(times, disturbances, fc.integer(), (list, disturbance, seed) => {
        const plan = schedule(list, disturbance, seeded(seed));
        const timed = list.filter((t) => !Number.isNaN(t)).length;
        expect(plan.rows.length + plan.dropped - plan.copies).toBe(timed);
        const played = new Map<number, number>();
        plan.rows.forEach((row, i) => {
          played.set(row, (played.get(row) ?? 0) + 1);
          const delay = plan.arrivals[i]! - list[row]!;
          expect(delay).toBeGreaterThanOrEqual(0);
          expect(delay).toBeLessThanOrEqual(disturbance.jitter);
          if (i > 0) expect(plan.arrivals[i]).toBeGreaterThanOrEqual(plan.arrivals[i - 1]!);
        });
        expect(Math.max(0, ...played.values())).toBeLessThanOrEqual(2);
      })
    );
  });

  test('is the same again with the same seed, and another with another', () => {
    const list = Float64Array.from({ length: 200 }, (_, i) => i);
    const disturbance = { jitter: 50, duplicate: 0.2, drop: 0.1 };
    const plan = (seed: number) => [...schedule(list, disturbance, seeded(seed)).rows];
    expect(plan(1)).toEqual(plan(1));
    expect(plan(1)).not.toEqual(plan(2));
  });

  test('undisturbed, plays rows in order of time, ties in order of the table, from `from` on', () => {
    const plan = schedule(Float64Array.of(3, 1, 3, 2, Number.NaN), calm, seeded(1), 2);
    expect([...plan.rows]).toEqual([3, 0, 2]);
  });

  test('loses and copies the shares it is told to', () => {
    const list = Float64Array.from({ length: 20_000 }, (_, i) => i);
    const plan = schedule(list, { jitter: 0, duplicate: 0.1, drop: 0.2 }, seeded(3));
    expect(plan.dropped / 20_000).toBeCloseTo(0.2, 1);
    expect(plan.copies / (20_000 - plan.dropped)).toBeCloseTo(0.1, 1);
  });

  test('counts arrivals up to a moment', () => {
    const arrivals = Float64Array.of(1, 2, 2, 5);
    expect([0, 1, 2, 4, 9].map((t) => countUpTo(arrivals, t, 0))).toEqual([0, 1, 3, 3, 4]);
  });
});

describe('ids', () => {
  test('the first copy is kept, whatever the order', () => {
    const ids = fc.array(fc.tuple(fc.nat({ max: 5 }), fc.constantFrom('p', 'q')), {
      maxLength: 40
    });
    fc.assert(
      fc.property(ids, (list) => {
        const table = columns({
          n: numeric(
            list.map(([n]) => n),
            'integer'
          ),
          t: text(list.map(([, t]) => t))
        });
        const isNew = new IdFilter(['n', 't'], 'events').over(table);
        const kept = list.filter((_, row) => isNew(row)).map(([n, t]) => `${n}${t}`);
        expect(kept).toEqual([...new Set(list.map(([n, t]) => `${n}${t}`))]);
      })
    );
  });

  test('events without an id are all new', () => {
    const isNew = new IdFilter(['id'], 'events').over(
      columns({ id: text([null, 'a', null, 'a']) })
    );
    expect([0, 1, 2, 3].map(isNew)).toEqual([true, true, true, false]);
  });
});

describe('the intake', () => {
  const list = Float64Array.of(0, 10, 20, 5, 10);
  const table = columns({ at: numeric(list, 'timestamp'), id: text(['a', 'b', 'c', 'd', 'b']) });
  const inOrder = {
    rows: Uint32Array.of(0, 1, 2, 3, 4),
    arrivals: Float64Array.of(0, 10, 20, 25, 30),
    dropped: 0,
    copies: 0
  };
  const options = {
    id: ['id'],
    clock: { disorder: 5, partition: null },
    future: null,
    health: 10,
    relation: 'events'
  };

  test('numbers what it accepts, keeps late events, and leaves later copies out', () => {
    const intake = new Intake(table, list, inOrder, options);
    const batch = intake.take(0, 5);
    expect([...(vectorOf(batch, 'arrival')!.values as Float64Array)]).toEqual([1, 2, 3, 4]);
    expect(vectorOf(batch, 'id')!.values).toEqual(['a', 'b', 'c', 'd']);
    expect([intake.accepted, intake.late, intake.duplicates]).toEqual([4, 1, 1]);
  });

  test('batches make no difference', () => {
    const whole = new Intake(table, list, inOrder, options).take(0, 5);
    const parts = new Intake(table, list, inOrder, options);
    const rows = [parts.take(0, 2), parts.take(2, 3), parts.take(3, 5)].flatMap(toRows);
    expect(rows).toEqual(toRows(whole));
  });
});

describe('health', () => {
  test('writes one row a period, silent ones included', () => {
    const health = new Health(1000);
    health.event(0, 'normal');
    health.event(500, 'late');
    health.event(3200, 'duplicate');
    health.finish();
    expect(toRows(health.take())).toEqual([
      { time: 0, rate: 2, gap: 0.5, late: 1, duplicate: 0, silent: false },
      { time: 1000, rate: 0, gap: 1.5, late: 0, duplicate: 0, silent: true },
      { time: 2000, rate: 0, gap: 2.5, late: 0, duplicate: 0, silent: true },
      { time: 3000, rate: 0, gap: 2.7, late: 0, duplicate: 1, silent: false }
    ]);
    expect(health.gaps[0]).toEqual({ from: 500, to: 3200 });
  });

  test('takes a round period that gives at most 400 rows', () => {
    expect(healthPeriod(86_400_000)).toBe(300_000);
    for (const span of [0, 5, 1e5, 1e9, 1e12])
      expect(span / healthPeriod(span)).toBeLessThanOrEqual(400);
  });
});

test('times are ISO 8601, in UTC unless they name an offset', () => {
  expect(parseTime('2024-05-31')).toBe(Date.UTC(2024, 4, 31));
  expect(parseTime('2024-05-31 14:05')).toBe(Date.UTC(2024, 4, 31, 14, 5));
  expect(parseTime('2024-05-31T14:05:06.250+02:00')).toBe(Date.UTC(2024, 4, 31, 12, 5, 6, 250));
  expect(['31.05.2024', '2024-02-30', 'soon', ''].map(parseTime)).toEqual([null, null, null, null]);
});
