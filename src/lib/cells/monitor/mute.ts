import type { KeyTable } from '#lib/analytics/stream/keys.ts';
import type { Transition } from '#lib/analytics/stream/alert-board.ts';
import type { Inhibition, MonitorConfig } from './config.ts';

/** How many stretches of an alert are remembered: more than the transitions that a report shows can span. */
const remembered = 200;

interface Stretch {
  readonly from: number;
  to: number;
}

export interface MuteSnapshot {
  readonly latest: number;
  readonly fired: readonly (readonly [
    string,
    readonly (readonly [number, readonly Stretch[]])[]
  ])[];
}

type Moment = Pick<Transition, 'time' | 'rule' | 'slot'>;

/**
 * Why alerts are muted: by a silence, or inhibited as Alertmanager does it: while an alert of the source
 * rule fires, those of the target rules with equal values in the `equal` columns are. Alerts of one window
 * end count together, whatever the order of the rules. Transitions must come in order of time.
 */
export class Mute {
  readonly #config: MonitorConfig;
  readonly #inhibited: Readonly<Record<string, readonly Inhibition[]>>;
  /** Stretches in which alerts of source rules fired, latest last; the end is Infinity while one does. */
  readonly #fired = new Map<string, Map<number, Stretch[]>>();
  /** The time of the last transition. */
  latest = -Infinity;

  constructor(config: MonitorConfig) {
    this.#config = config;
    this.#inhibited = Object.fromEntries(
      config.rules.map(({ name }) => [name, config.inhibit.filter((i) => i.targets.includes(name))])
    );
    for (const { source } of config.inhibit) this.#fired.set(source, new Map());
  }

  /** Learns which source alerts fire. */
  note({ rule, slot, state, time }: Transition): void {
    this.latest = time;
    const slots = this.#fired.get(this.#config.rules[rule]!.name);
    if (!slots) return;
    const stretches = slots.get(slot) ?? [];
    const last = stretches.at(-1);
    if (state === 'firing') stretches.push({ from: time, to: Infinity });
    else if (last?.to === Infinity) last.to = time;
    if (stretches.length > remembered) stretches.shift();
    slots.set(slot, stretches);
  }

  /** Why an alert was muted at a time not long past; null: it was not. */
  reason({ rule, slot, time }: Moment, keys: KeyTable): string | null {
    const { name } = this.#config.rules[rule]!;
    return this.#silence(name, slot, time, keys) ?? this.#inhibitor(name, slot, time, keys);
  }

  snapshot(): MuteSnapshot {
    const fired = [...this.#fired].map(
      ([source, slots]) =>
        [
          source,
          [...slots].map(([slot, all]) => [slot, all.map((s) => ({ ...s }))] as const)
        ] as const
    );
    return { latest: this.latest, fired };
  }

  restore({ latest, fired }: MuteSnapshot): void {
    this.latest = latest;
    for (const [source, slots] of fired) {
      const stretches = slots.map(([slot, all]) => [slot, all.map((s) => ({ ...s }))] as const);
      this.#fired.set(source, new Map(stretches));
    }
  }

  #silence(alert: string, slot: number, time: number, keys: KeyTable): string | null {
    const silence = this.#config.silences.find(
      (s) =>
        (s.alert === null || s.alert === alert) &&
        time >= s.from &&
        time < s.until &&
        Object.entries(s.match).every(([column, value]) => keys.text(slot, column) === value)
    );
    return silence ? silence.reason || 'silenced' : null;
  }

  #inhibitor(alert: string, slot: number, time: number, keys: KeyTable): string | null {
    for (const { source, equal } of this.#inhibited[alert]!) {
      const fired = this.#fired.get(source)!;
      const isFiring = (other: number) =>
        fired.get(other)?.some(({ from, to }) => time >= from && time < to) ?? false;
      const isEqual = (other: number) =>
        equal.every((c) => keys.text(other, c) === keys.text(slot, c));
      const sameKey = this.#config.by.every((column) => equal.includes(column));
      const others = sameKey ? [slot] : [...fired.keys()];
      if (others.some((other) => isFiring(other) && isEqual(other))) return source;
    }
    return null;
  }
}
