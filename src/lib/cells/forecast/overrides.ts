import { vectorOf } from '#lib/base/columns.ts';
import type { Scalar, Span } from '#lib/base/problem.ts';
import { futureTimes } from '#lib/analytics/time/frequency.ts';
import { formatTime, keyLabel } from '#lib/analytics/time/panel.ts';
import type { Cell, RunContext } from '#lib/cells/core/context.ts';
import { readYaml } from '#lib/cells/core/yaml.ts';
import { problem } from '#lib/problems/index.ts';
import { readEntry, type Entry } from './override-entry.ts';
import type { SeriesResult } from './results.ts';
import type { ForecastConfig } from './settings.ts';
import type { TableContext } from './tables.ts';

/** One step ahead of one series with the value that stands in for its forecast. */
export interface Overridden {
  /** 0 is the first row to come. */
  readonly step: number;
  readonly value: number;
  readonly note: string | null;
}

/**
 * What people put in the place of the chosen forecasts, for each series in order of steps. Entries take effect
 * in the order they are written: a value replaces, a factor multiplies what is there by then. An entry that meets
 * no series or no step is a warning on its line.
 */
export function overridden(
  cell: Cell<ForecastConfig>,
  results: readonly SeriesResult[],
  context: TableContext,
  ctx: RunContext
): Overridden[][] {
  const entries = cell.config.overrides ?? [];
  const plans = results.map(() => new Map<number, Overridden>());
  if (entries.length === 0) return plans.map(() => []);
  const tree = readYaml(cell.body, cell.params);
  const labels = labelsOf(results, context);
  const ahead = results.map(({ series }) =>
    futureTimes(series.times, context.settings.frequency, context.settings.horizon)
  );
  entries.forEach((item, e) => {
    const list = Array.isArray(tree.value?.['overrides']);
    const span = tree.spanOf(list ? ['overrides', e] : ['overrides']);
    const entry = entryOf(item, context, span, ctx);
    if (entry) apply(entry, { plans, labels, ahead, results, context, span }, ctx);
  });
  return plans.map((plan) => [...plan.values()].sort((a, b) => a.step - b.step));
}

function entryOf(
  item: Readonly<Record<string, Scalar>>,
  { panel }: TableContext,
  span: Span | undefined,
  ctx: RunContext
): Entry | null {
  const read = readEntry(item, panel.by, panel.timeType);
  if (typeof read !== 'string') return read;
  const by = panel.by.map((name) => `${name}: …, `).join('');
  ctx.warn(problem('forecast.override-shape', { detail: read, by }, span));
  return null;
}

interface Ground {
  readonly plans: readonly Map<number, Overridden>[];
  readonly labels: readonly (readonly string[])[];
  readonly ahead: readonly Float64Array[];
  readonly results: readonly SeriesResult[];
  readonly context: TableContext;
  readonly span: Span | undefined;
}

function apply(entry: Entry, ground: Ground, ctx: RunContext): void {
  const { plans, labels, ahead, results, context, span } = ground;
  const { by, timeType } = context.panel;
  const meant = labels.flatMap((own, i) =>
    own.every((label, k) => entry.keys[k] === null || entry.keys[k] === label) ? [i] : []
  );
  if (meant.length === 0) {
    const key = by
      .flatMap((name, k) => (entry.keys[k] === null ? [] : [`\`${name}: ${entry.keys[k]}\``]))
      .join(', ');
    const known = by.join(', ');
    ctx.warn(problem('forecast.override-series', { key, known }, span));
    return;
  }
  let met = false;
  for (const i of meant) {
    const { yhat } = results[i]!.judged[results[i]!.chosen]!.candidate.forecast;
    ahead[i]!.forEach((time, step) => {
      if (time < entry.from || time > entry.to) return;
      met = true;
      const before = plans[i]!.get(step);
      const value = entry.change(before?.value ?? yhat[step]!);
      const note = [before?.note, entry.note].filter(Boolean).join('; ') || null;
      plans[i]!.set(step, { step, value, note });
    });
  }
  if (met) return;
  const words = (time: number) => formatTime(time, timeType);
  const steps = meant.flatMap((i) => [...ahead[i]!]);
  const [first, last] = [Math.min(...steps), Math.max(...steps)];
  const time = entry.words;
  ctx.warn(
    problem('forecast.override-time', { time, first: words(first), last: words(last) }, span)
  );
}

/** The `by` values of each series in words, one a column. */
function labelsOf(
  results: readonly SeriesResult[],
  { source, panel }: TableContext
): readonly (readonly string[])[] {
  const keys = panel.by.map((name) => vectorOf(source, name)!);
  return results.map(({ series }) => keys.map((key) => keyLabel([key], series.row)));
}
