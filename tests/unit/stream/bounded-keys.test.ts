import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { columns, numeric, text, toRows, type Columns } from '#lib/base/columns.ts';
import { bytesOfPlain, plainOfBytes } from '#lib/base/plain-bytes.ts';
import type { KeyBounds } from '#lib/analytics/stream/bounded-keys.ts';
import { KeyTable } from '#lib/analytics/stream/keys.ts';
import { parseMeasures } from '#lib/analytics/stream/measures.ts';
import { MonitorFold, type MonitorSpec } from '#lib/analytics/stream/monitor-fold.ts';
import monitor from '#lib/cells/monitor/index.ts';
import { keyBounds } from '#lib/cells/monitor/retention.ts';
import { specOf, tolerances } from './events.ts';

interface Sale {
  readonly time: number;
  readonly key: string;
  readonly site: number;
  readonly x: number;
}

const kept = <T>(state: T): T => plainOfBytes(bytesOfPlain(structuredClone(state))) as T;

/** Event time goes on by `pace` or so from one event to the next; keys are at work for a while, and some come back. */
const sales = (pace: number) =>
  fc
    .array(
      fc.record({
        step: fc.integer({ min: -pace, max: 3 * pace }),
        key: fc.nat({ max: 3 }),
        back: fc.nat({ max: 9 }),
        site: fc.nat({ max: 1 }),
        x: fc.integer({ min: -5, max: 9 })
      }),
      { maxLength: 110, size: 'max' }
    )
    .map((steps) => {
      let now = 0;
      return steps.map(({ step, key, back, site, x }, i): Sale => {
        now = Math.max(0, now + step);
        const shift = back === 0 ? 0 : Math.floor(i / 12);
        return { time: now, key: `k${shift}-${key}`, site, x };
      });
    });

function tableOf(events: readonly Sale[]): Columns {
  return columns({
    at: numeric(
      events.map((e) => e.time),
      'timestamp'
    ),
    key: text(events.map((e) => e.key)),
    site: numeric(
      events.map((e) => e.site),
      'integer'
    ),
    x: numeric(
      events.map((e) => e.x),
      'integer'
    )
  });
}

const rules = [
  { name: 'much', when: 'n > 2', recover: null, hold: 8, keep: 6, noData: null },
  { name: 'low', when: 'total < 0', recover: 'total > 4', hold: 0, keep: 0, noData: null }
];
const silence = { name: 'quiet', when: 'n > 9', recover: null, hold: 0, keep: 0, noData: 25 };

interface Made {
  readonly rows: Readonly<Record<string, unknown[]>>;
  readonly fold: MonitorFold;
  readonly gone: readonly string[];
}

/** Rows of a fold over batches of `size`, broken off and put back before those of `breaks`. */
function made(
  spec: MonitorSpec,
  events: readonly Sale[],
  { size = 7, breaks = new Set<number>(), takes = true } = {}
): Made {
  const rows: Record<string, unknown[]> = {};
  const gone: string[] = [];
  let fold: MonitorFold;
  const begin = () =>
    new MonitorFold(spec, 'events', {
      onWindow: () => undefined,
      onTransition: () => undefined,
      onForget: (slots) => gone.push(...slots.map((slot) => fold.keys.label(slot)).sort())
    });
  const collect = () => {
    for (const [name, table] of Object.entries(fold.take() ?? {}))
      (rows[name] ??= []).push(...toRows(table as Columns));
  };
  fold = begin();
  for (let at = 0, batch = 0; at < events.length; at += size, batch++) {
    if (breaks.has(batch)) {
      const state = kept(fold.snapshot());
      fold = begin();
      fold.restore(state);
    }
    fold.push(tableOf(events.slice(at, at + size)));
    if (takes) collect();
  }
  fold.finish();
  collect();
  return { rows, fold, gone };
}

const windows = fc.oneof(
  fc.record({
    kind: fc.constant('grid' as const),
    size: fc.integer({ min: 4, max: 24 }),
    slide: fc.integer({ min: 2, max: 24 })
  }),
  fc.record({ kind: fc.constant('session' as const), gap: fc.integer({ min: 2, max: 15 }) })
);

const measures = parseMeasures({
  n: 'count()',
  total: 'sum(x)',
  median: 'quantile(x, 0.5)',
  skus: 'distinct(key)'
});
const specWith = (parts: Partial<MonitorSpec>, bounds: KeyBounds | null) =>
  specOf({ kind: 'grid', size: 10, slide: 10 }, { measures, rules, bounds, ...parts });
const noKeys = { idle: 60, most: 1000 };

describe('a fold that forgets idle keys', () => {
  test('tells every window and alert as one that does not', () => {
    let forgotten = 0;
    fc.assert(
      fc.property(
        sales(4),
        windows,
        tolerances,
        fc.constantFrom(['key'], ['key', 'site'], ['site', 'key']),
        fc.constantFrom('first' as const, 'final' as const),
        (events, window, tolerance, by, judge) => {
          const parts = { window, tolerance, by, judge };
          const without = made(specWith(parts, null), events);
          const bounded = made(specWith(parts, noKeys), events);
          expect(bounded.rows).toEqual(without.rows);
          expect(bounded.fold.refused).toBe(0);
          expect(bounded.fold.keys.count).toBe(
            without.fold.keys.count - bounded.fold.forgotten + again(bounded.gone, bounded.fold)
          );
          forgotten += bounded.fold.forgotten;
        }
      ),
      { numRuns: 120 }
    );
    expect(forgotten).toBeGreaterThan(500);
  });

  test('does so however it is cut into batches and broken off', () => {
    fc.assert(
      fc.property(
        sales(5),
        windows,
        tolerances,
        fc.record({ idle: fc.integer({ min: 5, max: 60 }), most: fc.integer({ min: 2, max: 12 }) }),
        fc.constantFrom(['key'], ['key', 'site']),
        fc.array(fc.nat({ max: 9 }), { maxLength: 4 }),
        fc.integer({ min: 1, max: 40 }),
        fc.boolean(),
        (events, window, tolerance, bounds, by, breaks, size, takes) => {
          const withSilence = [...rules, silence];
          const spec = specWith({ window, tolerance, by, rules: withSilence }, bounds);
          const whole = made(spec, events, { size: 1000 });
          const cut = made(spec, events, { size, breaks: new Set(breaks), takes });
          expect(bagOf(cut.rows)).toEqual(bagOf(whole.rows));
          const figures = ({ fold }: Made) => [fold.forgotten, fold.refused, fold.keys.count];
          expect(figures(cut)).toEqual(figures(whole));
        }
      ),
      { numRuns: 120 }
    );
  });

  test('keeps balances, open orders, open alerts and those that are silent by a rule', () => {
    const events: Sale[] = Array.from({ length: 400 }, (_, i) => ({
      time: i * 5,
      key: i === 0 ? 'first' : `k${Math.floor(i / 10)}`,
      site: 0,
      x: i === 0 ? 5 : 0
    }));
    const known = (texts: Readonly<Record<string, string>>, own: MonitorSpec['rules']) =>
      made(specWith({ by: ['key'], measures: parseMeasures(texts), rules: own }, noKeys), events)
        .fold.keys.count;
    const quiet = { ...silence, when: 'n > 99' };
    expect(known({ n: 'count()' }, [])).toBeLessThan(6);
    expect(known({ n: 'on_hand(x)' }, [])).toBe(41);
    expect(known({ n: 'backorders(x, 0 * x)' }, [])).toBeLessThan(7);
    expect(known({ n: 'backorders(x, 0 * x)' }, [])).toBe(known({ n: 'count()' }, []) + 1);
    expect(known({ n: 'count()' }, [quiet])).toBeGreaterThan(35);
    expect(known({ n: 'count()', q: 'feed_silence(key)' }, [])).toBeLessThan(6);
    const fires = { ...quiet, when: 'coalesce(n, 0) < 1', noData: null };
    expect(known({ n: 'count()' }, [fires])).toBeGreaterThan(35);
  });

  test('knows all keys still after a break of the whole stream, wherever batches are cut', () => {
    const shop = (from: number) =>
      Array.from({ length: 300 }, (_, i): Sale => {
        const x = i % 97 === 0 ? 9 : i % 3;
        return { time: from + i, key: `k${i % 20}`, site: 0, x };
      });
    const events = [...shop(0), ...shop(100_000), ...shop(200_000)];
    const detector = { measure: 'total', method: 'zscore' as const, threshold: null };
    const detectors = [
      {
        ...detector,
        falseAlarms: null,
        history: 30,
        season: 0,
        slide: 10,
        refractory: null,
        seed: 0,
        forecast: null
      }
    ];
    for (const size of [7, 100, 1000]) {
      const parts = { by: ['key'], detectors, rules: [] };
      const bounded = made(specWith(parts, noKeys), events, { size });
      expect(bounded.gone).toEqual([]);
      const without = made(specWith(parts, null), events, { size });
      expect(bounded.rows).toEqual(without.rows);
      expect(bounded.rows['expected']!.length).toBeGreaterThan(300);
    }
  });

  test('says of no key less than one that does not, where rules tell of silence', () => {
    let silent = 0;
    fc.assert(
      fc.property(
        sales(9),
        windows,
        tolerances,
        fc.constantFrom('first' as const, 'final' as const),
        fc.integer({ min: 1, max: 40 }),
        (events, window, tolerance, judge, size) => {
          const own = [...rules, silence];
          // An event between windows moves the clock, by which only a fold that forgets would look once more at the end.
          fc.pre(window.kind === 'session' || window.slide <= window.size);
          // Where first figures are judged, such a look may come before what is late, and its row be revised.
          fc.pre(judge === 'final' || tolerance.lateness === 0);
          const parts = { window, tolerance, judge, by: ['key'], rules: own };
          const without = made(specWith(parts, null), events, { size });
          const bounded = made(specWith(parts, { idle: 50, most: 1000 }), events, { size });
          expect(bounded.rows).toEqual(without.rows);
          silent += (without.rows['alerts'] as { state: string }[]).filter(
            ({ state }) => state === 'no_data'
          ).length;
        }
      ),
      { numRuns: 120 }
    );
    expect(silent).toBeGreaterThan(500);
  });

  test('tells a silence that comes due in a break, before the key may go', () => {
    const at = (time: number, key: string): Sale => ({ time, key, site: 0, x: 1 });
    const events = [at(27, 'a'), ...[28, 56, 84, 112, 400, 405].map((time) => at(time, 'b'))];
    const waits = { ...silence, noData: 92 };
    const spec = specWith({ by: ['key'], rules: [waits] }, { idle: 92 + 20, most: 1000 });
    for (const size of [1, 2, 100]) {
      const { rows, gone } = made(spec, events, { size });
      expect(rows['alerts']).toContainEqual(
        expect.objectContaining({ key: 'a', state: 'no_data', time: 130 })
      );
      expect(gone).toEqual([]);
    }
    // Where there is no room for both, it ends again, but it was told.
    const crowded = specWith({ by: ['key'], rules: [waits] }, { idle: 1e9, most: 2 });
    const { rows } = made(crowded, [...events, at(406, 'c')]);
    const states = (rows['alerts'] as { key: string; state: string }[]).filter(
      ({ key }) => key === 'a'
    );
    expect(states.map(({ state }) => state)).toEqual(['no_data', 'inactive']);
  });

  test('starts a key afresh that comes back', () => {
    const at = (time: number, key: string): Sale => ({ time, key, site: 0, x: 1 });
    const others = Array.from({ length: 100 }, (_, i) => at(10 + i * 5, 'other'));
    const spec = specWith(
      {
        by: ['key'],
        measures: parseMeasures({ n: 'count()', gap: 'feed_silence(key)' }),
        rules: []
      },
      noKeys
    );
    const { rows, gone } = made(spec, [at(0, 'a'), ...others, at(560, 'a')]);
    expect(gone).toEqual(['a']);
    expect(rows['windows']).toContainEqual(
      expect.objectContaining({ key: 'a', window_start: 560, n: 1, gap: 0.01 })
    );
  });
});

test('keys are known as long as is written, else as long as detectors look back', () => {
  const minute = 60_000;
  const day = 1440 * minute;
  const idleOf = (body: string) => {
    const { config, problems } = monitor.body.parse(`stream: log\nby: key\n${body}`, {});
    expect(problems).toEqual([]);
    const clock = { time: null, disorder: 0, lateness: 0, isLive: true } as const;
    return keyBounds(config!, { ...clock, retain: { rows: null, age: 5 * minute } }, 0)!.idle;
  };
  const watched = (window: string, detect: string, more = '') =>
    idleOf(
      `window: ${window}\nmeasures: { n: count() }\ndetect: [{ measure: n, ${detect} }]\n${more}`
    );
  expect(idleOf('window: 1m')).toBe(7 * minute);
  expect(idleOf('window: 1m\nretain: { idle: 10m }')).toBe(12 * minute);
  expect(watched('1m', 'method: zscore')).toBe(32 * minute);
  expect(watched('1m', 'method: cusum, history: 8')).toBe(10 * minute);
  expect(watched('1m', 'method: zscore, history: 300')).toBe(302 * minute);
  expect(watched('1h', 'method: zscore, season: 1d')).toBe(32 * 60 * minute);
  expect(watched('1h', 'method: robust, season: 3d')).toBe(74 * 60 * minute);
  expect(watched('1h', 'method: seasonal')).toBe(7 * day + 120 * minute);
  expect(watched('1h', 'method: novelty')).toBe(7 * day + 120 * minute);
  expect(watched('7d', 'method: novelty')).toBe(54 * 7 * day);
  expect(watched('{ session: 1m }', 'method: novelty')).toBe(6 * minute);
  const idle = 'retain: { idle: 10m }';
  expect(watched('1h', 'method: novelty', idle)).toBe(130 * minute);
  const waits = 'alerts: [{ name: quiet, when: n < 1, no_data: 3h }]';
  expect(watched('1h', 'method: novelty', `${idle}\n${waits}`)).toBe(300 * minute);
});

describe('a flood of keys', () => {
  const flood = (perWindow: number, events = 4000): Sale[] =>
    Array.from({ length: events }, (_, i) => ({
      time: Math.floor((i * 10) / perWindow),
      key: `k${i}`,
      site: i % 2,
      x: 1
    }));

  test('over many windows pushes out the keys heard longest ago, and no event is lost', () => {
    const { fold, rows } = made(specWith({ by: ['key'] }, { idle: 1e9, most: 100 }), flood(20));
    expect(fold.refused).toBe(0);
    expect(fold.keys.count).toBeLessThanOrEqual(100);
    expect(fold.keys.size).toBeLessThanOrEqual(200);
    expect(rows['windows']).toHaveLength(4000);
  });

  test('pushes them out in the order in which they were heard last', () => {
    // Their names run the other way, and every tenth event is of a key that is known already.
    const events = flood(20).map((event, i) => ({
      ...event,
      key: i % 10 === 9 ? 'again' : `k${9999 - i}`
    }));
    const { fold, gone } = made(specWith({ by: ['key'] }, { idle: 1e9, most: 100 }), events);
    const known = new Set(fold.keys.live().map((slot) => fold.keys.label(slot)));
    const latest = [...new Set(events.map(({ key }) => key).reverse())].slice(0, known.size);
    expect(known).toEqual(new Set(latest));
    expect(gone).toHaveLength(3601 - known.size);
    expect(gone).not.toContain('again');
  });

  test('within one window leaves out what finds no room, and counts it', () => {
    const { fold, rows } = made(specWith({ by: ['key'] }, { idle: 1e9, most: 100 }), flood(2000));
    expect(fold.keys.count).toBeLessThanOrEqual(100);
    expect(fold.refused + rows['windows']!.length).toBe(4000);
    expect(rows['windows']).toHaveLength(200);
  });

  test('ends what was said of the silence of a key that has to go', () => {
    const spec = specWith({ by: ['key'], rules: [silence] }, { idle: 1e9, most: 50 });
    const { rows } = made(spec, flood(5, 500));
    const states = (rows['alerts'] as { key: string; state: string }[]).filter(
      ({ key }) => key === 'k3'
    );
    expect(states.map(({ state }) => state)).toEqual(['no_data', 'inactive']);
  });
});

test('slots are those of their keys, whatever is forgotten', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(6), fc.nat(4), fc.nat(9)), { maxLength: 80 }),
      fc.constantFrom(['key'], ['key', 'x'], ['x', 'key']),
      (steps, by) => {
        let keys = new KeyTable(by, 'events');
        const known = new Map<string, number>();
        for (const [key, x, what] of steps) {
          const batch = tableOf([{ time: 0, key: `k${key}`, site: 0, x }]);
          const slot = keys.slots(batch)[0]!;
          const identity = keys.identity(slot);
          if (known.has(identity)) expect(slot).toBe(known.get(identity));
          else expect([...known.values()]).not.toContain(slot);
          known.set(identity, slot);
          if (what < 3) {
            keys.forget([slot]);
            known.delete(identity);
            expect(keys.identity(slot)).toBe(identity);
          }
          if (what % 3 === 0) keys.release();
          if (what === 7) {
            const state = kept(keys.snapshot());
            keys = new KeyTable(by, 'events');
            keys.restore(state);
          }
          expect(keys.count).toBe(known.size);
          const ranks = keys.ranks();
          const order = [...known].sort((a, b) => ranks[a[1]]! - ranks[b[1]]!);
          const values = order.map(([id]) => (JSON.parse(id) as (string | number)[]).join(' '));
          expect(values).toEqual([...values].sort());
        }
      }
    )
  );
});

/** How many of the keys that were forgotten are known again, more than once counted. */
function again(gone: readonly string[], fold: MonitorFold): number {
  const labels = new Set(fold.keys.live().map((slot) => fold.keys.label(slot)));
  const counts = new Map<string, number>();
  for (const label of gone) counts.set(label, (counts.get(label) ?? 0) + 1);
  let n = 0;
  for (const [label, times] of counts) n += labels.has(label) ? times : times - 1;
  return n;
}

/** Rows of one relation may be handed over in other pieces, but are the same. */
function bagOf(rows: Readonly<Record<string, unknown[]>>) {
  return Object.fromEntries(
    Object.entries(rows).map(([name, list]) => [
      name,
      list.map((row) => JSON.stringify(row)).sort()
    ])
  );
}
