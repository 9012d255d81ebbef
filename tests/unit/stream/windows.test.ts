import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toRows } from '#lib/base/columns.ts';
import { MonitorFold } from '#lib/analytics/stream/monitor-fold.ts';

import {
  eventTable,
  folded,
  rowsOf,
  specOf,
  streams,
  tolerances,
  type BatchWindow,
  type Event
} from './events.ts';

interface Pinned {
  readonly disorder: number;
  readonly lateness: number;
}

const runs = { numRuns: 400 };
const cuts = fc.array(fc.nat({ max: 60 }), { maxLength: 4 });

/** The definition, read aloud: each event, each window that holds its time, unless end + lateness ≤ the watermark before it. */
function gridWindows(events: readonly Event[], size: number, slide: number, tolerance: Pinned) {
  const windows = new Map<string, BatchWindow & { events: Event[] }>();
  let greatest = -Infinity;
  let late = 0;
  for (const event of events) {
    const watermark = greatest - tolerance.disorder;
    let holding = 0;
    let reached = 0;
    for (let k = Math.floor((event.time - size) / slide); k * slide <= event.time; k++) {
      const start = k * slide;
      const end = start + size;
      if (event.time < start || event.time >= end) continue;
      holding++;
      if (end + tolerance.lateness <= watermark) continue;
      reached++;
      const id = `${start}/${event.key}`;
      const window = windows.get(id) ?? { start, end, key: event.key, events: [] };
      window.events.push(event);
      windows.set(id, window);
    }
    if (holding > 0 && reached === 0) late++;
    greatest = Math.max(greatest, event.time);
  }
  return { windows: [...windows.values()], late };
}

/** Sessions by definition: open ones at most a gap away are joined; one that is out of reach takes nothing more. */
function sessionWindows(events: readonly Event[], gap: number, tolerance: Pinned) {
  let sessions: Event[][] = [];
  let greatest = -Infinity;
  let late = 0;
  const first = (s: readonly Event[]) => Math.min(...s.map((e) => e.time));
  const last = (s: readonly Event[]) => Math.max(...s.map((e) => e.time));
  for (const event of events) {
    const watermark = greatest - tolerance.disorder;
    const near = sessions.filter(
      (s) =>
        s[0]!.key === event.key &&
        last(s) + gap + tolerance.lateness > watermark &&
        event.time >= first(s) - gap &&
        event.time <= last(s) + gap
    );
    if (near.length === 0 && event.time + gap + tolerance.lateness <= watermark) late++;
    else sessions = [...sessions.filter((s) => !near.includes(s)), [...near.flat(), event]];
    greatest = Math.max(greatest, event.time);
  }
  const order = new Map(events.map((event, i) => [event, i]));
  const windows = sessions.map((s) => ({
    start: first(s),
    end: last(s) + gap,
    key: s[0]!.key,
    events: [...s].sort((a, b) => order.get(a)! - order.get(b)!)
  }));
  return { windows, late };
}

describe('windows on a grid', () => {
  const sizes = fc.record({
    size: fc.integer({ min: 1, max: 24 }),
    slide: fc.integer({ min: 1, max: 24 })
  });

  test('a fold over any stream equals the windows computed in one piece', () => {
    fc.assert(
      fc.property(streams, sizes, tolerances, cuts, (events, { size, slide }, tolerance, at) => {
        const expected = gridWindows(events, size, slide, tolerance);
        const got = folded(events, specOf({ kind: 'grid', size, slide }, { tolerance }), at);
        expect(got.windows).toEqual(rowsOf(expected.windows));
        expect(got.fold.late).toBe(expected.late);
      }),
      runs
    );
  });

  test('tumbling windows share events out: nothing is counted twice and only late events are missing', () => {
    fc.assert(
      fc.property(
        streams,
        fc.integer({ min: 1, max: 24 }),
        tolerances,
        (events, size, tolerance) => {
          const { windows, fold } = folded(
            events,
            specOf({ kind: 'grid', size, slide: size }, { tolerance })
          );
          const counted = windows.reduce((sum, w) => sum + (w['n'] as number), 0);
          expect(counted + fold.late).toBe(events.length);
        }
      ),
      runs
    );
  });

  test('windows are half-open and start at multiples of the slide since 1970', () => {
    const events = [0, 9, 10].map((time) => ({ time, key: 'a', x: 1 }));
    const { windows } = folded(events, specOf({ kind: 'grid', size: 10, slide: 10 }));
    expect(windows.map((w) => [w['window_start'], w['window_end'], w['n']])).toEqual([
      [0, 10, 2],
      [10, 20, 1]
    ]);
  });

  test('an event is out of a window exactly when its end + lateness ≤ the watermark before it', () => {
    const at = (time: number) => ({ time, key: 'a', x: 1 });
    const count = (latest: number) => {
      const tolerance = { disorder: 5, lateness: 3 };
      const events = [at(1), at(latest), at(2)];
      return folded(events, specOf({ kind: 'grid', size: 10, slide: 10 }, { tolerance }))
        .windows[0]!['n'];
    };
    expect(count(10 + 3 + 5 - 1)).toBe(2);
    expect(count(10 + 3 + 5)).toBe(1);
  });

  test('windows come out as soon as the watermark has passed them, not before', () => {
    const tolerance = { disorder: 5, lateness: 0 };
    const fold = new MonitorFold(
      specOf({ kind: 'grid', size: 10, slide: 10 }, { tolerance }),
      'events'
    );
    fold.push(eventTable([1, 14].map((time) => ({ time, key: 'a', x: 1 }))));
    expect(fold.take()!.windows.length).toBe(0);
    fold.push(eventTable([{ time: 15, key: 'a', x: 1 }]));
    expect(toRows(fold.take()!.windows).map((w) => w['n'])).toEqual([1]);
  });

  test('the state stays small however long the stream is', () => {
    const fold = new MonitorFold(specOf({ kind: 'grid', size: 50, slide: 10 }), 'events');
    for (let block = 0; block < 40; block++) {
      const events = Array.from({ length: 500 }, (_, i) => ({
        time: block * 500 + i,
        key: 'a',
        x: 1
      }));
      fold.push(eventTable(events));
      fold.take();
    }
    expect(fold.closed).toBeGreaterThan(1900);
    expect(fold.cellsInUse).toBeLessThan(10);
  });
});

describe('sessions', () => {
  const gaps = fc.integer({ min: 1, max: 15 });

  test('a fold over any stream equals the sessions computed in one piece', () => {
    fc.assert(
      fc.property(streams, gaps, tolerances, cuts, (events, gap, tolerance, at) => {
        const expected = sessionWindows(events, gap, tolerance);
        const got = folded(events, specOf({ kind: 'session', gap }, { tolerance }), at);
        expect(sortedRows(got.windows)).toEqual(sortedRows(rowsOf(expected.windows)));
        expect(got.fold.late).toBe(expected.late);
        const ends = got.windows.map((w) => w['window_end'] as number);
        expect(ends).toEqual([...ends].sort((a, b) => a - b));
      }),
      runs
    );
  });

  test('events exactly a gap apart are one session, further apart two', () => {
    const events = [0, 10, 21].map((time) => ({ time, key: 'a', x: 1 }));
    const { windows } = folded(events, specOf({ kind: 'session', gap: 10 }));
    expect(windows.map((w) => [w['window_start'], w['window_end']])).toEqual([
      [0, 20],
      [21, 31]
    ]);
  });

  test('an event between two open sessions joins them', () => {
    const events = [0, 15, 8].map((time) => ({ time, key: 'a', x: time }));
    const tolerance = { disorder: 100, lateness: 0 };
    const { windows } = folded(events, specOf({ kind: 'session', gap: 10 }, { tolerance }));
    expect(windows.map((w) => [w['window_start'], w['window_end'], w['n'], w['closing']])).toEqual([
      [0, 25, 3, 15]
    ]);
  });
});

function sortedRows(rows: readonly object[]): string[] {
  return rows.map((row) => JSON.stringify(row)).sort();
}
