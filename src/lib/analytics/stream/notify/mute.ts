import { pick, labelText, type Labels } from './labels.ts';
import { compileMatchers, type Matcher } from './matchers.ts';

/** Alerts that nobody is to be bothered with from one time until another, in milliseconds. */
export interface Silence {
  readonly matchers: readonly Matcher[];
  readonly from: number;
  readonly until: number;
  readonly author: string;
  readonly reason: string;
}

/** While an alert that `source` matches fires, those that `target` matches and whose `equal` labels agree are muted. */
export interface Inhibition {
  readonly source: readonly Matcher[];
  readonly target: readonly Matcher[];
  readonly equal: readonly string[];
}

/** Why an alert is muted: `silence` is a place in the list of silences, `by` the name of the alert that inhibits it. */
export type Muted = { readonly silence: number } | { readonly by: string };

export interface Identified {
  readonly fingerprint: string;
  readonly labels: Labels;
}

/** How many stretches of an alert are remembered: more than the transitions that a report shows can span. */
const remembered = 200;

interface Stretch {
  readonly from: number;
  to: number;
}

interface Source extends Identified {
  readonly stretches: Stretch[];
}

interface Rule {
  readonly equal: readonly string[];
  readonly isSource: (labels: Labels) => boolean;
  readonly isTarget: (labels: Labels) => boolean;
  /** Alerts that have fired, by the values of their `equal` labels. */
  readonly sources: Map<string, Map<string, Source>>;
}

/** By inhibition: the alerts that have fired. */
export type MuteSnapshot = readonly (readonly (Identified & {
  readonly stretches: readonly Stretch[];
})[])[];

/**
 * Silences and inhibitions as Alertmanager has them, for any time not long past. An alert that is source and target
 * of a rule is not inhibited by another that is both. O(1) per alert and rule, besides alerts with equal labels.
 */
export class Mute {
  readonly #silences: readonly { spec: Silence; test: (labels: Labels) => boolean }[];
  readonly #rules: readonly Rule[];

  constructor(silences: readonly Silence[], inhibitions: readonly Inhibition[]) {
    this.#silences = silences.map((spec) => ({ spec, test: compileMatchers(spec.matchers) }));
    this.#rules = inhibitions.map(({ source, target, equal }) => ({
      equal,
      isSource: compileMatchers(source),
      isTarget: compileMatchers(target),
      sources: new Map()
    }));
  }

  /** Learns that an alert has begun to fire, or ceased. Of one alert, in order of time. */
  note(alert: Identified, fires: boolean, time: number): void {
    for (const { equal, isSource, sources } of this.#rules) {
      if (!isSource(alert.labels)) continue;
      const key = labelText(pick(alert.labels, equal));
      const equals = sources.get(key) ?? new Map<string, Source>();
      sources.set(key, equals);
      const source = equals.get(alert.fingerprint) ?? { ...alert, stretches: [] };
      equals.set(alert.fingerprint, source);
      const last = source.stretches.at(-1);
      if (!fires) {
        if (last?.to === Infinity) last.to = time;
      } else if (last?.to !== Infinity) source.stretches.push({ from: time, to: Infinity });
      if (source.stretches.length > remembered) source.stretches.shift();
    }
  }

  /** An alert that does not fire will not be heard of again. */
  forget(alert: Identified): void {
    for (const { equal, sources } of this.#rules) {
      const key = labelText(pick(alert.labels, equal));
      const equals = sources.get(key);
      if (equals?.delete(alert.fingerprint) && equals.size === 0) sources.delete(key);
    }
  }

  /** Why an alert is muted at a time; null: it is not. */
  at(alert: Identified, time: number): Muted | null {
    const silence = this.#silences.findIndex(
      ({ spec, test }) => time >= spec.from && time < spec.until && test(alert.labels)
    );
    if (silence >= 0) return { silence };
    const by = this.#inhibitor(alert, time);
    return by === null ? null : { by };
  }

  snapshot(): MuteSnapshot {
    return this.#rules.map(({ sources }) =>
      [...sources.values()].flatMap((equals) =>
        [...equals.values()].map((s) => ({ ...s, stretches: s.stretches.map((x) => ({ ...x })) }))
      )
    );
  }

  restore(state: MuteSnapshot): void {
    for (const [i, { equal, sources }] of this.#rules.entries()) {
      sources.clear();
      for (const source of state[i] ?? []) {
        const key = labelText(pick(source.labels, equal));
        const equals = sources.get(key) ?? new Map<string, Source>();
        equals.set(source.fingerprint, {
          ...source,
          stretches: source.stretches.map((x) => ({ ...x }))
        });
        sources.set(key, equals);
      }
    }
  }

  #inhibitor({ labels }: Identified, time: number): string | null {
    for (const { equal, isSource, isTarget, sources } of this.#rules) {
      if (!isTarget(labels)) continue;
      const isBoth = isSource(labels);
      for (const source of sources.get(labelText(pick(labels, equal)))?.values() ?? []) {
        if (isBoth && isTarget(source.labels)) continue;
        if (source.stretches.some(({ from, to }) => time >= from && time < to))
          return source.labels['alertname'] ?? '';
      }
    }
    return null;
  }
}
