import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { accumulatorOf } from '#lib/analytics/stream/aggregate.ts';
import { CellPool } from '#lib/analytics/stream/cell-pool.ts';
import { KeyTable } from '#lib/analytics/stream/keys.ts';
import { Windows, type Tolerance, type WindowSpec } from '#lib/analytics/stream/windows.ts';
import { eventTable, measures, streams, tolerances, type Event } from './events.ts';

const specs: fc.Arbitrary<WindowSpec> = fc.oneof(
  fc.record({
    kind: fc.constant('grid' as const),
    size: fc.integer({ min: 1, max: 24 }),
    slide: fc.integer({ min: 1, max: 24 })
  }),
  fc.record({ kind: fc.constant('session' as const), gap: fc.integer({ min: 1, max: 15 }) })
);

/** What closes when a stream is folded, the windows made anew from a copy of their snapshot before each event of `crashes`. */
function closings(
  events: readonly Event[],
  spec: WindowSpec,
  tolerance: Tolerance,
  crashes: ReadonlySet<number>
) {
  const sample = eventTable(events);
  const pool = new CellPool(measures.aggregates.map((a) => accumulatorOf(a, sample, 'events')));
  const keys = new KeyTable(['key'], 'events');
  const seen: unknown[] = [];
  const begin = () =>
    new Windows(
      spec,
      tolerance,
      {
        pool,
        keys,
        valuesOf: ({ cells }) =>
          cells.map((cell) => measures.aggregates.map((_, i) => pool.value(i, cell))),
        listener: {
          told: (...list) => seen.push(structuredClone(['told', ...list])),
          corrected: (correction) => seen.push(correction),
          closed: (...list) => seen.push(structuredClone(['closed', ...list])),
          late: (event) => seen.push(event)
        }
      },
      'events'
    );
  let windows = begin();
  events.forEach((event, i) => {
    if (crashes.has(i)) {
      const kept = structuredClone(windows.snapshot());
      windows = begin();
      windows.restore(kept);
    }
    const batch = eventTable([event]);
    const times = Float64Array.of(event.time);
    const slots = keys.slots(batch);
    const marks = windows.stamp(batch, times);
    pool.prepare(batch, times, slots, marks);
    windows.fold({ times, marks, slots, cells: new Int32Array(1) });
  });
  windows.finish();
  return { seen, late: windows.lateCount, watermark: windows.watermark, left: pool.inUse };
}

describe('windows put back from a snapshot', () => {
  test('go on as if nothing had happened', () => {
    const points = fc.array(fc.nat({ max: 60 }), { maxLength: 4 });
    fc.assert(
      fc.property(streams, specs, tolerances, points, (events, spec, tolerance, crashes) => {
        const broken = closings(events, spec, tolerance, new Set(crashes));
        expect(broken).toEqual(closings(events, spec, tolerance, new Set()));
        expect(broken.left).toBe(0);
      }),
      { numRuns: 600 }
    );
  });

  test('of another kind are refused', () => {
    const make = (spec: WindowSpec) =>
      new Windows(
        spec,
        { disorder: 0, lateness: 0 },
        {
          pool: new CellPool([]),
          keys: new KeyTable([], 'events'),
          valuesOf: () => [],
          listener: {
            told: () => undefined,
            corrected: () => undefined,
            closed: () => undefined,
            late: () => undefined
          }
        },
        'events'
      );
    const sessions = make({ kind: 'session', gap: 5 });
    expect(() => make({ kind: 'grid', size: 5, slide: 5 }).restore(sessions.snapshot())).toThrow(
      'session'
    );
  });
});
