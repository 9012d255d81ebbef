import { vectorOf, type Columns, type NumericType } from '#lib/base/columns.ts';
import type { Scalar, Span } from '#lib/base/problem.ts';
import { futureTimes } from '#lib/analytics/time/frequency.ts';
import { formatTime, keyLabel, type Panel, type Series } from '#lib/analytics/time/panel.ts';
import type { Cell, RunContext } from '#lib/cells/core/context.ts';
import { readYaml } from '#lib/cells/core/yaml.ts';
import { problem } from '#lib/problems/index.ts';
import { readEntry, type Entry } from './override-entry.ts';
import type { SeriesResult } from './results.ts';
import type { ForecastConfig } from './settings.ts';
import type { TableContext } from './tables.ts';

/** One step of one series with the value that people put in its place. */
export interface Overridden {
  /** 0 is the first row: to come for overrides, of the history for adjustments. */
  readonly step: number;
  readonly value: number;
  readonly note: string | null;
}

/** History before it was adjusted, and how it was. */
export interface AdjustedHistory {
  readonly values: Float64Array;
  readonly changes: readonly Overridden[];
}

/** What people put in the place of the chosen forecasts, for each series in order of steps. */
export function overridden(
  cell: Cell<ForecastConfig>,
  results: readonly SeriesResult[],
  { panel, source, settings }: TableContext,
  ctx: RunContext
): Overridden[][] {
  const series = results.map((result) => result.series);
  const steps: Steps = {
    what: 'override',
    labels: labelsOf(series, panel, source),
    times: series.map(({ times }) => futureTimes(times, settings.frequency, settings.horizon)),
    values: results.map(({ judged, chosen }) => judged[chosen]!.candidate.forecast.yhat),
    by: panel.by,
    timeType: panel.timeType
  };
  return changesOf(cell, 'overrides', steps, ctx);
}

/** The history that models learn from, with `adjustments` in the place of what came; and, by key row, what came. */
export function adjustHistory(
  cell: Cell<ForecastConfig>,
  panel: Panel,
  source: Columns,
  ctx: RunContext
): { readonly panel: Panel; readonly before: ReadonlyMap<number, AdjustedHistory> } {
  const before = new Map<number, AdjustedHistory>();
  if (!cell.config.adjustments?.length) return { panel, before };
  const steps: Steps = {
    what: 'adjustment',
    labels: labelsOf(panel.series, panel, source),
    times: panel.series.map(({ times }) => times),
    values: panel.series.map(({ values }) => values),
    by: panel.by,
    timeType: panel.timeType
  };
  const changed = changesOf(cell, 'adjustments', steps, ctx);
  const series = panel.series.map((own, i) => {
    const changes = changed[i]!;
    if (changes.length === 0) return own;
    before.set(own.row, { values: own.values, changes });
    const values = own.values.slice();
    for (const { step, value } of changes) values[step] = value;
    return { ...own, values };
  });
  return { panel: { ...panel, series }, before };
}

/** Rows of every series that entries may change, with what they hold. */
interface Steps {
  readonly what: 'override' | 'adjustment';
  readonly labels: readonly (readonly string[])[];
  readonly times: readonly Float64Array[];
  readonly values: readonly Float64Array[];
  readonly by: readonly string[];
  readonly timeType: NumericType;
}

/**
 * Entries take effect in the order they are written: a value replaces, a factor multiplies what is there by then.
 * One that meets no series or no step is a warning on its line.
 */
function changesOf(
  cell: Cell<ForecastConfig>,
  key: 'overrides' | 'adjustments',
  steps: Steps,
  ctx: RunContext
): Overridden[][] {
  const entries = cell.config[key] ?? [];
  const plans = steps.labels.map(() => new Map<number, Overridden>());
  if (entries.length === 0) return plans.map(() => []);
  const tree = readYaml(cell.body, cell.params);
  const list = Array.isArray(tree.value?.[key]);
  entries.forEach((item, e) => {
    const span = tree.spanOf(list ? [key, e] : [key]);
    const entry = entryOf(item, steps, span, ctx);
    if (entry) apply(entry, steps, plans, span, ctx);
  });
  return plans.map((plan) => [...plan.values()].sort((a, b) => a.step - b.step));
}

function entryOf(
  item: Readonly<Record<string, Scalar>>,
  { what, by, timeType }: Steps,
  span: Span | undefined,
  ctx: RunContext
): Entry | null {
  const read = readEntry(item, by, timeType);
  if (typeof read !== 'string') return read;
  const keys = by.map((name) => `${name}: …, `).join('');
  ctx.warn(problem('forecast.override-shape', { what, detail: read, by: keys }, span));
  return null;
}

function apply(
  entry: Entry,
  steps: Steps,
  plans: readonly Map<number, Overridden>[],
  span: Span | undefined,
  ctx: RunContext
): void {
  const { what, labels, times, values, by, timeType } = steps;
  const meant = labels.flatMap((own, i) =>
    own.every((label, k) => entry.keys[k] === null || entry.keys[k] === label) ? [i] : []
  );
  if (meant.length === 0) {
    const key = by
      .flatMap((name, k) => (entry.keys[k] === null ? [] : [`\`${name}: ${entry.keys[k]}\``]))
      .join(', ');
    ctx.warn(problem('forecast.override-series', { what, key, known: by.join(', ') }, span));
    return;
  }
  let met = false;
  let [first, last] = [Infinity, -Infinity];
  for (const i of meant) {
    times[i]!.forEach((time, step) => {
      [first, last] = [Math.min(first, time), Math.max(last, time)];
      if (time < entry.from || time > entry.to) return;
      met = true;
      const before = plans[i]!.get(step);
      const value = entry.change(before?.value ?? values[i]![step]!);
      const note = [before?.note, entry.note].filter(Boolean).join('; ') || null;
      plans[i]!.set(step, { step, value, note });
    });
  }
  if (met) return;
  const [from, to] = [formatTime(first, timeType), formatTime(last, timeType)];
  const params = { what, time: entry.words, first: from, last: to };
  ctx.warn(problem('forecast.override-time', params, span));
}

/** The `by` values of each series in words, one a column. */
function labelsOf(
  series: readonly Series[],
  { by }: Panel,
  source: Columns
): readonly (readonly string[])[] {
  const keys = by.map((name) => vectorOf(source, name)!);
  return series.map(({ row }) => keys.map((key) => keyLabel([key], row)));
}
