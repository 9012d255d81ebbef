import type { Transition } from '../alert-board.ts';
import type { AlertWord } from '../alert-machine.ts';
import type { KeyTable } from '../keys.ts';
import { Dispatcher, type DispatcherSnapshot, type Notification } from './dispatcher.ts';
import { fingerprint, type Labels } from './labels.ts';
import {
  Mute,
  type Identified,
  type Inhibition,
  type Muted,
  type MuteSnapshot,
  type Silence
} from './mute.ts';
import { routerOf, type Route, type Router } from './routes.ts';

export interface PagerSpec {
  readonly rules: readonly {
    readonly name: string;
    readonly labels: Labels;
    readonly severity: string | null;
    /** What its alerts are grouped by in place of the route's labels; empty: nothing of its own. */
    readonly groupBy: readonly string[];
  }[];
  readonly silences: readonly Silence[];
  readonly inhibit: readonly Inhibition[];
  readonly route: Route;
}

/** States that are told of; each is an alert of its own, those besides `firing` with the label `alertstate`. */
const told = ['firing', 'no_data', 'error'] as const;
type Told = (typeof told)[number];

export interface PagerSnapshot {
  readonly mute: MuteSnapshot;
  readonly dispatcher: DispatcherSnapshot;
  readonly active: readonly (readonly [string, Readonly<Partial<Record<Told, number>>>])[];
}

/**
 * What stands between the alert machine and whoever is told: labels of alerts, silences, inhibition, groups, and
 * what was told already. The clock is given with every call and must not go back: event time in a replay, which
 * then tells the same every time, the time of day of a feed.
 *
 * While an alert is in error or unknown, nobody is told that it is over. A key that falls silent while its alert
 * fires ends that alert and begins its `no_data`, in one notification where both are grouped together.
 */
export class Pager {
  readonly #spec: PagerSpec;
  readonly #keys: () => KeyTable;
  readonly #mute: Mute;
  readonly #dispatcher: Dispatcher;
  /** What was posted and is not over, by rule and slot: when it began. */
  readonly #active = new Map<string, Partial<Record<Told, number>>>();
  readonly #identities = new Map<string, Identified>();

  /** `keys` is asked once there are transitions. */
  constructor(spec: PagerSpec, keys: () => KeyTable, send: (notification: Notification) => void) {
    this.#spec = spec;
    this.#keys = keys;
    this.#mute = new Mute(spec.silences, spec.inhibit);
    this.#dispatcher = new Dispatcher(
      routerWith(spec),
      (alert, time) => this.#mute.at(alert, time) !== null,
      send
    );
  }

  /** When `advance` has something to do next; Infinity: not before another transition comes. */
  get due(): number {
    return this.#dispatcher.due;
  }

  post({ rule, slot, state, time, value, from, to }: Transition, now: number): void {
    this.#mute.note(this.identity(rule, slot), state === 'firing', now);
    const place = `${rule} ${slot}`;
    const active = this.#active.get(place) ?? {};
    const next: Partial<Record<Told, number>> = {};
    for (const kind of told) {
      const since = active[kind];
      if (isOn(kind, state, since !== undefined)) next[kind] = since ?? time;
      else if (since === undefined) continue;
      if (next[kind] === since) continue;
      const evidence = { startsAt: since ?? time, value, from, to };
      const endsAt = next[kind] === undefined ? time : null;
      this.#dispatcher.post({ ...this.identity(rule, slot, kind), ...evidence, endsAt }, now);
    }
    if (Object.keys(next).length > 0) this.#active.set(place, next);
    else this.#active.delete(place);
  }

  /** Tells whatever is due by `now`. */
  advance(now: number): void {
    this.#dispatcher.advance(now);
  }

  /** Why a rule is muted for a key at a time not long past; null: it is not. */
  muted(rule: number, slot: number, time: number): Muted | null {
    return this.#mute.at(this.identity(rule, slot), time);
  }

  /** When the alert of a rule for a key began to fire, as it was told; undefined while it does not. */
  since(rule: number, slot: number): number | undefined {
    return this.#active.get(`${rule} ${slot}`)?.firing;
  }

  /** Fingerprints of all that was posted and is not over. */
  get firing(): string[] {
    return [...this.#active].flatMap(([place, kinds]) => {
      const [rule, slot] = place.split(' ').map(Number) as [number, number];
      return told.flatMap((kind) =>
        kinds[kind] === undefined ? [] : [this.identity(rule, slot, kind).fingerprint]
      );
    });
  }

  /** A key is not known any more, and nothing of it fires; its slot will stand for another. */
  forget(slot: number): void {
    for (const rule of this.#spec.rules.keys()) {
      this.#active.delete(`${rule} ${slot}`);
      this.#mute.forget(this.identity(rule, slot));
      for (const kind of told) this.#identities.delete(`${rule} ${slot} ${kind}`);
    }
  }

  snapshot(): PagerSnapshot {
    return {
      mute: this.#mute.snapshot(),
      dispatcher: this.#dispatcher.snapshot(),
      active: [...this.#active].map(([place, active]) => [place, { ...active }])
    };
  }

  /** Goes on from where another pager of the same spec was; must be new. */
  restore({ mute, dispatcher, active }: PagerSnapshot): void {
    this.#mute.restore(mute);
    this.#dispatcher.restore(dispatcher);
    this.#active.clear();
    for (const [place, kinds] of active) this.#active.set(place, { ...kinds });
  }

  identity(rule: number, slot: number, kind: Told = 'firing'): Identified {
    const place = `${rule} ${slot} ${kind}`;
    let identity = this.#identities.get(place);
    if (!identity) {
      const labels = this.#labels(rule, slot, kind);
      identity = { labels, fingerprint: fingerprint(labels) };
      this.#identities.set(place, identity);
    }
    return identity;
  }

  #labels(rule: number, slot: number, kind: Told): Labels {
    const { name, labels, severity } = this.#spec.rules[rule]!;
    const keys = this.#keys();
    return {
      ...labels,
      ...(severity === null ? {} : { severity }),
      ...Object.fromEntries(keys.by.map((column) => [column, keys.text(slot, column) ?? ''])),
      ...(kind === 'firing' ? {} : { alertstate: kind }),
      alertname: name
    };
  }
}

function isOn(kind: Told, state: AlertWord, wasOn: boolean): boolean {
  if (kind === state) return true;
  return wasOn && (state === 'unknown' || (state === 'error' && kind !== 'error'));
}

/** The routes of an alert; a rule with a grouping of its own has copies of them to itself. */
function routerWith({ route, rules }: PagerSpec): Router {
  const base = routerOf(route);
  const own = new Map(
    rules.flatMap(({ name, groupBy }) =>
      groupBy.length > 0 ? [[name, { groupBy, routes: new Map<Route, Route>() }]] : []
    )
  );
  return (labels) => {
    const taken = base(labels);
    const rule = own.get(labels['alertname'] ?? '');
    if (!rule) return taken;
    return taken.map((general) => {
      const special = rule.routes.get(general) ?? { ...general, groupBy: rule.groupBy };
      rule.routes.set(general, special);
      return special;
    });
  };
}
