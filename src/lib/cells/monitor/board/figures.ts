import type { AnomalyReport, MonitorReport } from '../report.ts';
import type { History } from './history.ts';
import { rulesOn } from './levels.ts';

/** What there is to say of a measure: what the worst of its rules says, else what its detector says. */
export type Standing =
  'firing' | 'error' | 'pending' | 'no_data' | 'unknown' | 'anomaly' | 'usual' | 'none';

const worstFirst: readonly Standing[] = [
  'firing',
  'error',
  'pending',
  'no_data',
  'unknown',
  'anomaly',
  'usual',
  'none'
];

/** The worse of several standings. */
export function worst(standings: readonly Standing[]): Standing {
  return worstFirst.find((standing) => standings.includes(standing)) ?? 'none';
}

/** How bad a standing is, for an order with the worst first. */
export function rank(standing: Standing): number {
  return worstFirst.indexOf(standing);
}

export interface Change {
  readonly than: number;
  /** By how much of `than`; null where that is nothing to divide by. */
  readonly share: number | null;
  readonly by: number;
}

/** One measure at one moment. */
export interface Figure {
  readonly measure: string;
  /** The end of the window it is of; NaN where there is none. */
  readonly time: number;
  readonly value: number;
  readonly expected: number;
  /** Against the window before. */
  readonly before: Change | null;
  /** Against the same time a season ago, and how long that is. */
  readonly season: (Change & { readonly ago: number }) | null;
  readonly standing: Standing;
  /** The last values, NaN where windows are missing. */
  readonly spark: Float64Array;
}

const day = 86_400_000;
const sparkWindows = 60;

/** How a measure of a key stands in the last window that ended by `at`. `step` is the distance of windows, or 0. */
export function figureAt(
  history: History,
  measure: string,
  at: number,
  options: { readonly step: number; readonly season: number | null; readonly standing: Standing }
): Figure {
  const index = history.upTo(at);
  const value = history.value(measure, index);
  const { step, season, standing } = options;
  return {
    measure,
    time: history.time(index),
    value,
    expected: history.value(`${measure}|expected`, index),
    before: changeOf(value, history.value(measure, index - 1)),
    season: seasonChange(history, measure, index, season === null ? seasonsOf(step) : [season]),
    standing,
    spark: sparkOf(history, measure, index, step)
  };
}

/** What counts as a season where none is named: the day, then the week; for longer windows the week alone. */
function seasonsOf(step: number): number[] {
  if (step <= 0 || step > day) return [];
  return step === day ? [7 * day] : [day, 7 * day];
}

function seasonChange(
  history: History,
  measure: string,
  index: number,
  seasons: readonly number[]
): Figure['season'] {
  for (const ago of seasons) {
    const then = history.at(history.time(index) - ago);
    const change =
      then < 0 ? null : changeOf(history.value(measure, index), history.value(measure, then));
    if (change) return { ...change, ago };
  }
  return null;
}

function changeOf(value: number, than: number): Change | null {
  if (Number.isNaN(value) || Number.isNaN(than)) return null;
  const by = value - than;
  return { than, by, share: than === 0 ? null : by / Math.abs(than) };
}

function sparkOf(history: History, measure: string, index: number, step: number): Float64Array {
  const out: number[] = [];
  for (let i = Math.max(0, index - sparkWindows + 1); i <= index; i++) {
    if (out.length > 0 && step > 0 && history.time(i) - history.time(i - 1) > 1.5 * step)
      out.push(Number.NaN);
    out.push(history.value(measure, i));
  }
  return Float64Array.from(out);
}

/** The state of each rule for each key at a moment of the past, from its transitions. */
export function statesAt(
  { transitions }: MonitorReport,
  at: number
): {
  readonly alert: string;
  readonly key: string;
  readonly state: string;
  readonly since: number;
}[] {
  const last = new Map<string, { alert: string; key: string; state: string; since: number }>();
  for (const { alert, key, state, time } of transitions) {
    if (time <= at) last.set(`${alert}\n${key}`, { alert, key, state, since: time });
  }
  return [...last.values()].filter(({ state }) => state !== 'inactive' && state !== 'resolved');
}

/** How a measure of a key stands: `at` null is now, else a moment of the past. */
export function standingOf(
  report: MonitorReport,
  of: { readonly key: string; readonly measure: string },
  moment: { readonly at: number | null; readonly window: number }
): Standing {
  const rules = rulesOn(report.rules, of.measure);
  const states = moment.at === null ? report.alerts : statesAt(report, moment.at);
  const own = states
    .filter(({ alert, key }) => key === of.key && rules.has(alert))
    .map(({ state }) => state as Standing);
  const found = anomalyAt(report.anomalies, of, moment.window);
  const judged = report.series.some((s) => s.measure === of.measure && s.expected !== undefined);
  return worst([...own, found ? 'anomaly' : judged ? 'usual' : 'none']);
}

/** The anomaly of a measure of a key in the window that ends at `time`. */
export function anomalyAt(
  anomalies: readonly AnomalyReport[],
  of: { readonly key: string; readonly measure: string },
  time: number
): AnomalyReport | undefined {
  return anomalies.findLast((a) => a.time === time && a.key === of.key && a.measure === of.measure);
}
