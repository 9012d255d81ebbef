import type * as v from 'valibot';
import { checkRule, type AlertRule } from '#lib/analytics/stream/alert-board.ts';
import { defaultMethod, type DetectorSpec } from '#lib/analytics/stream/detect.ts';
import { methods } from '#lib/analytics/stream/detectors/methods.ts';
import { parseMeasures, relationsOf, type MeasurePlan } from '#lib/analytics/stream/measures.ts';
import type { Inhibition, Silence } from '#lib/analytics/stream/notify/mute.ts';
import { keysNamed } from '#lib/analytics/stream/supply/calls.ts';
import { figureNamesOf } from '#lib/analytics/stream/window-judge.ts';
import type { WindowSpec } from '#lib/analytics/stream/windows.ts';
import { parseDuration } from '#lib/base/duration.ts';
import { nearest } from '#lib/base/nearest.ts';
import { ProblemError, type Problem, type Span } from '#lib/base/problem.ts';
import { fail, problem } from '#lib/problems/index.ts';
import { shapedBody } from '../core/body.ts';
import type { YamlTree } from '../core/yaml.ts';
import { inhibitionOf, notifyOf, silenceOf, type NotifyConfig } from './notify-config.ts';
import type { Publishing } from './publish.ts';
import { monitorSchema } from './schema.ts';

/** A rule with what a person needs to act on it. */
export interface MonitorRule extends AlertRule {
  readonly severity: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly groupBy: readonly string[];
}

export interface MonitorConfig {
  readonly stream: string;
  readonly by: readonly string[];
  readonly window: WindowSpec;
  readonly measures: MeasurePlan;
  readonly detectors: readonly DetectorSpec[];
  readonly rules: readonly MonitorRule[];
  readonly silences: readonly Silence[];
  readonly inhibit: readonly Inhibition[];
  readonly notify: NotifyConfig;
  /** null: the stream's own. */
  readonly time: string | null;
  readonly disorder: number | 'auto' | null;
  readonly lateness: number | null;
  /** Which figures detectors and rules see where there is a lateness. */
  readonly judge: 'first' | 'final';
  /** Bounds of the keys known, milliseconds of event time; null: not stated. */
  readonly retain: {
    readonly idle: number | null;
    readonly keys: number | null;
    readonly rows: number | null;
    readonly age: number | null;
  };
  /** How long after its end, by the clock, a window may close and alerts still fire; null: any time. */
  readonly stale: number | null;
  readonly publish?: Publishing;
}

type Raw = v.InferOutput<typeof monitorSchema>;
type Path = readonly (string | number)[];

const week = 604_800_000;
const defaultHistory = 30;

/** The relations that measures read besides the stream, each once. */
export function measuredWith({ measures }: MonitorConfig): string[] {
  return relationsOf(measures);
}

/** The forecast relations that detectors compare with, each once. */
export function forecastsOf({ detectors }: MonitorConfig): string[] {
  return [...new Set(detectors.flatMap(({ forecast }) => forecast ?? []))];
}

export const monitorBody = shapedBody(monitorSchema, shape);

/** Judges the keys against each other; each part that cannot stand gives a problem at its place, and the rest is still judged. */
function shape(raw: Raw, tree: YamlTree): { config: MonitorConfig | null; problems: Problem[] } {
  const problems: Problem[] = [];
  const attempt = <T>(path: Path, make: () => T): T | null => {
    try {
      return make();
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      const span: Span | undefined = error.problem.span ?? tree.spanOf(path);
      problems.push({ ...error.problem, ...(span ? { span } : {}) });
      return null;
    }
  };
  const by = raw.by ?? [];
  const window = attempt(['window'], () => windowOf(raw.window));
  const measures = attempt(['measures'], () => measuresOf(raw, by, window));
  if (!window || !measures) return { config: null, problems };
  const names = measures.measures.map((m) => m.name);
  const detectors = (raw.detect ?? []).map((detect, i) =>
    attempt(['detect', i], () => detectorOf(detect, names, window))
  );
  const figures = figureNamesOf({ measures });
  const rules = (raw.alerts ?? []).map((alert, i) =>
    attempt(['alerts', i], () => {
      const rule = ruleOf(alert);
      if (raw.alerts!.findIndex((a) => a.name === alert.name) !== i)
        throw fail('live.duplicate-name', { name: alert.name, what: 'Alerts' });
      checkRule(rule, figures);
      return rule;
    })
  );
  const ruleNames = rules.flatMap((rule) => rule?.name ?? []);
  const silences = (raw.silences ?? []).map((silence, i) => {
    if (silence.alert !== undefined && !ruleNames.includes(silence.alert)) {
      const known = ruleNames.join(', ');
      problems.push(
        problem('live.silence', { alert: silence.alert, known }, tree.spanOf(['silences', i]))
      );
    }
    return attempt(['silences', i], () => silenceOf(silence, by));
  });
  const inhibit = (raw.inhibit ?? []).map((rule, i) =>
    attempt(['inhibit', i], () => inhibitionOf(rule, ruleNames, by))
  );
  const notify = attempt(['notify'], () => notifyOf(raw.notify ?? {}));
  if (!notify || [...detectors, ...rules, ...silences, ...inhibit].includes(null))
    return { config: null, problems };
  return {
    config: {
      stream: raw.stream,
      by,
      window,
      measures,
      detectors: detectors.flatMap((d) => d ?? []),
      rules: rules.flatMap((r) => r ?? []),
      silences: silences.flatMap((s) => s ?? []),
      inhibit: inhibit.flatMap((r) => r ?? []),
      notify,
      time: raw.time ?? null,
      disorder: raw.disorder ?? null,
      lateness: raw.lateness ?? null,
      judge: raw.judge ?? 'final',
      retain: {
        idle: raw.retain?.idle ?? null,
        keys: raw.retain?.keys ?? null,
        rows: raw.retain?.rows ?? null,
        age: raw.retain?.age ?? null
      },
      stale: raw.stale ?? null,
      ...(raw.publish ? { publish: raw.publish } : {})
    },
    problems
  };
}

function windowOf({ size, slide, session }: Raw['window']): WindowSpec {
  const refuse = (detail: string, remedy: string) => fail('live.window', { detail, remedy });
  const isWhole = (ms: number) => Number.isInteger(ms) && ms > 0;
  if (session !== undefined) {
    if (size !== undefined || slide !== undefined)
      throw refuse('A session has neither size nor slide.', 'Keep `session` alone, or `size`.');
    if (!isWhole(session)) throw refuse('A session gap is at least 1ms.', 'Write `session: 30m`.');
    return { kind: 'session', gap: session };
  }
  if (size === undefined) throw refuse('The window has no size.', 'Write `window: { size: 1h }`.');
  if (!isWhole(size) || (slide !== undefined && !isWhole(slide)))
    throw refuse('A window is at least 1ms, in whole milliseconds.', 'Write `size: 1h`.');
  return { kind: 'grid', size, slide: slide ?? size };
}

function measuresOf(raw: Raw, by: readonly string[], window: WindowSpec | null): MeasurePlan {
  const texts = rejoined(raw.measures ?? { events: 'count()' });
  const clash = by.find((name) => reservedNames(raw).includes(name.toLowerCase()));
  if (clash !== undefined)
    throw fail('live.duplicate-name', { name: clash, what: 'Keys and what a monitor writes' });
  const taken = ['window_start', 'window_end', ...by].map((name) => name.toLowerCase());
  for (const name of Object.keys(texts)) {
    if (taken.includes(name.toLowerCase()))
      throw fail('live.duplicate-name', { name, what: 'Keys and measures' });
    taken.push(name.toLowerCase());
  }
  const plan = parseMeasures(texts);
  const strange = plan.carried
    .flatMap(keysNamed)
    .find((name) => !by.some((key) => key.toLowerCase() === name.toLowerCase()));
  if (strange !== undefined) {
    throw fail('config.combination', {
      detail: `\`${strange}\` is no key of this monitor, so it tells no feeds apart.`,
      remedy: 'Name columns of `by`, or none for all events together.'
    });
  }
  if (window?.kind === 'session' && plan.carried.some(({ name }) => name === 'cover')) {
    throw fail('config.combination', {
      detail: '`cover` learns demand in steps, so it needs windows of a fixed length.',
      remedy: 'Use a window with a size.'
    });
  }
  return plan;
}

/** Column names that the tables in use have besides the keys. */
function reservedNames({ detect, alerts }: Raw): string[] {
  return [
    'window_start',
    'window_end',
    ...(detect ? ['measure', 'value', 'expected', 'lo', 'hi', 'score', 'reason'] : []),
    ...(alerts ? ['time', 'alert', 'state', 'value', 'evidence_from', 'evidence_to'] : [])
  ];
}

/** In braces, YAML cuts `p95: quantile(x, 0.95)` at the comma: the piece that was cut off is a key without a value, and is put back. */
function rejoined(texts: Readonly<Record<string, string>>): Record<string, string> {
  const out: Record<string, string> = {};
  let last = '';
  for (const [name, text] of Object.entries(texts)) {
    const before = out[last] ?? '';
    if (text === '' && before.split('(').length > before.split(')').length) {
      out[last] = `${before}, ${name}`;
    } else {
      out[name] = text;
      last = name;
    }
  }
  return out;
}

function detectorOf(
  detect: NonNullable<Raw['detect']>[number],
  names: readonly string[],
  window: WindowSpec
): DetectorSpec {
  const measure = names.find((name) => name.toLowerCase() === detect.measure.toLowerCase());
  if (measure === undefined) {
    const known = names.join(', ');
    throw fail('live.name', {
      name: detect.measure,
      nearest: nearest(detect.measure, names),
      known
    });
  }
  if (detect.threshold !== undefined && detect.budget !== undefined) {
    throw fail('config.combination', {
      detail: 'A detector has a threshold or a budget, not both.',
      remedy: 'Keep the one you mean.'
    });
  }
  const slide = window.kind === 'grid' ? window.slide : null;
  if (
    slide === null &&
    [detect.budget, detect.season, detect.forecast].some((x) => x !== undefined)
  ) {
    throw fail('config.combination', {
      detail: 'A budget, a season or a forecast needs windows of a fixed length.',
      remedy: 'Use `threshold`, or a window with a size.'
    });
  }
  const method = detect.method ?? (detect.forecast === undefined ? defaultMethod : 'forecast');
  if ((method === 'forecast') !== (detect.forecast !== undefined)) {
    throw fail('config.combination', {
      detail:
        'The method `forecast` and the key `forecast`, which names the forecast, go together.',
      remedy: 'Write `{ measure: units, method: forecast, forecast: NAME }`.'
    });
  }
  if (detect.season !== undefined && methods[method].season === 'none') {
    throw fail('config.combination', {
      detail: `\`${method}\` has no season.`,
      remedy: 'Remove `season`, or use `novelty`, `seasonal`, `robust` or `zscore`.'
    });
  }
  return {
    measure,
    method,
    threshold: detect.threshold ?? null,
    falseAlarms: detect.budget === undefined ? null : (detect.budget * slide!) / week,
    history: detect.history ?? defaultHistory,
    season: detect.season === undefined ? naturalSeason(method) : seasonOf(detect.season, slide!),
    slide: slide ?? Number.NaN,
    refractory: detect.refractory ?? null,
    seed: detect.seed ?? 0,
    forecast: detect.forecast ?? null
  };
}

function naturalSeason(method: DetectorSpec['method']): number | 'auto' {
  return methods[method].season === 'auto' ? 'auto' : 0;
}

function seasonOf(text: string, slide: number): number {
  const windows = /^\d+$/.test(text) ? Number(text) : (parseDuration(text) ?? Number.NaN) / slide;
  if (Number.isInteger(windows) && windows > 1) return windows;
  throw fail('config.combination', {
    detail: `A season of ${text} is not a whole number of windows.`,
    remedy: 'Write how many windows it has, or a duration that windows fill evenly.'
  });
}

function ruleOf(alert: NonNullable<Raw['alerts']>[number]): MonitorRule {
  return {
    name: alert.name,
    when: alert.when,
    recover: alert.recover ?? null,
    hold: alert.for ?? 0,
    keep: alert.keep_firing_for ?? 0,
    noData: alert.no_data ?? null,
    severity: alert.severity ?? alert.labels?.['severity'] ?? null,
    labels: alert.labels ?? {},
    groupBy: alert.group_by ?? []
  };
}
