import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toRows } from '#lib/base/columns.ts';
import { MonitorFold } from '#lib/analytics/stream/monitor-fold.ts';
import {
  evaluateAlert,
  newAlert,
  type AlertTiming,
  type Evidence
} from '#lib/analytics/stream/alert-machine.ts';
import type { AlertRule } from '#lib/analytics/stream/alert-board.ts';
import { eventTable, specOf, type Event } from './events.ts';

/** Prometheus's AlertingRule.Eval for one label set, transcribed step by step from rules/alerting.go (v2.42). */
class PrometheusAlert {
  state: 'inactive' | 'pending' | 'firing' = 'inactive';
  #exists = false;
  #activeAt = 0;
  #keepFiringSince: number | null = null;

  evaluate(time: number, holds: boolean, holdFor: number, keepFiringFor: number): string {
    if (holds && !(this.#exists && this.state !== 'inactive')) {
      this.#exists = true;
      this.state = 'pending';
      this.#activeAt = time;
      this.#keepFiringSince = null;
    }
    if (!this.#exists) return 'inactive';
    if (!holds) {
      let keepFiring = false;
      if (this.state === 'firing' && keepFiringFor > 0) {
        this.#keepFiringSince ??= time;
        if (time - this.#keepFiringSince < keepFiringFor) keepFiring = true;
      }
      if (this.state === 'pending') this.#exists = false;
      if (!keepFiring) {
        this.state = 'inactive';
        return 'inactive';
      }
    } else this.#keepFiringSince = null;
    if (this.state === 'pending' && time - this.#activeAt >= holdFor) this.state = 'firing';
    return this.state;
  }
}

const timings = fc.record({
  hold: fc.integer({ min: 0, max: 4 }).map((n) => n * 60),
  keep: fc.integer({ min: 0, max: 4 }).map((n) => n * 60),
  noData: fc.constant(null)
});

function seen(time: number, when: boolean, rest: Partial<Evidence> = {}): Evidence {
  return {
    time,
    from: time - 60,
    hasData: true,
    when,
    recovered: null,
    failed: false,
    stale: false,
    ...rest
  };
}

function words(timing: AlertTiming, steps: readonly Partial<Evidence>[]) {
  const alert = newAlert(0);
  return steps.map((step, i) =>
    evaluateAlert(alert, timing, { ...seen(i * 60, false), ...step, time: i * 60 })
  );
}

describe('the state of an alert', () => {
  test('follows Prometheus over any series, hold and keep', () => {
    fc.assert(
      fc.property(timings, fc.array(fc.boolean(), { maxLength: 40 }), (timing, series) => {
        const alert = newAlert(0);
        const oracle = new PrometheusAlert();
        series.forEach((when, i) => {
          evaluateAlert(alert, timing, seen(i * 60, when));
          expect(alert.state).toBe(oracle.evaluate(i * 60, when, timing.hold, timing.keep));
        });
      }),
      { numRuns: 10_000 }
    );
  });

  test('fires after `for`, counted from the first evaluation at which the condition held', () => {
    const held = Array.from({ length: 4 }, () => ({ when: true }));
    expect(words({ hold: 120, keep: 0, noData: null }, held)).toEqual([
      'pending',
      null,
      'firing',
      null
    ]);
  });

  test('goes from pending to inactive, and from firing to resolved', () => {
    const series = [true, false, true, true, false].map((when) => ({ when }));
    expect(words({ hold: 60, keep: 0, noData: null }, series)).toEqual([
      'pending',
      'inactive',
      'pending',
      'firing',
      'resolved'
    ]);
  });

  test('with a recovery condition, ends by that and not by the end of `when`', () => {
    const steps = [
      { when: true, recovered: false },
      { when: false, recovered: false },
      { when: false, recovered: true }
    ];
    expect(words({ hold: 0, keep: 0, noData: null }, steps)).toEqual(['firing', null, 'resolved']);
  });

  test('a silent key is no_data after its time, and inactive when heard again', () => {
    const silent = { hasData: false };
    const steps = [{}, silent, silent, silent, {}];
    expect(words({ hold: 0, keep: 0, noData: 180 }, steps)).toEqual([
      null,
      null,
      null,
      'no_data',
      'inactive'
    ]);
  });

  const hourly: AlertTiming = { hold: 60, keep: 0, noData: null };

  test('an error hides the state, which stands still under it while time goes on', () => {
    const failed = { failed: true };
    expect(words(hourly, [{ when: true }, failed, { when: true }, failed, {}])).toEqual([
      'pending',
      'error',
      'firing',
      'error',
      'resolved'
    ]);
  });

  test('nothing fires while evaluations are stale; the first in time says what it has come to', () => {
    const old = { when: true, stale: true };
    expect(words(hourly, [old, old, old, { when: true }, { stale: true }, {}])).toEqual([
      'unknown',
      null,
      null,
      'firing',
      'unknown',
      'resolved'
    ]);
    expect(words(hourly, [old, old, {}])).toEqual(['unknown', null, 'inactive']);
  });
});

const rule = (rest: Partial<AlertRule>): AlertRule => ({
  name: 'many',
  when: 'n >= 2',
  recover: null,
  hold: 0,
  keep: 0,
  noData: null,
  ...rest
});

function transitions(events: readonly Event[], rules: readonly AlertRule[]) {
  const fold = new MonitorFold(specOf({ kind: 'grid', size: 10, slide: 10 }, { rules }), 'events');
  fold.push(eventTable(events));
  fold.finish();
  return toRows(fold.take()!.alerts);
}

describe('rules over windows', () => {
  const twice = (time: number, key = 'a') => [
    { time, key, x: 1 },
    { time: time + 1, key, x: 1 }
  ];
  const once = (time: number, key = 'a') => ({ time, key, x: 1 });

  test('a row says rule, key, state, the figure compared, and the windows it stands on', () => {
    expect(transitions([...twice(0), ...twice(10), once(20)], [rule({ hold: 10 })])).toEqual([
      {
        time: 10,
        alert: 'many',
        key: 'a',
        state: 'pending',
        value: 2,
        evidence_from: 0,
        evidence_to: 10
      },
      {
        time: 20,
        alert: 'many',
        key: 'a',
        state: 'firing',
        value: 2,
        evidence_from: 0,
        evidence_to: 20
      },
      {
        time: 30,
        alert: 'many',
        key: 'a',
        state: 'resolved',
        value: 1,
        evidence_from: 0,
        evidence_to: 30
      }
    ]);
  });

  test('a key without a window at an end has missing figures, for which no condition holds', () => {
    const events = [...twice(0), once(10, 'b'), once(20, 'b')];
    const rows = transitions(events, [rule({}), rule({ name: 'few', when: 'n < 2' })]);
    expect(rows.map((r) => [r['time'], r['alert'], r['key'], r['state']])).toEqual([
      [10, 'many', 'a', 'firing'],
      [20, 'many', 'a', 'resolved'],
      [20, 'few', 'b', 'firing']
    ]);
  });

  test('a condition that cannot be computed is an error, one over missing figures is none', () => {
    const at = (time: number, x: number | null) => ({ time, key: 'a', x });
    const rows = transitions(
      [at(0, 1), at(10, 0), at(20, null), at(30, 2)],
      [rule({ when: '1 / total > 0.5' })]
    );
    expect(rows.map((r) => [r['time'], r['state'], r['evidence_from'], r['evidence_to']])).toEqual([
      [10, 'firing', 0, 10],
      [20, 'error', 10, 20],
      [30, 'resolved', 0, 30]
    ]);
  });

  test('windows that close too late are unknown, from the first on', () => {
    const rules = [rule({ hold: 10 })];
    const isStale = (end: number) => end < 30;
    const fold = new MonitorFold(
      specOf({ kind: 'grid', size: 10, slide: 10 }, { rules, isStale }),
      'events'
    );
    fold.push(eventTable([...twice(0), ...twice(10), ...twice(20), once(30)]));
    fold.finish();
    expect(toRows(fold.take()!.alerts).map((r) => [r['time'], r['state']])).toEqual([
      [10, 'unknown'],
      [30, 'firing'],
      [40, 'resolved']
    ]);
  });

  test('ends at which every key is silent are evaluated too', () => {
    const rows = transitions([...twice(0), ...twice(1000)], [rule({ noData: 30 })]);
    expect(rows.map((r) => [r['time'], r['state']])).toEqual([
      [10, 'firing'],
      [20, 'resolved'],
      [40, 'no_data'],
      [1010, 'firing']
    ]);
  });

  test('any cut of the stream into batches gives the same transitions', () => {
    const events = fc.array(
      fc.record({
        time: fc.integer({ min: 0, max: 200 }),
        key: fc.constantFrom('a', 'b'),
        x: fc.constant(1)
      }),
      { maxLength: 40 }
    );
    const rules = [rule({ hold: 10, keep: 20, noData: 30 }), rule({ name: 'b', when: 'n > 2' })];
    fc.assert(
      fc.property(events, fc.nat({ max: 40 }), (list, cut) => {
        const fold = new MonitorFold(
          specOf({ kind: 'grid', size: 10, slide: 10 }, { rules }),
          'events'
        );
        const rows = [list.slice(0, cut), list.slice(cut)].flatMap((part) => {
          fold.push(eventTable(part));
          return toRows(fold.take()!.alerts);
        });
        fold.finish();
        rows.push(...toRows(fold.take()!.alerts));
        expect(rows).toEqual(transitions(list, rules));
      })
    );
  });
});
