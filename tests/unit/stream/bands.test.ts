import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toRows } from '#lib/base/columns.ts';
import type { AlertRule } from '#lib/analytics/stream/alert-board.ts';
import { MonitorFold, type MonitorSpec } from '#lib/analytics/stream/monitor-fold.ts';
import type { WindowSpec } from '#lib/analytics/stream/windows.ts';
import { eventTable, folded, specOf, streams, tolerances, type Event } from './events.ts';

type Row = Readonly<Record<string, unknown>>;

const cuts = fc.array(fc.nat({ max: 60 }), { maxLength: 4 });
const windows: fc.Arbitrary<WindowSpec> = fc.oneof(
  fc.record({
    kind: fc.constant('grid' as const),
    size: fc.integer({ min: 1, max: 24 }),
    slide: fc.integer({ min: 1, max: 24 })
  }),
  fc.record({ kind: fc.constant('session' as const), gap: fc.integer({ min: 1, max: 15 }) })
);
const rules: AlertRule[] = [
  { name: 'high', when: 'total > 5', recover: null, hold: 0, keep: 0, noData: null }
];

const identity = (row: Row) => JSON.stringify([row['window_start'], row['window_end'], row['key']]);

/** The rows that revisions leave, as a table that follows them would have them. */
function afterRevisions(revisions: readonly Row[]): Map<string, Row> {
  const table = new Map<string, Row>();
  for (const { change, ...row } of revisions) {
    const id = identity(row);
    if (change === 0) expect(table.has(id)).toBe(false);
    else expect(table.has(id)).toBe(true);
    if (change === 2) table.delete(id);
    else table.set(id, row);
  }
  return table;
}

function sorted(rows: Iterable<Row>): string[] {
  return [...rows].map((row) => JSON.stringify(row)).sort();
}

const run = (events: readonly Event[], spec: MonitorSpec, at: readonly number[] = []) => {
  const { tables, fold } = folded(events, spec, at);
  return {
    fold,
    windows: toRows(tables.windows) as Row[],
    revisions: toRows(tables.revisions) as Row[],
    corrections: toRows(tables.corrections) as Row[],
    late: toRows(tables.late) as Row[],
    alerts: toRows(tables.alerts) as Row[]
  };
};

const at = (time: number, x = 1, key = 'a'): Event => ({ time, key, x });
const banded = (window: WindowSpec, rest: Partial<MonitorSpec> = {}) =>
  specOf(window, { tolerance: { disorder: 0, lateness: 20 }, ...rest });

describe('windows told early and corrected', () => {
  test('end as the final ones, one row for each window and key', () => {
    fc.assert(
      fc.property(streams, windows, tolerances, (events, window, tolerance) => {
        const { windows: final, revisions } = run(events, specOf(window, { tolerance }));
        if (tolerance.lateness === 0) expect(revisions).toEqual([]);
        else expect(sorted(afterRevisions(revisions).values())).toEqual(sorted(final));
      }),
      { numRuns: 400 }
    );
  });

  test('are the same however the stream is cut, corrections and late events included', () => {
    fc.assert(
      fc.property(streams, windows, tolerances, cuts, (events, window, tolerance, cut) => {
        const spec = specOf(window, { tolerance, rules, judge: 'first' });
        const { fold: _, ...whole } = run(events, spec);
        const { fold: __, ...parts } = run(events, spec, cut);
        expect(parts).toEqual(whole);
      }),
      { numRuns: 250 }
    );
  });

  test('corrections tell what stood before and after', () => {
    fc.assert(
      fc.property(streams, windows, tolerances, (events, window, tolerance) => {
        const { revisions, corrections } = run(events, specOf(window, { tolerance }));
        const table = new Map<string, Row>();
        const told = [...corrections];
        for (const { change, ...row } of revisions) {
          const before = table.get(identity(row));
          const correction = told[0];
          const isCorrected = correction !== undefined && identity(correction) === identity(row);
          if (change !== 0) expect(isCorrected).toBe(true);
          if (isCorrected && (change !== 0 || correction['change'] === 'added')) {
            told.shift();
            for (const name of ['n', 'total', 'median']) {
              expect(correction[`${name}_before`]).toBe(before?.[name] ?? null);
              expect(correction[`${name}_after`]).toBe(change === 2 ? null : row[name]);
            }
          }
          if (change === 2) table.delete(identity(row));
          else table.set(identity(row), row);
        }
        expect(told).toEqual([]);
      }),
      { numRuns: 250 }
    );
  });

  test('events too late are told with the window they missed', () => {
    fc.assert(
      fc.property(streams, windows, tolerances, (events, window, tolerance) => {
        const { late, fold } = run(events, specOf(window, { tolerance }));
        expect(late.filter((row) => row['entered'] === 0).length).toBe(fold.late);
        for (const row of late) {
          expect(row['missed_by']).toBeGreaterThanOrEqual(0);
          expect(row['time']).toBeGreaterThanOrEqual(row['window_start'] as number);
          expect(row['time']).toBeLessThan(row['window_end'] as number);
        }
      }),
      { numRuns: 250 }
    );
  });

  test('come once the watermark passes their end, again when a late event has changed them', () => {
    const fold = new MonitorFold(banded({ kind: 'grid', size: 10, slide: 10 }), 'events');
    const push = (...events: Event[]) => {
      fold.push(eventTable(events));
      const tables = fold.take()!;
      return [tables.revisions, tables.corrections, tables.windows].map((t) => toRows(t));
    };
    expect(push(at(1), at(9))).toEqual([[], [], []]);
    const [told, corrected, final] = push(at(10));
    expect(told).toMatchObject([{ window_start: 0, n: 2, change: 0 }]);
    expect([corrected, final]).toEqual([[], []]);
    expect(push(at(3, 5))).toEqual([[], [], []]);
    const [again, change, still] = push(at(11));
    expect(again).toMatchObject([{ window_start: 0, n: 3, total: 7, change: 1 }]);
    expect(change).toMatchObject([
      { time: 11, change: 'changed', n_before: 2, n_after: 3, total_before: 2, total_after: 7 }
    ]);
    expect(still).toEqual([]);
    expect(push(at(30))[2]).toMatchObject([{ window_start: 0, n: 3 }]);
  });

  test('a key that comes late adds its window, an event without a value corrects only counts', () => {
    const events = [at(1), at(12), at(3, 4, 'b'), at(13), { ...at(2), x: null }, at(14)];
    const { corrections } = run(events, banded({ kind: 'grid', size: 10, slide: 10 }));
    expect(corrections).toMatchObject([
      { key: 'b', change: 'added', n_before: null, n_after: 1, time: 13 },
      { key: 'a', change: 'changed', n_before: 1, n_after: 2, total_before: 1, total_after: 1 }
    ]);
  });

  test('sessions that a late event joins are withdrawn, and told as one', () => {
    const events = [at(0), at(8), at(14), at(4), at(15)];
    const { corrections } = run(events, banded({ kind: 'session', gap: 4 }));
    expect(
      corrections.map((c) => [c['change'], c['window_start'], c['window_end'], c['n_after']])
    ).toEqual([
      ['withdrawn', 0, 4, null],
      ['withdrawn', 8, 12, null],
      ['added', 0, 12, 3]
    ]);
  });

  test('a window missed by less than all is told with those still entered', () => {
    const spec = specOf(
      { kind: 'grid', size: 20, slide: 10 },
      { tolerance: { disorder: 0, lateness: 5 } }
    );
    const { late } = run([at(1), at(30), at(12)], spec);
    expect(late).toEqual([
      {
        time: 12,
        key: 'a',
        window_start: 0,
        window_end: 20,
        missed_by: 0.005,
        missed: 1,
        entered: 1
      }
    ]);
  });
});

describe('alerts with a lateness', () => {
  const window: WindowSpec = { kind: 'grid', size: 10, slide: 10 };
  const events = [at(1, 3), at(12), at(3, 4), at(14), at(60)];

  test('are judged on final figures, as without bands', () => {
    const { alerts } = run(events, banded(window, { rules }));
    expect(alerts).toMatchObject([
      { time: 10, state: 'firing', value: 7 },
      { time: 20, state: 'resolved' }
    ]);
    expect(alerts[0]).not.toHaveProperty('corrected');
  });

  test('or on the first, which a correction then marks and does not judge again', () => {
    const high = { ...rules[0]!, when: 'total < 5' };
    const { alerts } = run(events, banded(window, { rules: [high], judge: 'first' }));
    expect(alerts.slice(0, 2)).toMatchObject([
      { time: 10, state: 'firing', value: 3, corrected: 0, change: 0 },
      { time: 10, state: 'firing', value: 3, corrected: 1, change: 1 }
    ]);
  });
});
