import { MinHeap } from '../heap.ts';
import { labelText, pick, type Labels } from './labels.ts';
import type { Identified } from './mute.ts';
import { NotificationLog, type LogSnapshot } from './notification-log.ts';
import type { Route, Router } from './routes.ts';

/** An alert as notifications tell it. Times in milliseconds. */
export interface NotifiedAlert extends Identified {
  readonly startsAt: number;
  /** null while it fires. */
  readonly endsAt: number | null;
  /** What was measured, and the stretch of event time it rests on. */
  readonly value: number;
  readonly from: number;
  readonly to: number;
}

export interface Notification {
  readonly time: number;
  readonly receiver: string;
  readonly group: Labels;
  readonly status: 'firing' | 'resolved';
  /** Nothing has changed since the last one; it was only time again. */
  readonly isRepeat: boolean;
  /** In order of their labels. */
  readonly alerts: readonly NotifiedAlert[];
}

/** How long a group without alerts keeps its beat. */
const forgottenAfter = 30_000;

interface Group {
  readonly number: number;
  readonly key: string;
  readonly route: Route;
  readonly labels: Labels;
  readonly alerts: Map<string, NotifiedAlert>;
  due: number;
  flushed: boolean;
  emptySince: number;
}

export interface DispatcherSnapshot {
  /** The routes in use, as JSON. */
  readonly routes: readonly string[];
  readonly groups: readonly (Omit<Group, 'route' | 'alerts'> & {
    readonly alerts: readonly NotifiedAlert[];
  })[];
  readonly log: LogSnapshot;
  readonly count: number;
  readonly forgotten: number;
}

/**
 * Alertmanager's dispatcher and notification log (dispatch/dispatch.go, notify/notify.go of 0.25) on a clock that
 * is given: alerts are gathered by the values of their labels; a group is told of after `groupWait`, at once if
 * its alert is older than that; then whenever it has news at a beat of `groupInterval`, and without news after
 * `repeatInterval`. Muted alerts are left out. One difference: an alert whose end nobody was told (it was muted, or
 * `sendResolved` is off) is told of when it fires again, even within `repeatInterval`. O(log groups) per beat, besides the alerts of the group.
 */
export class Dispatcher {
  readonly #router: Router;
  readonly #isMuted: (alert: NotifiedAlert, time: number) => boolean;
  readonly #send: (notification: Notification) => void;
  readonly #groups = new Map<string, Group>();
  readonly #queue = new MinHeap<Group>();
  readonly #log = new NotificationLog();
  /** Routes by number; null: restored, and not met again yet. */
  readonly #routes: (Route | null)[] = [];
  #routeTexts: string[] = [];
  #count = 0;
  /** How many alerts ended unheard, and would be told of anew: where we differ from Alertmanager. */
  forgotten = 0;

  constructor(
    router: Router,
    isMuted: (alert: NotifiedAlert, time: number) => boolean,
    send: (notification: Notification) => void
  ) {
    this.#router = router;
    this.#isMuted = isMuted;
    this.#send = send;
  }

  /** When `advance` has something to do next; Infinity: not before another alert comes. */
  get due(): number {
    return this.#queue.least;
  }

  /** Takes news of an alert at `now`, which must not go back; what was due before is done first. */
  post(alert: NotifiedAlert, now: number): void {
    this.#run((time) => time < now);
    for (const route of this.#router(alert.labels)) {
      const group = this.#groupOf(alert, route, now);
      group.alerts.set(alert.fingerprint, alert);
      group.emptySince = Infinity;
      if (!group.flushed && alert.startsAt + route.groupWait < now) this.#schedule(group, now);
    }
  }

  /** Does whatever is due up to and including `now`, each at its time. */
  advance(now: number): void {
    this.#run((time) => time <= now);
  }

  #run(isDue: (time: number) => boolean): void {
    while (this.#queue.size > 0 && isDue(this.#queue.least)) {
      const time = this.#queue.least;
      const due: Group[] = [];
      while (this.#queue.size > 0 && this.#queue.least === time) {
        const group = this.#queue.pop()!;
        if (group.due === time && this.#groups.get(group.key) === group) due.push(group);
      }
      for (const group of new Set(due.sort((a, b) => a.number - b.number)))
        this.#flush(group, time);
    }
  }

  #groupOf(alert: NotifiedAlert, route: Route, now: number): Group {
    const labels = route.groupBy === null ? alert.labels : pick(alert.labels, route.groupBy);
    const key = `${this.#numberOf(route)} ${labelText(labels)}`;
    const known = this.#groups.get(key);
    if (known && now - known.emptySince < forgottenAfter) return known;
    const group: Group = {
      number: this.#count++,
      key,
      route,
      labels,
      alerts: new Map(),
      due: Infinity,
      flushed: false,
      emptySince: Infinity
    };
    this.#groups.set(key, group);
    this.#schedule(group, now + route.groupWait);
    return group;
  }

  snapshot(): DispatcherSnapshot {
    const groups = [...this.#groups.values()].map(({ route: _, alerts, ...group }) => ({
      ...group,
      alerts: [...alerts.values()]
    }));
    return {
      routes: [...this.#routeTexts],
      groups,
      log: this.#log.snapshot(),
      count: this.#count,
      forgotten: this.forgotten
    };
  }

  /** Goes on from where another dispatcher of the same routes was; must be new. */
  restore({ routes, groups, log, count, forgotten }: DispatcherSnapshot): void {
    this.#routeTexts = [...routes];
    for (const [number] of routes.entries()) this.#routes[number] = null;
    for (const { alerts, ...group } of groups) {
      const route = JSON.parse(routes[Number(group.key.split(' ', 1)[0])]!) as Route;
      const byPrint = alerts.map((alert) => [alert.fingerprint, alert] as const);
      const restored = { ...group, route, alerts: new Map(byPrint) };
      this.#groups.set(group.key, restored);
      this.#queue.push(restored.due, restored);
    }
    this.#log.restore(log);
    this.#count = count;
    this.forgotten = forgotten;
  }

  #numberOf(route: Route): number {
    const known = this.#routes.indexOf(route);
    if (known >= 0) return known;
    const text = JSON.stringify(route);
    const restored = this.#routeTexts.findIndex((t, i) => this.#routes[i] === null && t === text);
    const number = restored >= 0 ? restored : this.#routes.length;
    this.#routes[number] = route;
    this.#routeTexts[number] = text;
    return number;
  }

  #schedule(group: Group, time: number): void {
    group.due = time;
    this.#queue.push(time, group);
  }

  #flush(group: Group, time: number): void {
    group.flushed = true;
    if (group.alerts.size === 0 && time - group.emptySince >= forgottenAfter) {
      this.#groups.delete(group.key);
      return;
    }
    this.#schedule(group, time + group.route.groupInterval);
    const alerts = [...group.alerts.values()].sort(byLabels);
    const heard = alerts.filter((alert) => !this.#isMuted(alert, time));
    if (heard.length > 0) this.#notify(group, heard, time);
    for (const { fingerprint, endsAt } of alerts) {
      if (endsAt === null) continue;
      group.alerts.delete(fingerprint);
      if (this.#log.forget(group.route.receiver, group.key, fingerprint)) this.forgotten++;
    }
    if (group.alerts.size === 0 && group.emptySince === Infinity) group.emptySince = time;
  }

  #notify({ key, route, labels }: Group, alerts: readonly NotifiedAlert[], time: number): void {
    const news = this.#log.news(route, key, alerts, time);
    if (news === null) return;
    const firing = alerts.filter(({ endsAt }) => endsAt === null);
    if (!route.sendResolved && firing.length === 0) return;
    this.#send({
      time,
      receiver: route.receiver,
      group: labels,
      status: firing.length > 0 ? 'firing' : 'resolved',
      isRepeat: news === 'repeat',
      alerts: route.sendResolved ? alerts : firing
    });
  }
}

function byLabels(a: NotifiedAlert, b: NotifiedAlert): number {
  const [left, right] = [labelText(a.labels), labelText(b.labels)];
  return left < right ? -1 : left > right ? 1 : 0;
}
