import { nearest } from '#lib/base/nearest.ts';
import { fail } from '#lib/problems/index.ts';
import {
  evaluateAlert,
  newAlert,
  type Alert,
  type AlertTiming,
  type AlertWord
} from './alert-machine.ts';
import { packAlerts, unpackAlerts, type AlertsSnapshot } from './alerts-snapshot.ts';
import { compile, holds, type NumberAt, type Scope } from './evaluate.ts';
import { namesOf, parseExpression, type Expression } from './expression.ts';

/** An alert rule; conditions are expressions over measures. */
export interface AlertRule extends AlertTiming {
  readonly name: string;
  readonly when: string;
  /** The condition that ends firing, if it is not simply that `when` does not hold. */
  readonly recover: string | null;
}

export interface Transition {
  readonly time: number;
  readonly rule: number;
  readonly slot: number;
  readonly state: AlertWord;
  readonly value: number;
  readonly from: number;
  readonly to: number;
  /** Corrections, since, of the windows it rests on; absent while there is none. */
  readonly corrected?: number;
}

export interface AlertBoardSnapshot {
  readonly known: readonly number[];
  readonly lastEnd: number;
  readonly through: number;
  /** By rule, then as in `known`. */
  readonly alerts: readonly AlertsSnapshot[];
}

/** The figures of the windows of one end, by name; a row is a place in the window list, ~slot stands for a key without a window. */
interface WindowFigures {
  readonly names: readonly string[];
  at(name: string): NumberAt;
  /** Called before figures are asked for, with the end of their windows. */
  evaluate?(time: number): void;
  /** Figures that keys have without a window. */
  readonly standing?: readonly string[];
}

interface Compiled {
  readonly at: NumberAt;
  /** Whether it has no value though nothing it reads is missing: a division by zero, the root of a negative number. */
  readonly fails: (row: number) => boolean;
}

interface Condition {
  readonly when: Compiled;
  readonly recover: Compiled | null;
  readonly value: NumberAt;
}

/** Ends without any window that are looked at in one silence, when a rule stands on figures that need no events. */
const mostSilentEnds = 10_000;

/**
 * All rules over all keys. At every window end each rule looks at each key known by then; a key without a
 * window at that end has missing figures, for which no condition holds, but for those that stand without events. Ends
 * at which no key has a window are evaluated as well, as far as a state can still change there.
 */
export class AlertBoard {
  readonly rules: readonly AlertRule[];
  readonly #conditions: readonly Condition[];
  /** By rule, then slot; undefined for keys not known yet. */
  readonly #alerts: (Alert | undefined)[][];
  readonly #onChange: (transition: Transition) => void;
  readonly #isStale: (time: number) => boolean;
  readonly #figures: WindowFigures;
  /** Whether a rule reads figures that change without events. */
  readonly #stands: boolean;
  #known: number[] = [];
  #rowOf = new Int32Array(0);
  /** The last end at which a key has a window, and the last one evaluated. */
  #lastEnd = Number.NaN;
  #through = Number.NaN;

  /** `isStale`: whether an evaluation at that event time comes too late to fire. */
  constructor(
    rules: readonly AlertRule[],
    figures: WindowFigures,
    onChange: (transition: Transition) => void,
    isStale: (time: number) => boolean = () => false
  ) {
    this.rules = rules;
    this.#onChange = onChange;
    this.#isStale = isStale;
    this.#alerts = rules.map(() => []);
    this.#figures = figures;
    this.#stands = rules.some((rule) => readsAny(rule, figures.standing ?? []));
    const scope = scopeOf(figures);
    this.#conditions = rules.map((rule) => conditionOf(rule, scope));
  }

  /** The present state of a rule for a key; undefined for keys not known yet. */
  alert(rule: number, slot: number): Alert | undefined {
    return this.#alerts[rule]![slot];
  }

  /** Slots of the keys known, in order of first window. */
  get known(): readonly number[] {
    return this.#known;
  }

  /**
   * Evaluates every rule at `end`, where the keys `slots` have windows from `starts`. `grid` is the
   * distance between window ends and the size of a window; null for sessions, whose ends lie on none.
   */
  evaluate(
    end: number,
    starts: readonly number[],
    slots: readonly number[],
    grid: { readonly slide: number; readonly size: number } | null
  ): void {
    if (this.rules.length === 0) return;
    if (grid) this.#silentEnds(end, grid);
    this.#lastEnd = this.#through = end;
    this.#learn(end, slots);
    this.#rowOf.fill(-1);
    slots.forEach((slot, row) => (this.#rowOf[slot] = row));
    this.#evaluateAll(end, (row) => (row < 0 ? end - (grid?.size ?? 0) : starts[row]!));
  }

  /** No window ends by `time` that is not evaluated: evaluates the ends that passed without any. */
  reach(time: number, grid: { readonly slide: number; readonly size: number }): void {
    if (this.rules.length === 0 || Number.isNaN(this.#lastEnd)) return;
    const last = Math.floor((time - grid.size) / grid.slide) * grid.slide + grid.size;
    this.#silentEnds(last + grid.slide, grid);
  }

  /**
   * Whether every rule is at rest for a key, and none has to say yet that it is silent; `orSilent`: also where one does,
   * or will, and says nothing more.
   */
  isAtRest(slot: number, orSilent: boolean): boolean {
    return this.#alerts.every((alerts, rule) => {
      const alert = alerts[slot];
      if (!alert) return true;
      if (alert.state === 'inactive') return orSilent || this.rules[rule]!.noData === null;
      return orSilent && alert.state === 'no_data';
    });
  }

  /** Keys are not known any more: what is said of their silence ends. */
  forget(slots: readonly number[]): void {
    const time = this.#through;
    for (const [rule, alerts] of this.#alerts.entries()) {
      for (const slot of slots) {
        const alert = alerts[slot];
        if (alert && alert.state !== 'inactive') {
          const { lastData: from } = alert;
          this.#onChange({
            time,
            rule,
            slot,
            state: 'inactive',
            value: Number.NaN,
            from,
            to: time
          });
        }
        alerts[slot] = undefined;
      }
    }
    const gone = new Set(slots);
    this.#known = this.#known.filter((slot) => !gone.has(slot));
  }

  snapshot(): AlertBoardSnapshot {
    return {
      known: [...this.#known],
      lastEnd: this.#lastEnd,
      through: this.#through,
      alerts: this.#alerts.map((alerts) => packAlerts(this.#known.map((slot) => alerts[slot]!)))
    };
  }

  restore({ known, lastEnd, through, alerts }: AlertBoardSnapshot): void {
    this.#known = [...known];
    this.#lastEnd = lastEnd;
    this.#through = through;
    for (const [rule, packed] of alerts.entries()) {
      const ofRule = this.#alerts[rule]!;
      ofRule.length = 0;
      for (const [i, alert] of unpackAlerts(packed).entries()) ofRule[known[i]!] = alert;
    }
    this.#rowOf = new Int32Array(Math.max(64, 2 * (known.reduce((a, b) => Math.max(a, b), 0) + 1)));
  }

  #silentEnds(until: number, { slide, size }: { slide: number; size: number }): void {
    const patience = Math.max(...this.rules.map((rule) => Math.max(rule.keep, rule.noData ?? 0)));
    const looked = this.#stands ? Math.max(patience, mostSilentEnds * slide) : patience;
    const last = Math.min(until - slide, this.#lastEnd + looked + slide);
    this.#rowOf.fill(-1);
    for (let end = this.#through + slide; end <= last; end += slide) {
      this.#evaluateAll(end, () => end - size);
      this.#through = end;
    }
  }

  #learn(end: number, slots: readonly number[]): void {
    const alerts = this.#alerts[0]!;
    for (const slot of slots) {
      if (alerts[slot]) continue;
      for (const ofRule of this.#alerts) ofRule[slot] = newAlert(end);
      this.#known.push(slot);
    }
    const top = slots.reduce((most, slot) => Math.max(most, slot), -1);
    if (top >= this.#rowOf.length) this.#rowOf = new Int32Array(Math.max(64, (top + 1) * 2));
  }

  #evaluateAll(time: number, startOf: (row: number) => number): void {
    const stale = this.#isStale(time);
    this.#figures.evaluate?.(time);
    for (let rule = 0; rule < this.rules.length; rule++) {
      const timing = this.rules[rule]!;
      const { when, recover, value } = this.#conditions[rule]!;
      const alerts = this.#alerts[rule]!;
      for (const slot of this.#known) {
        const place = this.#rowOf[slot] ?? -1;
        const row = place < 0 ? ~slot : place;
        const alert = alerts[slot]!;
        const silentSince = alert.lastData;
        const counts = alert.course === 'firing' && recover ? recover : when;
        const state = evaluateAlert(alert, timing, {
          time,
          from: startOf(row),
          hasData: row >= 0,
          when: holds(when.at(row)),
          recovered: recover ? holds(recover.at(row)) : null,
          failed: row >= 0 && counts.fails(row),
          stale
        });
        if (state === null) continue;
        const from = evidenceFrom(alert, startOf(row), silentSince);
        this.#onChange({ time, rule, slot, state, value: value(row), from, to: time });
      }
    }
  }
}

/** The start of what a transition stands on: the window in error, the silence, or all windows since the condition began to hold. */
function evidenceFrom(alert: Alert, start: number, silentSince: number): number {
  if (alert.state === 'error' || alert.state === 'unknown') return start;
  return alert.state === 'no_data' || Number.isNaN(alert.activeFrom)
    ? silentSince
    : alert.activeFrom;
}

function readsAny({ when, recover }: AlertRule, names: readonly string[]): boolean {
  const read = [when, recover ?? 'true'].flatMap((text) => namesOf(parseExpression(text)));
  return read.some((name) => names.some((n) => n.toLowerCase() === name.toLowerCase()));
}

function conditionOf(rule: AlertRule, scope: Scope): Condition {
  const when = parseExpression(rule.when);
  return {
    when: compiled(when, scope),
    recover: rule.recover === null ? null : compiled(parseExpression(rule.recover), scope),
    value: compile(subjectOf(when), scope)
  };
}

function compiled(condition: Expression, scope: Scope): Compiled {
  const at = compile(condition, scope);
  const inputs = namesOf(condition).map((name) => scope.number(name));
  const fails = (row: number) =>
    Number.isNaN(at(row)) && inputs.every((input) => !Number.isNaN(input(row)));
  return { at, fails };
}

/** What a condition is about: the side of its first comparison that is not a bound. */
function subjectOf(expression: Expression): Expression {
  if (expression.kind === 'unary' && expression.op === 'not') return subjectOf(expression.of);
  if (expression.kind !== 'binary') return expression;
  if (expression.op === 'and' || expression.op === 'or') return subjectOf(expression.left);
  if ('+-*/'.includes(expression.op)) return expression;
  return expression.left.kind === 'number' ? expression.right : expression.left;
}

function scopeOf(figures: WindowFigures): Scope {
  return {
    number(name) {
      const known = figures.names.find((n) => n.toLowerCase() === name.toLowerCase());
      if (known === undefined) {
        const all = figures.names.join(', ');
        throw fail('live.name', { name, nearest: nearest(name, figures.names), known: all });
      }
      return figures.at(known);
    },
    text(name) {
      throw fail('live.text-number', { column: name });
    }
  };
}

/** Reads the conditions of rules against the names they may use; fails with a problem as the run would. */
export function checkRule(rule: AlertRule, names: readonly string[]): void {
  conditionOf(rule, scopeOf({ names, at: () => () => Number.NaN }));
}
