import { isMissing, valueAt, vectorOf, type Columns, type Vector } from '#lib/base/columns.ts';
import type { Problem } from '#lib/base/problem.ts';
import type { Regressors } from '#lib/analytics/forecast/model.ts';
import type { StaticFact } from '#lib/analytics/forecast/network-facts.ts';
import { leaveOutFaulty, nameOf } from '#lib/analytics/time/faults.ts';
import { futureTimes } from '#lib/analytics/time/frequency.ts';
import {
  columnOf,
  formatTime,
  isNumeric,
  type Panel,
  type Series,
  type SpanOf
} from '#lib/analytics/time/panel.ts';
import type { Cell, RunContext, Tables } from '#lib/cells/core/context.ts';
import { spansOf } from '#lib/cells/core/span.ts';
import { fail, problem } from '#lib/problems/index.ts';
import type { ForecastConfig, Settings } from './settings.ts';
import { readStatics } from './statics.ts';

/** Models that learn from regressors, or choose or combine some that do. */
const readers: readonly string[] = ['auto', 'arima', 'sarima', 'regression', 'ensemble', 'lstm'];

export function readsRegressors(models: readonly string[]): boolean {
  return models.some((name) => readers.includes(name));
}

/** The series whose regressors are known in full, and what they are. Without any that a model reads, that is every series, and nothing. */
export interface Explained {
  readonly panel: Panel;
  readonly regressors: ReadonlyMap<Series, Regressors>;
  /** For the network, in the order of the panel. */
  readonly statics: readonly StaticFact[];
  readonly skipped: number;
}

/** Reads a regressor at a row; NaN where it is missing. */
type Reading = (row: number) => number;

/** What explains the series: regressors row by row, and columns that say one thing of each. */
export function readExplained(
  cell: Cell<ForecastConfig>,
  inputs: Tables,
  panel: Panel,
  settings: Settings,
  ctx: RunContext
): Explained {
  const found = readRegressors(cell, inputs, panel, settings, ctx);
  const statics = readStatics(cell, inputs[cell.config.source]!, found.panel, settings);
  return { ...found, statics };
}

/**
 * Takes the regressors of the training rows from the source and those of the horizon from the `future` relation, whose
 * rows are found by time and those of the `by` columns it has. A series with a gap in either is left out with a
 * warning that says what is missing where; if that is every series, the first gap is a problem.
 */
function readRegressors(
  cell: Cell<ForecastConfig>,
  inputs: Tables,
  panel: Panel,
  settings: Settings,
  ctx: RunContext
): Omit<Explained, 'statics'> {
  const { config } = cell;
  const names = [...new Set(config.regressors ?? [])];
  if (names.length === 0 || !readsRegressors(settings.names)) {
    return { panel, regressors: new Map(), skipped: 0 };
  }
  const spanOf = spansOf(cell);
  const { horizon, frequency } = settings;
  if (names.includes(config.value)) {
    throw fail('forecast.regressor-is-value', { column: config.value }, spanOf('regressors'));
  }
  if (config.future === undefined) {
    const columns = [...panel.by, panel.time, ...names].join(', ');
    throw fail('forecast.no-future', { columns, horizon }, spanOf('regressors'));
  }
  const past = readings(inputs[config.source]!, config.source, names, 'regressors', spanOf);
  const ahead = underNamesOf(inputs[config.future]!, [...panel.by, panel.time, ...names]);
  const future = readings(ahead, config.future, names, 'future', spanOf);
  const rowOf = futureRows(ahead, config.future, panel, inputs[config.source]!, spanOf);
  const found = new Map<Series, Regressors>();

  const judge = (series: Series): Problem | null => {
    const times = futureTimes(series.times, frequency, horizon);
    const rows = Int32Array.from(times, (time) => rowOf(series, time));
    const { length } = series.rows;
    const absent = rows.filter((row) => row < 0).length;
    if (absent > 0) {
      const time = formatTime(times[rows.indexOf(-1)]!, panel.timeType);
      const params = { series: nameOf(series), relation: config.future!, time, absent, horizon };
      return problem('forecast.future-rows', params, spanOf('future'));
    }
    const columns = names.map((_, k) => {
      const column = new Float64Array(length + horizon);
      for (let t = 0; t < length; t++) column[t] = past[k]!(series.rows[t]!);
      for (let h = 0; h < horizon; h++) column[length + h] = future[k]!(rows[h]!);
      return column;
    });
    for (const [k, column] of columns.entries()) {
      const gap = column.findIndex((value) => !Number.isFinite(value));
      if (gap < 0) continue;
      const time = formatTime(
        gap < length ? series.times[gap]! : times[gap - length]!,
        panel.timeType
      );
      const relation = gap < length ? config.source : config.future!;
      const params = { series: nameOf(series), column: names[k]!, relation, time };
      return problem('forecast.regressor-missing', params, spanOf('regressors'));
    }
    found.set(series, { names, columns });
    return null;
  };
  const cleared = leaveOutFaulty(panel, judge, spanOf('future'));
  if (cleared.warning) ctx.warn(cleared.warning);
  return { panel: cleared.panel, regressors: found, skipped: cleared.skipped };
}

function readings(
  table: Columns,
  relation: string,
  names: readonly string[],
  key: string,
  spanOf: SpanOf
): Reading[] {
  return names.map((name) => {
    const vector = columnOf(table, relation, name, key, spanOf);
    const reading = readingOf(vector);
    if (reading) return reading;
    const params = { column: name, relation, type: vector.type };
    throw fail('forecast.regressor-type', params, spanOf(key));
  });
}

/** Numbers as they are, true as 1; a date says that the row has one, such as a holiday. */
function readingOf(vector: Vector): Reading | null {
  switch (vector.type) {
    case 'text':
    case 'other':
      return null;
    case 'date':
    case 'timestamp':
      return (row) => (isMissing(vector, row) ? 0 : 1);
    default:
      return (row) => (isMissing(vector, row) ? Number.NaN : vector.values[row]!);
  }
}

/** Finds the row of a series and a time; −1 if there is none. A relation without any `by` column holds for every series. */
function futureRows(
  table: Columns,
  relation: string,
  panel: Panel,
  source: Columns,
  spanOf: SpanOf
): (series: Series, time: number) => number {
  const times = columnOf(table, relation, panel.time, 'future', spanOf);
  if (!isNumeric(times)) {
    throw fail('demand.time-type', { column: panel.time, type: times.type }, spanOf('future'));
  }
  const by = panel.by.filter((name) => table.names.includes(name));
  const here = by.map((name) => vectorOf(table, name)!);
  const there = by.map((name) => vectorOf(source, name)!);
  const rows = new Map<string, Map<number, number>>();
  for (let row = 0; row < table.length; row++) {
    if (isMissing(times, row)) continue;
    const key = keyAt(here, row);
    const own = rows.get(key) ?? new Map<number, number>();
    rows.set(key, own);
    const time = times.values[row]!;
    if (own.has(time)) {
      const shown = formatTime(time, panel.timeType);
      throw fail('forecast.future-twice', { relation, time: shown }, spanOf('future'));
    }
    own.set(time, row);
  }
  return (series, time) => rows.get(keyAt(there, series.row))?.get(time) ?? -1;
}

function keyAt(keys: readonly Vector[], row: number): string {
  return JSON.stringify(keys.map((key) => valueAt(key, row)));
}

/** Columns under the names asked for: SQL does not tell upper from lower case. */
function underNamesOf(table: Columns, wanted: readonly string[]): Columns {
  const byLower = new Map(wanted.map((name) => [name.toLowerCase(), name]));
  return { ...table, names: table.names.map((name) => byLower.get(name.toLowerCase()) ?? name) };
}
