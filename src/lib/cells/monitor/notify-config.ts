import type * as v from 'valibot';
import { parseTime } from '#lib/analytics/stream/event-time.ts';
import { parseMatchers, type Matcher } from '#lib/analytics/stream/notify/matchers.ts';
import type { Inhibition, Silence } from '#lib/analytics/stream/notify/mute.ts';
import type { Route } from '#lib/analytics/stream/notify/routes.ts';
import { nearest } from '#lib/base/nearest.ts';
import { fail } from '#lib/problems/index.ts';
import type { NoticeAddress } from '../core/notice.ts';
import type { inhibitSchema, notifySchema, routeSchema, silenceSchema } from './notify-schema.ts';

export interface NotifyConfig {
  readonly route: Route;
  /** Receivers besides the page, by name. */
  readonly receivers: Readonly<Record<string, NoticeAddress>>;
}

/** The receiver that needs no address: whoever has the notebook open. */
const pageReceiver = 'page';

type RawRoute = v.InferOutput<typeof routeSchema>;
type Inherited = Omit<Route, 'matchers' | 'continues' | 'routes'>;

/** Alertmanager's own defaults, but for the grouping: by rule, so that one notification is about one thing. */
const defaults: Inherited = {
  receiver: pageReceiver,
  groupBy: ['alertname'],
  groupWait: 30_000,
  groupInterval: 300_000,
  repeatInterval: 14_400_000,
  sendResolved: true
};

export function notifyOf(raw: v.InferOutput<typeof notifySchema>): NotifyConfig {
  const named = Object.entries(raw.receivers ?? {}).map(
    ([name, receiver]) => [name, addressOf(name, receiver)] as const
  );
  const route = routeOf(raw, defaults, [pageReceiver, ...named.map(([name]) => name)]);
  const receivers = Object.fromEntries(
    named.map(([name, address]) => {
      const intervals = intervalsTo(name, route);
      const interval = intervals.length > 0 ? Math.min(...intervals) : route.groupInterval;
      return [name, { ...address, interval }];
    })
  );
  return { route, receivers };
}

function intervalsTo(name: string, { receiver, groupInterval, routes }: Route): number[] {
  const below = routes.flatMap((child) => intervalsTo(name, child));
  return receiver === name ? [groupInterval, ...below] : below;
}

function addressOf(
  name: string,
  {
    webhook,
    alertmanager,
    path
  }: NonNullable<v.InferOutput<typeof notifySchema>['receivers']>[string]
): Omit<NoticeAddress, 'interval'> {
  if (name === pageReceiver || (webhook === undefined) === (alertmanager === undefined)) {
    throw fail('config.combination', {
      detail:
        name === pageReceiver
          ? '`page` is this page itself and has no address.'
          : `The receiver \`${name}\` has to have a webhook or an alertmanager, and not both.`,
      remedy: 'Write `receivers: { desk: { webhook: CONNECTION } }`.'
    });
  }
  return webhook === undefined
    ? { kind: 'alertmanager', connection: alertmanager!, path: path ?? '/api/v2/alerts' }
    : { kind: 'webhook', connection: webhook, path: path ?? '' };
}

function routeOf(raw: RawRoute, inherited: Inherited, known: readonly string[]): Route {
  const own: Inherited = {
    receiver: raw.receiver ?? inherited.receiver,
    groupBy: raw.group_by === undefined ? inherited.groupBy : groupingOf(raw.group_by),
    groupWait: raw.group_wait ?? inherited.groupWait,
    groupInterval: raw.group_interval ?? inherited.groupInterval,
    repeatInterval: raw.repeat_interval ?? inherited.repeatInterval,
    sendResolved: raw.send_resolved ?? inherited.sendResolved
  };
  if (!known.includes(own.receiver)) {
    const name = own.receiver;
    throw fail('live.name', { name, nearest: nearest(name, known), known: known.join(', ') });
  }
  if (own.groupInterval === 0) {
    throw fail('config.combination', {
      detail: 'A group interval of 0 would tell of a group without end.',
      remedy: 'Write `group_interval: 5m`.'
    });
  }
  return {
    ...own,
    matchers: (raw.match ?? []).flatMap(parseMatchers),
    continues: raw.continue ?? false,
    routes: (raw.routes ?? []).map((child) => routeOf(child, own, known))
  };
}

function groupingOf(names: readonly string[]): readonly string[] | null {
  return names.includes('...') ? null : names;
}

export function silenceOf(
  silence: v.InferOutput<typeof silenceSchema>,
  by: readonly string[]
): Silence {
  const equal = (name: string, value: string): Matcher => ({ name, op: '=', value });
  const columnOf = (name: string) =>
    by.find((column) => column.toLowerCase() === name.toLowerCase()) ?? name;
  return {
    matchers: [
      ...(silence.alert === undefined ? [] : [equal('alertname', silence.alert)]),
      ...Object.entries(silence.match ?? {}).map(([name, value]) => equal(columnOf(name), value)),
      ...(silence.matchers ?? []).flatMap(parseMatchers)
    ],
    from: timeOf(silence.from, -Infinity),
    until: timeOf(silence.until, Infinity),
    author: silence.author ?? '',
    reason: silence.reason ?? ''
  };
}

function timeOf(text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const parsed = parseTime(text);
  if (parsed !== null) return parsed;
  throw fail('config.combination', {
    detail: `\`${text}\` is not a time.`,
    remedy: 'Write a time such as 2024-05-31 or 2024-05-31T14:05:00Z.'
  });
}

export function inhibitionOf(
  {
    source,
    target,
    source_matchers,
    target_matchers,
    equal = []
  }: v.InferOutput<typeof inhibitSchema>,
  rules: readonly string[],
  by: readonly string[]
): Inhibition {
  const sources = source_matchers?.flatMap(parseMatchers) ?? [];
  const targets = target_matchers?.flatMap(parseMatchers) ?? [];
  if (source !== undefined) {
    check([source], rules);
    sources.push({ name: 'alertname', op: '=', value: source });
  }
  if (target !== undefined) {
    check(target, rules);
    targets.push({ name: 'alertname', op: '=~', value: target.map(escaped).join('|') });
  }
  if (sources.length === 0 || targets.length === 0) {
    throw fail('config.combination', {
      detail: 'An inhibition has a source and a target, each by name or by matchers.',
      remedy: 'Write `{ source: feed_down, target: [depot_quiet], equal: [depot] }`.'
    });
  }
  if (source_matchers === undefined && target_matchers === undefined) check(equal, by);
  if (source !== undefined && target?.includes(source)) {
    throw fail('config.combination', {
      detail: `\`${source}\` cannot inhibit itself.`,
      remedy: 'Name other alerts as its target.'
    });
  }
  return { source: sources, target: targets, equal };
}

function check(names: readonly string[], known: readonly string[]): void {
  const name = names.find((n) => !known.includes(n));
  if (name === undefined) return;
  throw fail('live.name', { name, nearest: nearest(name, known), known: known.join(', ') });
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
