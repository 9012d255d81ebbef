import { ProblemError, type Problem, type Span } from '#lib/base/problem.ts';
import { problem } from '#lib/problems/index.ts';
import { firstUneven, stepsBetween, type Frequency } from './frequency.ts';
import { formatTime, type Panel, type Series } from './panel.ts';

/** The first thing that keeps a series from being one value per equal step of time; null if nothing does. Without a frequency, steps may be unequal. */
export function faultOf(
  series: Series,
  panel: Panel,
  frequency: Frequency | null,
  value: string,
  span?: Span
): Problem | null {
  const name = nameOf(series);
  const show = (time: number) => formatTime(time, panel.timeType);
  const { times, values } = series;
  const noTime = times.findIndex((time) => Number.isNaN(time));
  if (noTime >= 0) {
    const count = times.length - noTime;
    return problem('demand.missing-time', { series: name, column: panel.time, count }, span);
  }
  for (let i = 1; i < times.length; i++) {
    if (times[i] === times[i - 1]) {
      const by = [...panel.by, panel.time].join(', ');
      return problem(
        'demand.duplicate-time',
        { series: name, time: show(times[i]!), by, value },
        span
      );
    }
  }
  const uneven = frequency ? firstUneven(times, frequency) : -1;
  if (frequency && uneven >= 0) {
    const [from, to] = [times[uneven - 1]!, times[uneven]!];
    const steps = stepsBetween(from, to, frequency);
    const between = { series: name, from: show(from), to: show(to), frequency: frequency.name };
    if (!Number.isInteger(steps) || steps < 2) return problem('demand.uneven-step', between, span);
    const remedy = completeStep(panel, frequency, value);
    return problem('demand.gap', { ...between, missing: steps - 1, remedy }, span);
  }
  const missing = values.findIndex((v) => !Number.isFinite(v));
  if (missing >= 0) {
    return problem(
      'demand.missing-value',
      { series: name, column: value, time: show(times[missing]!) },
      span
    );
  }
  return null;
}

/** A panel without its faulty series, and the warning that names them. */
export interface Cleared {
  readonly panel: Panel;
  readonly skipped: number;
  readonly warning: Problem | null;
}

/** Leaves out the series that `judge` finds fault with. If that is all of them, the first fault is thrown. */
export function leaveOutFaulty(
  panel: Panel,
  judge: (series: Series) => Problem | null,
  span?: Span
): Cleared {
  const faults: Problem[] = [];
  const faulty: Series[] = [];
  const series = panel.series.filter((s) => {
    const fault = judge(s);
    if (!fault) return true;
    faults.push(fault);
    faulty.push(s);
    return false;
  });
  const [first] = faults;
  if (!first) return { panel, skipped: 0, warning: null };
  if (series.length === 0) throw new ProblemError(first);
  const params = {
    count: faulty.length,
    total: panel.series.length,
    series: listSeries(faulty),
    detail: `${first.message} ${first.cause ?? ''}`.trim()
  };
  return {
    panel: { ...panel, series },
    skipped: faulty.length,
    warning: problem('demand.series-skipped', params, span)
  };
}

const mostNames = 3;

/** The first few series by name, and how many more. */
export function listSeries(series: readonly Series[]): string {
  const names = series.slice(0, mostNames).map((s) => s.label || nameOf(s).toLowerCase());
  const rest = series.length - names.length;
  return rest > 0 ? `${names.join(', ')} and ${rest} more` : names.join(', ');
}

/** A series as it stands in a sentence. */
export function nameOf(series: Series): string {
  return series.label === '' ? 'The series' : `Series ${series.label}`;
}

const durations: Readonly<Record<string, string>> = { hour: '1h', day: '1d', week: '1w' };

function completeStep(panel: Panel, frequency: Frequency, value: string): string {
  const every = durations[frequency.name] ?? frequency.name;
  const by = panel.by.length === 0 ? '' : `, by: ${list(panel.by)}`;
  return `- complete: { time: ${panel.time}, every: ${every}${by}, fill: { ${value}: 0 } }`;
}

function list(names: readonly string[]): string {
  return names.length === 1 ? names[0]! : `[${names.join(', ')}]`;
}
