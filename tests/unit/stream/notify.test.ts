import { describe, expect, test } from 'vitest';
import {
  Dispatcher,
  type Notification,
  type NotifiedAlert
} from '#lib/analytics/stream/notify/dispatcher.ts';
import { fingerprint, type Labels } from '#lib/analytics/stream/notify/labels.ts';
import { compileMatchers, parseMatchers } from '#lib/analytics/stream/notify/matchers.ts';
import { Mute } from '#lib/analytics/stream/notify/mute.ts';
import { routerOf, type Route } from '#lib/analytics/stream/notify/routes.ts';
import { toRows, vectorOf } from '#lib/base/columns.ts';
import type { CellKind } from '#lib/cells/core/define.ts';
import monitor, { type MonitorReport } from '#lib/cells/monitor/index.ts';
import runMonitor from '#lib/cells/monitor/run.ts';
import { withTicks } from '#lib/cells/monitor/ticks.ts';
import { runLiveKindForTest } from '../../support/live.ts';

/** Times in seconds here; what a real Alertmanager does in random cases is in alertmanager.test.ts. */
const route: Route = {
  receiver: 'page',
  groupBy: ['alertname'],
  groupWait: 30,
  groupInterval: 300,
  repeatInterval: 14_400,
  sendResolved: true,
  matchers: [],
  continues: false,
  routes: []
};

function dispatcher(change: Partial<Route> = {}, isMuted = (_time: number) => false) {
  const sent: Notification[] = [];
  const box = new Dispatcher(
    routerOf({ ...route, ...change }),
    (_, time) => isMuted(time),
    (notification) => sent.push(notification)
  );
  const post = (now: number, labels: Labels, endsAt: number | null = null, startsAt = now) =>
    box.post(alertOf(labels, startsAt, endsAt), now);
  const lines = (until: number) => {
    box.advance(until);
    return sent.map(({ time, status, isRepeat, alerts }) =>
      [time, status, alerts.map((a) => a.labels['depot']).join('+'), isRepeat ? 'again' : '']
        .join(' ')
        .trim()
    );
  };
  return { box, post, lines };
}

function alertOf(labels: Labels, startsAt: number, endsAt: number | null): NotifiedAlert {
  const evidence = { startsAt, endsAt, value: 1, from: startsAt, to: startsAt };
  return { labels, fingerprint: fingerprint(labels), ...evidence };
}

const north = { alertname: 'late', depot: 'north' };
const south = { alertname: 'late', depot: 'south' };

describe('groups', () => {
  test('wait for company, then have news at their beat', () => {
    const { post, lines } = dispatcher();
    post(0, north);
    post(20, south);
    expect(lines(29)).toEqual([]);
    post(100, north, 100);
    expect(lines(1000)).toEqual(['30 firing north+south', '330 firing north+south']);
  });

  test('go out at once when the alert is older than the wait', () => {
    const { post, lines } = dispatcher();
    post(100, north, null, 60);
    expect(lines(100)).toEqual(['100 firing north']);
  });

  test('are told of again after the repeat interval, and when all is over', () => {
    const { post, lines } = dispatcher({ repeatInterval: 600 });
    post(0, north);
    expect(lines(1300)).toEqual(['30 firing north', '930 firing north again']);
    post(1301, north, 1301);
    expect(lines(9000).at(-1)).toBe('1530 resolved north');
  });

  test('say nothing of what fired and ended in one beat, nor of an end nobody asked for', () => {
    const quick = dispatcher();
    quick.post(0, north);
    quick.post(10, north, 10);
    expect(quick.lines(5000)).toEqual([]);
    const deaf = dispatcher({ sendResolved: false });
    deaf.post(0, north);
    deaf.post(100, north, 100);
    expect(deaf.lines(5000)).toEqual(['30 firing north']);
  });

  test('keep their beat for 30 s without alerts, then start afresh', () => {
    const { post, lines } = dispatcher({ groupInterval: 10_000, groupWait: 5000 });
    post(0, north);
    post(6000, north, 6000);
    post(16_000, north);
    expect(lines(25_000)).toEqual([
      '5000 firing north',
      '15000 resolved north',
      '25000 firing north'
    ]);
    post(26_000, north, 26_000);
    post(70_000, south);
    expect(lines(75_000).slice(3)).toEqual(['35000 resolved north', '75000 firing south']);
  });

  test('an alert that ended while it was muted is told of when it fires again', () => {
    const { box, post, lines } = dispatcher({}, (time) => time > 100 && time < 700);
    post(0, north);
    post(200, north, 200);
    expect(lines(700)).toEqual(['30 firing north']);
    post(800, north);
    expect(lines(2000).slice(1)).toEqual(['930 firing north']);
    expect(box.forgotten).toBe(1);
  });

  test('are due when there is something to do', () => {
    const { box, post } = dispatcher();
    expect(box.due).toBe(Infinity);
    post(5, north);
    expect(box.due).toBe(35);
    box.advance(35);
    expect(box.due).toBe(335);
  });
});

test('matchers are read as Alertmanager writes them', () => {
  const holds = (text: string) =>
    compileMatchers(parseMatchers(text))({ ...north, severity: 'page' });
  for (const text of [
    'depot=north',
    '{alertname="late", depot!="south"}',
    'severity=~"page|ticket"',
    'depot!~"no",other=""',
    "alertname='late'",
    'other!=x',
    ''
  ])
    expect({ text, holds: holds(text) }).toEqual({ text, holds: true });
  for (const text of ['depot=~"nor"', 'depot=""', 'other=~".+"', 'depot=north,alertname=x'])
    expect({ text, holds: holds(text) }).toEqual({ text, holds: false });
  for (const text of ['depot', 'depot="north', 'depot=~"("'])
    expect(() => parseMatchers(text)).toThrow(/is not a matcher/);
});

test('an alert that is source and target of a rule is not inhibited by its like', () => {
  const rule = {
    source: parseMatchers('alertname=late'),
    target: parseMatchers('depot=~".+"'),
    equal: []
  };
  const mute = new Mute([], [rule]);
  mute.note(alertOf(north, 0, null), true, 0);
  expect(mute.at(alertOf(south, 0, null), 1)).toBeNull();
  expect(mute.at(alertOf({ alertname: 'other', depot: 'east' }, 0, null), 1)).toEqual({
    by: 'late'
  });
});

describe('a monitor', () => {
  const log = ['at,depot,x']
    .concat(
      Array.from({ length: 60 }, (_, i) => {
        const at = new Date(i * 60_000).toISOString();
        return `${at},north,${i >= 10 && i < 40 ? 9 : 1}\n${at},south,${i >= 12 && i < 30 ? 9 : 1}`;
      })
    )
    .join('\n');
  const body = (rest: string) =>
    `stream: log\nby: depot\nwindow: 1m\nmeasures: { x: max(x) }\nalerts:\n  - { name: high, when: x > 5, severity: page, group_by: [depot] }\n  - { name: any, when: x > 0 }\n${rest}`;
  const told = async (rest: string) => {
    const { relations, report, problems } = await runLiveKindForTest(
      monitor as unknown as CellKind,
      runMonitor,
      {
        body: body(rest),
        given: { log }
      }
    );
    expect(problems.map((p) => p.code)).toEqual([]);
    const table = relations['example_notifications']!;
    const times = vectorOf(table, 'time')!.values as Float64Array;
    const text = (row: Record<string, unknown>) =>
      ['receiver', 'alert_group', 'firing', 'resolved'].map((name) => JSON.stringify(row[name]));
    const lines = toRows(table).map((row, i) => {
      const [receiver = '', group = '', firing = '', resolved = ''] = text(row);
      const of = (json: string) => JSON.parse(json) as string;
      return `${times[i]! / 60_000} ${of(receiver)} ${of(group)} ${firing}-${resolved}`;
    });
    return { lines, report: report as MonitorReport };
  };

  test('writes what is told into its outbox, a rule in its own groups', async () => {
    const { lines, report } = await told('notify: { group_wait: 0s }');
    expect(lines).toEqual([
      '1 page {alertname="any"} 2-0',
      '11 page {depot="north"} 1-0',
      '13 page {depot="south"} 1-0',
      '33 page {depot="south"} 0-1',
      '41 page {depot="north"} 0-1'
    ]);
    expect(report).toMatchObject({
      noticeCount: 5,
      isPast: true,
      outbox: 'example_notifications',
      firing: []
    });
  });

  test('routes by labels, mutes by matchers, and tells why', async () => {
    const { lines, report } = await told(
      [
        'notify:',
        '  group_wait: 0s',
        '  receivers: { desk: { webhook: hook } }',
        '  routes: [{ match: severity=page, receiver: desk, send_resolved: false }]',
        "silences: [{ matchers: ['depot!=north', 'severity=~pa.*'], author: Ada, reason: stocktaking }]",
        'inhibit: [{ source_matchers: severity=page, target: [any], equal: [depot] }]'
      ].join('\n')
    );
    expect(lines).toEqual(['1 page {alertname="any"} 2-0', '11 desk {depot="north"} 1-0']);
    expect(report.receivers).toEqual({
      desk: { kind: 'webhook', connection: 'hook', path: '', interval: 300_000 }
    });
    // Alerts that are muted fire all the same.
    expect(report.firing).toEqual(
      ['north', 'south'].map((depot) => fingerprint({ alertname: 'any', depot }))
    );
    const south = report.transitions.find((t) => t.alert === 'high' && t.key === 'south')!;
    expect(south.silenced).toBe('stocktaking');
  });

  test.each([
    ['notify: { receiver: desk }', 'live.name'],
    ['notify: { receivers: { desk: { path: /x } } }', 'config.combination'],
    ['notify: { group_interval: 0s }', 'config.combination'],
    ["notify: { routes: [{ match: 'depot' }] }", 'live.matcher'],
    ['silences: [{ matchers: [\'depot=~"("\'] }]', 'live.matcher'],
    ['inhibit: [{ source: any }]', 'config.combination'],
    ['notify: { recever: page }', 'config.unknown-key']
  ])('%s is told as %s', (rest, code) => {
    const { problems } = monitor.body.parse(body(rest), {});
    expect(problems.map((p) => p.code)).toContain(code);
  });

  test('a running feed is looked at when something is due, events or none', async () => {
    let now = 0;
    let due = 1700;
    let arrive = () => undefined as void;
    async function* batches() {
      await new Promise<void>((done) => (arrive = done));
      yield { length: 0, names: [], vectors: [] };
    }
    const sleep = async (ms: number) => {
      await new Promise((done) => setTimeout(done));
      now += Math.max(ms, 1);
      if (now >= 2500) arrive();
    };
    const seen: (string | number)[] = [];
    for await (const batch of withTicks(batches(), () => due - now, sleep)) {
      seen.push(batch ? 'batch' : now);
      due += 600;
    }
    expect(seen).toEqual([1700, 2300, 2900, 'batch']);
  });
});
