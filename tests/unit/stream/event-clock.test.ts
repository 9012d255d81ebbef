import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { columns, numeric, text, type Columns } from '#lib/base/columns.ts';
import { seeded } from '#lib/base/random.ts';
import { EventClock, type ClockSpec } from '#lib/analytics/stream/event-clock.ts';
import { LatenessSketch } from '#lib/analytics/stream/lateness-sketch.ts';
import { streams, type Event } from './events.ts';

const specs: fc.Arbitrary<ClockSpec> = fc.record({
  disorder: fc.oneof(fc.integer({ min: 0, max: 30 }), fc.constant('auto' as const)),
  partition: fc.option(
    fc.record({ column: fc.constant('key'), idle: fc.integer({ min: 0, max: 60 }) })
  )
});

function tableOf(events: readonly Event[]): Columns {
  return columns({
    at: numeric(
      events.map((e) => e.time),
      'timestamp'
    ),
    key: text(events.map((e) => e.key))
  });
}

/** The watermark before every event and after the last. */
function marksOf(clock: EventClock, events: readonly Event[]): number[] {
  const marks = new Float64Array(events.length);
  const times = Float64Array.from(events, (e) => e.time);
  clock.stamp(tableOf(events), times, marks);
  return [...marks, clock.watermark];
}

/** The definition, read aloud, for a disorder that is written. */
function expected(events: readonly Event[], spec: ClockSpec): number[] {
  let watermark = -Infinity;
  const marks = [watermark];
  events.forEach((_, last) => {
    const seen = events.slice(0, last + 1);
    const greatest = Math.max(...seen.map((e) => e.time));
    const latest = new Map<string, number>();
    const heardAt = new Map<string, number>();
    seen.forEach((event, i) => {
      const key = spec.partition ? event.key : '';
      latest.set(key, Math.max(event.time, latest.get(key) ?? -Infinity));
      heardAt.set(key, Math.max(...seen.slice(0, i + 1).map((e) => e.time)));
    });
    const idle = spec.partition?.idle ?? Infinity;
    const active = [...latest].filter(([key]) => greatest - heardAt.get(key)! <= idle);
    const least = Math.min(...active.map(([, time]) => time));
    watermark = Math.max(watermark, least - (spec.disorder as number));
    marks.push(watermark);
  });
  return marks;
}

describe('the event clock', () => {
  test('says the least of the active partitions less the disorder, and never goes back', () => {
    fc.assert(
      fc.property(streams, specs, (events, spec) => {
        const marks = marksOf(new EventClock(spec, 'events'), events);
        expect(marks).toEqual([...marks].sort((a, b) => a - b));
        if (spec.disorder !== 'auto') expect(marks).toEqual(expected(events, spec));
      }),
      { numRuns: 500 }
    );
  });

  test('does not depend on batches, nor on being put back from a snapshot', () => {
    const cuts = fc.array(fc.nat({ max: 60 }), { maxLength: 4 });
    fc.assert(
      fc.property(streams, specs, cuts, (events, spec, at) => {
        const whole = marksOf(new EventClock(spec, 'events'), events);
        const bounds = [0, ...at.map((c) => c % (events.length + 1)), events.length];
        bounds.sort((a, b) => a - b);
        const parts: number[] = [];
        let clock = new EventClock(spec, 'events');
        for (let i = 1; i < bounds.length; i++) {
          parts.push(...marksOf(clock, events.slice(bounds[i - 1], bounds[i])).slice(0, -1));
          const kept = structuredClone(clock.snapshot());
          clock = new EventClock(spec, 'events');
          clock.restore(kept);
        }
        expect([...parts, clock.watermark]).toEqual(whole);
      }),
      { numRuns: 500 }
    );
  });

  test('leaves an idle partition out and takes it in again, without going back', () => {
    const spec = { disorder: 0, partition: { column: 'key', idle: 10 } };
    const at = (time: number, key: string) => ({ time, key, x: null });
    const events = [at(0, 'a'), at(1, 'b'), at(11, 'a'), at(12, 'a'), at(5, 'b'), at(30, 'b')];
    const clock = new EventClock(spec, 'events');
    expect(marksOf(clock, events)).toEqual([-Infinity, 0, 0, 1, 12, 12, 30]);
    expect(clock.partitions).toMatchObject([
      { name: 'b', latest: 30, behind: 0, idle: false },
      { name: 'a', latest: 12, behind: 18, idle: true }
    ]);
  });

  test('forgets idle partitions of which there are very many, not the others', () => {
    const clock = new EventClock({ disorder: 0, partition: { column: 'key', idle: 5 } }, 'events');
    const events = Array.from({ length: 30_000 }, (_, i) => ({ time: i, key: `${i}`, x: null }));
    marksOf(clock, events);
    expect(clock.partitions.length).toBeLessThanOrEqual(10_001);
    expect(clock.watermark).toBe(30_000 - 6);
  });
});

describe('a learned disorder', () => {
  test('covers 99.5 % of the events, and hardly more', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -50, max: 1_000_000 }), { minLength: 1, maxLength: 900 }),
        (list) => {
          const sketch = new LatenessSketch();
          for (const lateness of list) sketch.add(lateness);
          const sorted = [...list].sort((a, b) => a - b);
          const covering = sorted[Math.ceil(0.995 * list.length) - 1]!;
          expect(sketch.bound).toBeGreaterThanOrEqual(covering);
          expect(sketch.bound).toBeLessThanOrEqual(Math.max(0, covering) * 1.02 + 1);
        }
      )
    );
  });

  test('follows a feed that has become slower, and one that has become faster', () => {
    const sketch = new LatenessSketch();
    const random = seeded(1);
    const feed = (events: number, slowest: number) => {
      for (let i = 0; i < events; i++) sketch.add(random() * slowest);
      return sketch.bound / slowest;
    };
    expect(feed(200_000, 60_000)).toBeCloseTo(1, 1);
    expect(feed(200_000, 600_000)).toBeCloseTo(1, 1);
    expect(feed(1_500_000, 1000)).toBeLessThan(1.03);
  });
});
