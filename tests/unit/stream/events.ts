import fc from 'fast-check';
import { columns, numeric, text, toRows, type Columns } from '#lib/base/columns.ts';
import { MonitorFold, type MonitorSpec } from '#lib/analytics/stream/monitor-fold.ts';
import { parseMeasures } from '#lib/analytics/stream/measures.ts';
import type { WindowSpec } from '#lib/analytics/stream/windows.ts';

export interface Event {
  readonly time: number;
  readonly key: string;
  readonly x: number | null;
}

/** Short streams with disorder, ties, gaps and few keys: where windows go wrong. */
export const streams = fc.array(
  fc.record({
    time: fc.integer({ min: -40, max: 120 }),
    key: fc.constantFrom('a', 'b', 'c'),
    x: fc.option(fc.integer({ min: -5, max: 9 }), { freq: 8 })
  }),
  { maxLength: 60 }
);

export const tolerances = fc.record({
  disorder: fc.integer({ min: 0, max: 30 }),
  lateness: fc.integer({ min: 0, max: 20 })
});

export function eventTable(events: readonly Event[]): Columns {
  return columns({
    at: numeric(
      events.map((e) => e.time),
      'timestamp'
    ),
    key: text(events.map((e) => e.key)),
    x: numeric(
      events.map((e) => e.x),
      'integer'
    )
  });
}

export const measures = parseMeasures({
  n: 'count()',
  present: 'count(x)',
  total: 'sum(x)',
  average: 'mean(x)',
  least: 'min(x)',
  most: 'max(x)',
  opening: 'first(x)',
  closing: 'last(x)',
  different: 'distinct(x)',
  median: 'quantile(x, 0.5)',
  share: 'ratio(x, x * x)'
});

export function specOf(window: WindowSpec, rest: Partial<MonitorSpec> = {}): MonitorSpec {
  return {
    time: 'at',
    tolerance: { disorder: 0, lateness: 0 },
    by: ['key'],
    window,
    measures,
    detectors: [],
    rules: [],
    ...rest
  };
}

/** Folds events cut into batches at `cuts`, and gives the windows as rows. */
export function folded(events: readonly Event[], spec: MonitorSpec, cuts: readonly number[] = []) {
  const fold = new MonitorFold(spec, 'events');
  const bounds = [0, ...cuts.map((c) => c % (events.length + 1)), events.length].sort(
    (a, b) => a - b
  );
  for (let i = 1; i < bounds.length; i++) {
    fold.push(eventTable(events.slice(bounds[i - 1], bounds[i])));
  }
  fold.finish();
  const tables = fold.take()!;
  return { fold, windows: toRows(tables.windows), tables };
}

export interface BatchWindow {
  readonly start: number;
  readonly end: number;
  readonly key: string;
  readonly events: readonly Event[];
}

/** The rows that windows must give, computed from the events each holds. */
export function rowsOf(windows: readonly BatchWindow[]) {
  return [...windows]
    .sort((a, b) => a.end - b.end || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ start, end, key, events }) => {
      const xs = events.flatMap((e) => (e.x === null ? [] : [e.x]));
      const inTime = events.filter((e) => e.x !== null).sort((a, b) => a.time - b.time);
      const ascending = [...xs].sort((a, b) => a - b);
      const sum = xs.reduce((s, x) => s + x, 0);
      const squares = xs.reduce((s, x) => s + x * x, 0);
      const at = (ascending.length - 1) / 2;
      const some = <T>(value: T) => (xs.length === 0 ? null : value);
      return {
        window_start: start,
        window_end: end,
        key,
        n: events.length,
        present: xs.length,
        total: some(sum),
        average: some(sum / xs.length),
        least: some(ascending[0]),
        most: some(ascending.at(-1)),
        opening: some(inTime[0]?.x),
        closing: some(inTime.at(-1)?.x),
        different: new Set(xs).size,
        median: some((ascending[Math.floor(at)]! + ascending[Math.ceil(at)]!) / 2),
        share: squares === 0 ? null : sum / squares
      };
    });
}
