import { describe, expect, it } from 'vitest';
import { figureAt, standingOf, statesAt } from '#lib/cells/monitor/board/figures.ts';
import { barsOf, silences } from '#lib/cells/monitor/board/feed.ts';
import { History } from '#lib/cells/monitor/board/history.ts';
import { worstKeys } from '#lib/cells/monitor/board/keys.ts';
import { limitsOf, rulesOn } from '#lib/cells/monitor/board/levels.ts';
import { emptyHistory, takeTail } from '#lib/cells/monitor/board/tail.ts';
import type {
  AlertReport,
  AnomalyReport,
  MonitorReport,
  RuleReport,
  TransitionReport
} from '#lib/cells/monitor/report.ts';

const hour = 3_600_000;

const rule = (name: string, when: string): RuleReport => ({
  name,
  when,
  hold: 0,
  severity: null,
  labels: {},
  groupBy: [],
  states: { inactive: 0, pending: 0, firing: 0, no_data: 0, error: 0, unknown: 0 }
});
const alert = (name: string, key: string, state: AlertReport['state']): AlertReport => ({
  alert: name,
  key,
  keys: [key],
  fingerprint: `${name} ${key}`,
  state,
  since: 0,
  firingSince: null,
  severity: null,
  value: null,
  from: null,
  to: null,
  silenced: null,
  muting: null
});
const step = (time: number, state: TransitionReport['state']): TransitionReport => ({
  time,
  alert: 'busy',
  key: 'a',
  state,
  value: null,
  from: time,
  to: time,
  severity: null,
  silenced: null,
  corrected: 0
});
const anomaly = (time: number, key: string): AnomalyReport => ({
  time,
  key,
  measure: 'orders',
  value: 1,
  expected: 2,
  score: 3,
  reason: ''
});
const report = (parts: Partial<MonitorReport>): MonitorReport => ({
  events: 0,
  late: 0,
  windows: 0,
  keys: 0,
  forgotten: 0,
  refused: 0,
  watermark: null,
  by: ['shop'],
  measures: ['orders'],
  series: [],
  anomalyCount: 0,
  anomalies: [],
  rules: [],
  alerts: [],
  transitionCount: 0,
  transitions: [],
  silences: 0,
  lateEvents: [],
  correctionCount: 0,
  corrections: [],
  now: 0,
  stream: 'orders',
  timeColumn: 'time',
  keyColumns: [],
  outbox: '',
  noticeCount: 0,
  isPast: true,
  receivers: {},
  firing: [],
  alarms: 0,
  ...parts
});

describe('a tile', () => {
  const history = new History(['orders', 'orders|expected']);
  for (let i = 0; i < 200; i++) history.put(i * hour, [[i % 24], [i]], 0);
  const options = { step: hour, season: null, standing: 'none' as const };

  it('compares with the window before and the same hour of the day before', () => {
    const figure = figureAt(history, 'orders', 100 * hour, options);
    expect(figure.value).toBe(4);
    expect(figure.expected).toBe(100);
    expect(figure.before).toEqual({ than: 3, by: 1, share: 1 / 3 });
    expect(figure.season).toEqual({ than: 4, by: 0, share: 0, ago: 24 * hour });
    expect([...figure.spark].slice(-3)).toEqual([2, 3, 4]);
  });

  it('keeps to the season of its detector, and says nothing where it does not reach', () => {
    const season = figureAt(history, 'orders', 100 * hour, { ...options, season: 12 * hour });
    expect(season.season).toMatchObject({ ago: 12 * hour, by: 4 - 16 });
    expect(figureAt(history, 'orders', 5 * hour, options).season).toBeNull();
    expect(figureAt(history, 'orders', -1, options)).toMatchObject({ before: null, season: null });
  });

  it('has no share of a value that was nothing', () => {
    expect(figureAt(history, 'orders', 97 * hour, options).before).toEqual({
      than: 0,
      by: 1,
      share: null
    });
  });
});

describe('rules', () => {
  it('are lines where they compare a measure with a number', () => {
    const rules = [
      rule('busy', 'orders > 10 + 2 and other < 3'),
      rule('calm', '-5 >= ORDERS'),
      rule('ratio', 'orders / other > 2'),
      rule('score', 'orders_score > 4'),
      rule('broken', 'orders >')
    ];
    expect(limitsOf(rules, 'orders')).toEqual([
      { rule: 'busy', is: '>', value: 12 },
      { rule: 'calm', is: '<=', value: -5 }
    ]);
    expect([...rulesOn(rules, 'orders')]).toEqual(['busy', 'calm', 'ratio', 'score']);
    expect([...rulesOn(rules, 'other')]).toEqual(['busy', 'ratio']);
  });

  it('give a measure its standing: the worst counts, and an anomaly is one only in its window', () => {
    const all = report({
      rules: [rule('busy', 'orders > 1'), rule('odd', 'orders_anomaly = 1')],
      alerts: [alert('busy', 'a', 'pending'), alert('odd', 'b', 'firing')],
      anomalies: [anomaly(5, 'a'), anomaly(5, 'c')]
    });
    const at = (key: string, window: number) =>
      standingOf(all, { key, measure: 'orders' }, { at: null, window });
    expect([at('a', 5), at('b', 5), at('c', 5), at('c', 6)]).toEqual([
      'pending',
      'firing',
      'anomaly',
      'none'
    ]);
  });

  it('have the states of a moment of the past', () => {
    const all = report({
      rules: [rule('busy', 'orders > 1')],
      transitions: [step(1, 'pending'), step(3, 'firing'), step(7, 'resolved')]
    });
    expect(statesAt(all, 0)).toEqual([]);
    expect(statesAt(all, 2)[0]).toMatchObject({ state: 'pending', since: 1 });
    expect(statesAt(all, 6)[0]).toMatchObject({ state: 'firing', since: 3 });
    expect(statesAt(all, 8)).toEqual([]);
    expect(standingOf(all, { key: 'a', measure: 'orders' }, { at: 6, window: 6 })).toBe('firing');
  });
});

describe('many keys', () => {
  const keys = ['d', 'c', 'b', 'a'].map((label) => ({ label, where: '', windows: 1, last: 9 }));

  it('stand with the worst first, and are found by a part of their name', () => {
    const all = report({
      alerts: [alert('x', 'b', 'pending'), alert('x', 'd', 'inactive'), alert('x', 'a', 'firing')],
      anomalies: [anomaly(4, 'd'), anomaly(9, 'c')]
    });
    expect(worstKeys(keys, all, '').map(({ key, standing }) => [key.label, standing])).toEqual([
      ['a', 'firing'],
      ['b', 'pending'],
      ['c', 'anomaly'],
      ['d', 'none']
    ]);
    expect(worstKeys(keys, all, ' C').map(({ key }) => key.label)).toEqual(['c']);
  });
});

describe('the tail of a report', () => {
  const series = (ends: number[], values: (number | null)[]) => [
    { key: 'a', measure: 'orders', ends, values, expected: values, lo: values, hi: values }
  ];

  it('joins what is known, keeps exact figures and takes corrections', () => {
    const history = emptyHistory(['orders']);
    history.put(1, [[1.23456789]], 0);
    history.put(2, [[2]], 0);
    expect(takeTail(history, series([1, 2, 3], [1.234568, 5, null]))).toBe(true);
    expect([0, 1, 2].map((i) => history.value('orders', i))).toEqual([1.23456789, 5, Number.NaN]);
    expect(history.value('orders|lo', 0)).toBe(1.234568);
  });

  it('says when windows were lost between', () => {
    const history = emptyHistory(['orders']);
    history.put(1, [[1]], 0);
    expect(takeTail(history, series([5, 6], [1, 2]))).toBe(false);
    expect(takeTail(history, [])).toBe(false);
  });
});

describe('the strip of a feed', () => {
  const period = (time: number, events: number) => ({
    time,
    events,
    late: events > 3 ? 1 : 0,
    duplicates: 0,
    silent: events === 0
  });
  const periods = [5, 0, 0, 2, 0, 4].map((events, i) => period(i * 10, events));

  it('joins periods without losing events, and leaves silence apart', () => {
    const { each, bars } = barsOf(periods, 10, 3);
    expect(each).toBe(20);
    expect(bars.map(({ events, silent }) => [events, silent])).toEqual([
      [5, false],
      [2, false],
      [4, false]
    ]);
    expect(barsOf(periods, 10, 10).bars.filter(({ silent }) => silent)).toHaveLength(3);
    expect(silences(periods, 10)).toEqual([
      { from: 10, to: 30 },
      { from: 40, to: 50 }
    ]);
  });
});
