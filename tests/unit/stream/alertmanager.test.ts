import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import {
  Dispatcher,
  type Notification,
  type NotifiedAlert
} from '#lib/analytics/stream/notify/dispatcher.ts';
import { fingerprint, labelText, type Labels } from '#lib/analytics/stream/notify/labels.ts';
import { parseMatchers } from '#lib/analytics/stream/notify/matchers.ts';
import { Mute, type Silence } from '#lib/analytics/stream/notify/mute.ts';
import { routerOf, type Route } from '#lib/analytics/stream/notify/routes.ts';
import { seeded } from '#lib/base/random.ts';
import { freePort, startDaemon, whyNot } from '../../support/daemon.ts';

/**
 * Random alerts, silences, inhibitions and routes against a real Alertmanager: the same things are posted to it at
 * the times it is told here, and what it sends to a webhook is compared, group by group, in order and in content.
 *
 * All cases run at once, each in labels of its own. Things happen at multiples of a step and groups are told of
 * halfway between; a case in which the machine was so late that the order is anyone's guess is left out (where it
 * was too late altogether, all is done again at half the speed), and so is one in which an alert ended unheard, where we differ on
 * purpose (see Dispatcher).
 */
const command = 'prometheus-alertmanager';
const why = whyNot(command, '--version');
const stepLengths = [600, 1200, 2400];
const steps = 10;
const cases = 72;
/** How late a timer may be, and how often times are drawn to see whether that would change anything. */
const lateness = 50;
const draws = 12;

const random = seeded(11, 'alertmanager');
const upTo = (most: number) => Math.floor(random() * (most + 1));
const oneOf = <T>(list: readonly T[]): T => list[upTo(list.length - 1)]!;

function routeOf(step: number): Route {
  const base: Omit<Route, 'receiver' | 'routes'> = {
    groupBy: ['alertname', 'case'],
    groupWait: step / 2,
    groupInterval: step,
    repeatInterval: 2.6 * step,
    sendResolved: true,
    matchers: [],
    continues: false
  };
  const child = (matchers: string, change: Partial<Route>): Route => ({
    ...base,
    receiver: 'all',
    routes: [],
    matchers: parseMatchers(matchers),
    ...change
  });
  return {
    ...base,
    receiver: 'all',
    routes: [
      child('plan=alone', { groupBy: null }),
      child('plan=depot', { groupBy: ['case', 'depot'] }),
      child('plan=quiet', { receiver: 'firing', sendResolved: false, repeatInterval: 60_000 }),
      child('plan=~"both|deep"', {
        receiver: 'all',
        continues: true,
        routes: [child('severity="page"', { receiver: 'firing', sendResolved: false })]
      }),
      child('plan=both', { receiver: 'second', groupBy: ['case'], repeatInterval: 60_000 })
    ]
  };
}
const plans = ['root', 'alone', 'depot', 'quiet', 'both', 'deep'];
const inhibition = {
  source: parseMatchers('alertname=down'),
  target: parseMatchers('severity!=page, inhibited=yes'),
  equal: ['case', 'depot']
};

interface Action {
  readonly at: number;
  readonly alerts: readonly { readonly labels: Labels; readonly fires: boolean }[];
  readonly silence: string | null;
}

function randomCase(number: number): Action[] {
  const plan = plans[number % plans.length]!;
  const inhibited = random() < 0.4 ? 'yes' : 'no';
  const known = new Map<string, Labels>();
  for (let i = 0; i < 4; i++) {
    const labels = {
      alertname: oneOf(['down', 'late', 'quiet']),
      severity: oneOf(['page', 'ticket']),
      depot: oneOf(['north', 'south']),
      case: `c${number}`,
      plan,
      inhibited
    };
    known.set(labelText(labels), labels);
  }
  const fires = new Map<string, boolean>();
  const calm = random();
  return Array.from({ length: steps }, (_, at) => {
    const alerts = [...known].flatMap(([text, labels]) => {
      if (random() < calm * 0.9) return [];
      const next = !(fires.get(text) ?? false);
      fires.set(text, next);
      return [{ labels, fires: next }];
    });
    const silence =
      random() < 0.08
        ? oneOf(['alertname=~"l.*|down"', 'severity!=page', 'depot!~"nor.*"', 'alertname="quiet"'])
        : null;
    return { at, alerts, silence: silence && `case="c${number}", ${silence}` };
  });
}

test.skipIf(why !== null)(
  `What is told is what Alertmanager tells${why ? ` (skipped: ${why})` : ''}`,
  { timeout: 90_000 },
  async () => {
    const told: { at: number; receiver: string; text: string }[] = [];
    const hook = createServer((request, response) => {
      let body = '';
      request.on('data', (part) => (body += String(part)));
      request.on('end', () => {
        const sent = JSON.parse(body) as {
          receiver: string;
          groupLabels: Labels;
          alerts: { labels: Labels; status: string }[];
        };
        const text = textOf(sent.groupLabels, sent.alerts);
        told.push({ at: Date.now(), receiver: sent.receiver, text });
        response.end();
      });
    });
    await new Promise<void>((ready) => hook.listen(0, '127.0.0.1', ready));
    const port = await freePort();
    const url = `http://127.0.0.1:${(hook.address() as AddressInfo).port}`;
    let compared = 0;
    let notifications = 0;
    let differing: { number: number; ours: string[]; theirs: string[] }[] = [];
    for (const step of stepLengths) {
      if (compared >= cases / 3 && differing.length === 0) break;
      told.length = compared = notifications = 0;
      differing = [];
      const daemon = await startDaemon(
        command,
        (folder) => [
          `--config.file=${folder}/config`,
          `--storage.path=${folder}`,
          `--web.listen-address=127.0.0.1:${port}`,
          '--cluster.listen-address=',
          '--data.retention=1h'
        ],
        configOf(url, routeOf(step)),
        port
      );
      try {
        const api = `http://127.0.0.1:${port}/api/v2`;
        const plan = Array.from({ length: cases }, (_, number) => randomCase(number));
        const took = await act(api, plan, step);
        const end = took.at(-1)![0] + step;
        await sleep(end - Date.now());
        for (const [number, actions] of plan.entries()) {
          const ours = certain(actions, took, end, step);
          if (ours === null) continue;
          const mine = (text: string) => text.includes(`"c${number}"`);
          const theirs = inOrder(told.filter(({ at, text }) => at < end && mine(text)));
          if (ours.join() !== theirs.join()) differing.push({ number, ours, theirs });
          compared++;
          notifications += ours.length;
        }
        const listed = (await (await fetch(`${api}/alerts`)).json()) as {
          labels: Labels;
          fingerprint: string;
        }[];
        for (const alert of listed) expect(fingerprint(alert.labels)).toBe(alert.fingerprint);
      } finally {
        await daemon.stop();
      }
    }
    hook.close();
    expect(differing).toEqual([]);
    expect(compared).toBeGreaterThanOrEqual(cases / 3);
    expect(notifications).toBeGreaterThan(100);
  }
);

/** Posts every step of all cases; the times before and after each, and the silences as they were made. */
async function act(
  api: string,
  plan: readonly Action[][],
  step: number
): Promise<[number, number][]> {
  const post = async (path: string, body: unknown) => {
    const answer = await fetch(`${api}/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body)
    });
    if (!answer.ok) throw new Error(await answer.text());
  };
  // The first post is slow, whatever it is.
  await post('alerts', [{ labels: { alertname: 'first', plan: 'quiet' } }]);
  const took: [number, number][] = [];
  const begin = Date.now() + 200;
  for (let at = 0; at < steps; at++) {
    await sleep(begin + at * step - Date.now());
    const before = Date.now();
    const now = new Date(before).toISOString();
    const alerts = plan.flatMap((actions) => actions[at]!.alerts);
    const later = new Date(before + 3_600_000).toISOString();
    const silences = plan
      .flatMap((actions) => actions[at]!.silence ?? [])
      .map((silence) => {
        const matchers = parseMatchers(silence).map(({ name, op, value }) => ({
          name,
          value,
          isRegex: op.endsWith('~'),
          isEqual: op.startsWith('=')
        }));
        return post('silences', {
          matchers,
          startsAt: now,
          endsAt: new Date(before + 2 * step).toISOString(),
          createdBy: 'test',
          comment: 'test'
        });
      });
    const sent = alerts.map(({ labels, fires }) =>
      fires ? { labels, startsAt: now, endsAt: later } : { labels, endsAt: now }
    );
    await Promise.all([...silences, post('alerts', sent)]);
    took.push([before, Date.now()]);
  }
  return took;
}

/** What we tell of one case; null where order was a matter of luck, or where we differ on purpose. */
function certain(
  actions: readonly Action[],
  took: readonly [number, number][],
  end: number,
  step: number
): string[] | null {
  const drawn = Array.from({ length: draws }, () =>
    ourTelling(
      actions,
      took.map(([from, to]) => from + random() * (to - from) + (2 * random() - 1) * lateness),
      end,
      step
    )
  );
  const first = JSON.stringify(drawn[0]);
  return drawn.every((told) => JSON.stringify(told) === first) ? drawn[0]! : null;
}

function ourTelling(
  actions: readonly Action[],
  times: readonly number[],
  end: number,
  step: number
) {
  const silences: Silence[] = actions.flatMap(({ at, silence }) => {
    const from = times[at]!;
    if (silence === null) return [];
    return [
      { matchers: parseMatchers(silence), from, until: from + 2 * step, author: '', reason: '' }
    ];
  });
  const mute = new Mute(silences, [inhibition]);
  const told: Notification[] = [];
  const dispatcher = new Dispatcher(
    routerOf(routeOf(step)),
    (alert, time) => mute.at(alert, time) !== null,
    (notification) => told.push(notification)
  );
  for (const { at, alerts } of actions) {
    const time = times[at]!;
    for (const { labels, fires } of alerts) {
      const alert: NotifiedAlert = {
        labels,
        fingerprint: fingerprint(labels),
        startsAt: time,
        endsAt: fires ? null : time,
        value: 1,
        from: time,
        to: time
      };
      dispatcher.post(alert, time);
      mute.note(alert, fires, time);
    }
  }
  dispatcher.advance(end);
  if (dispatcher.forgotten > 0) return null;
  const texts = told.map(({ receiver, group, alerts }) => ({
    receiver,
    text: textOf(
      group,
      alerts.map(({ labels, endsAt }) => ({
        labels,
        status: endsAt === null ? 'firing' : 'resolved'
      }))
    )
  }));
  return inOrder(texts);
}

function textOf(group: Labels, alerts: readonly { labels: Labels; status: string }[]): string {
  const each = alerts.map(({ labels, status }) => `${status} ${labelText(labels)}`).sort();
  return `${labelText(group)}: ${each.join('; ')}`;
}

/** By receiver and group: what groups are told of at the same moment has no order. */
function inOrder(told: readonly { receiver: string; text: string }[]): string[] {
  const keyOf = ({ receiver, text }: { receiver: string; text: string }) =>
    `${receiver} ${text.split('}: ')[0]}`;
  return told
    .map((one, place) => ({ key: keyOf(one), place, line: `${one.receiver} ${one.text}` }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.place - b.place))
    .map(({ line }) => line);
}

function configOf(url: string, root: Route): string {
  const ms = (duration: number) => `${Math.round(duration)}ms`;
  const route = (r: Route): object => ({
    receiver: r.receiver,
    group_by: r.groupBy ?? ['...'],
    group_wait: ms(r.groupWait),
    group_interval: ms(r.groupInterval),
    repeat_interval: ms(r.repeatInterval),
    continue: r.continues,
    matchers: r.matchers.map(({ name, op, value }) => `${name}${op}"${value}"`),
    routes: r.routes.map(route)
  });
  const written = (matchers: typeof inhibition.source) =>
    matchers.map(({ name, op, value }) => `${name}${op}"${value}"`);
  const { continue: _none, matchers: _all, ...top } = route(root) as Record<string, unknown>;
  return JSON.stringify({
    route: top,
    receivers: ['all', 'firing', 'second'].map((name) => ({
      name,
      webhook_configs: [{ url: `${url}/${name}`, send_resolved: name !== 'firing' }]
    })),
    inhibit_rules: [
      {
        source_matchers: written(inhibition.source),
        target_matchers: written(inhibition.target),
        equal: inhibition.equal
      }
    ]
  });
}

function sleep(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, Math.max(0, ms)));
}
