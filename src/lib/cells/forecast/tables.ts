import {
  numeric,
  take,
  text,
  vectorOf,
  type Columns,
  type NumericType,
  type Vector
} from '#lib/base/columns.ts';
import { futureTimes } from '#lib/analytics/time/frequency.ts';
import type { Scores } from '#lib/analytics/forecast/metrics.ts';
import type { Panel } from '#lib/analytics/time/panel.ts';
import type { Judged, SeriesResult } from './results.ts';
import type { Settings } from './settings.ts';

export interface TableContext {
  readonly source: Columns;
  readonly panel: Panel;
  readonly settings: Settings;
}

/** Future rows; of the chosen model alone, or of every model. */
export function forecastTable(
  results: readonly SeriesResult[],
  context: TableContext,
  which: 'chosen' | 'all'
): Columns {
  const { panel, settings } = context;
  const { horizon, levels, frequency } = settings;
  const pick = ({ judged, chosen }: SeriesResult) =>
    which === 'all' ? judged : judged.slice(chosen, chosen + 1);
  const rows = results.reduce((sum, r) => sum + pick(r).length * horizon, 0);
  const table = new TableBuilder(context, rows);
  const times = new Float64Array(rows);
  const yhat = new Float64Array(rows);
  const ends = new BandEnds(levels, rows);
  for (const result of results) {
    const future = futureTimes(result.series.times, frequency, horizon);
    for (const judged of pick(result)) {
      const at = table.add(result.series.row, judged.candidate.model, horizon);
      times.set(future, at);
      yhat.set(judged.candidate.forecast.yhat, at);
      ends.set(judged.lower, judged.upper, at);
    }
  }
  return table.build([
    [panel.time, timeVector(times, panel.timeType)],
    ['model', table.models()],
    ['yhat', numeric(yhat)],
    ...ends.columns()
  ]);
}

/** Every training row under every model. */
export function fittedTable(results: readonly SeriesResult[], context: TableContext): Columns {
  const { panel } = context;
  const rows = results.reduce((sum, r) => sum + r.judged.length * r.series.values.length, 0);
  const table = new TableBuilder(context, rows);
  const times = new Float64Array(rows);
  const actual = new Float64Array(rows);
  const fitted = new Float64Array(rows);
  const residual = new Float64Array(rows);
  for (const { series, judged } of results) {
    for (const { candidate } of judged) {
      const at = table.add(series.row, candidate.model, series.values.length);
      times.set(series.times, at);
      actual.set(series.values, at);
      fitted.set(candidate.fitted, at);
      residual.set(candidate.residuals, at);
    }
  }
  return table.build([
    [panel.time, timeVector(times, panel.timeType)],
    ['model', table.models()],
    ['actual', numeric(actual)],
    ['fitted', numeric(fitted)],
    ['residual', numeric(residual)]
  ]);
}

/** Every step from every past origin. */
export function backtestTable(results: readonly SeriesResult[], context: TableContext): Columns {
  const { panel, settings } = context;
  const size = (judged: Judged) => judged.trials.reduce((sum, t) => sum + t.yhat.length, 0);
  const rows = results.reduce(
    (sum, r) => sum + r.judged.reduce((inner, judged) => inner + size(judged), 0),
    0
  );
  const table = new TableBuilder(context, rows);
  const origins = new Float64Array(rows);
  const times = new Float64Array(rows);
  const steps = new Float64Array(rows);
  const actual = new Float64Array(rows);
  const yhat = new Float64Array(rows);
  const ends = new BandEnds(settings.levels, rows);
  for (const { series, judged } of results) {
    for (const { candidate, trials } of judged) {
      for (const trial of trials) {
        const { origin } = trial;
        const count = trial.yhat.length;
        const at = table.add(series.row, candidate.model, count);
        origins.fill(series.times[origin - 1]!, at, at + count);
        times.set(series.times.subarray(origin, origin + count), at);
        for (let h = 0; h < count; h++) steps[at + h] = h + 1;
        actual.set(series.values.subarray(origin, origin + count), at);
        yhat.set(trial.yhat, at);
        ends.set(trial.lower, trial.upper, at);
      }
    }
  }
  return table.build([
    ['origin', timeVector(origins, panel.timeType)],
    [panel.time, timeVector(times, panel.timeType)],
    ['step', numeric(steps, 'integer')],
    ['model', table.models()],
    ['actual', numeric(actual)],
    ['yhat', numeric(yhat)],
    ...ends.columns()
  ]);
}

const measures = ['mase', 'rmsse', 'wape', 'smape', 'bias', 'pinball'] as const;

/** The measures of a list of scores as columns. */
export function scoreColumns(
  scores: readonly Scores[],
  levels: readonly number[]
): (readonly [string, Vector])[] {
  const origins = scores.map((s) => s.origins);
  return [
    ...measures.map((name) => [name, numeric(scores.map((s) => s[name]))] as const),
    ...levels.map(
      (level, l) => [`coverage_${level}`, numeric(scores.map((s) => s.coverage[l]!))] as const
    ),
    ['msis', numeric(scores.map((s) => s.msis))],
    ['origins', numeric(origins, 'integer')]
  ];
}

/** One row per series and model. */
export function scoresTable(results: readonly SeriesResult[], context: TableContext): Columns {
  const { levels } = context.settings;
  const { table, every } = eachModel(results, context);
  const scores = every.map(({ judged }) => judged.scores);
  return table.build([
    ['model', table.models()],
    ...scoreColumns(scores, levels),
    [
      'chosen',
      { type: 'boolean', values: Uint8Array.from(every, (e) => (e.chosen ? 1 : 0)), valid: null }
    ]
  ]);
}

/** One row per series and model: what was fitted. `ms` stays empty: the same notebook gives the same bytes. */
export function modelsTable(results: readonly SeriesResult[], context: TableContext): Columns {
  const { table, every } = eachModel(results, context);
  const fits = every.map(({ judged }) => judged.candidate);
  return table.build([
    ['model', table.models()],
    ['description', text(fits.map((fit) => fit.description))],
    ['parameters', text(fits.map((fit) => JSON.stringify(fit.parameters)))],
    ['log_likelihood', numeric(fits.map((fit) => fit.logLikelihood))],
    ['aicc', numeric(fits.map((fit) => fit.aicc))],
    ['sigma2', numeric(fits.map((fit) => fit.sigma2))],
    ['ms', numeric(fits.map(() => null))],
    ['note', text(fits.map((fit) => fit.note || null))]
  ]);
}

function eachModel(results: readonly SeriesResult[], context: TableContext) {
  const every = results.flatMap(({ series, judged, chosen }) =>
    judged.map((j, i) => ({ series, judged: j, chosen: i === chosen }))
  );
  const table = new TableBuilder(context, every.length);
  for (const { series, judged } of every) table.add(series.row, judged.candidate.model, 1);
  return { table, every };
}

export function timeVector(values: Float64Array, type: NumericType): Vector {
  return { type, values, valid: null };
}

/** Rows in blocks of one series and one model; the key columns are taken from the source at the end. */
export class TableBuilder {
  readonly #context: TableContext;
  readonly #keyRows: Int32Array;
  readonly #models: string[];
  #length = 0;

  constructor(context: TableContext, rows: number) {
    this.#context = context;
    this.#keyRows = new Int32Array(rows);
    this.#models = new Array<string>(rows);
  }

  /** Opens a block of `count` rows and answers where it starts. */
  add(keyRow: number, model: string, count: number): number {
    const at = this.#length;
    this.#keyRows.fill(keyRow, at, at + count);
    this.#models.fill(model, at, at + count);
    this.#length += count;
    return at;
  }

  models(): Vector {
    return text(this.#models);
  }

  build(entries: readonly (readonly [string, Vector])[]): Columns {
    const { source, panel } = this.#context;
    const keys = take(
      {
        length: source.length,
        names: panel.by,
        vectors: panel.by.map((name) => vectorOf(source, name)!)
      },
      this.#keyRows
    );
    return {
      length: this.#length,
      names: [...keys.names, ...entries.map(([name]) => name)],
      vectors: [...keys.vectors, ...entries.map(([, vector]) => vector)]
    };
  }
}

/** The columns lo_80, hi_80, lo_95, hi_95 and their like. */
export class BandEnds {
  readonly #levels: readonly number[];
  readonly #lower: readonly Float64Array[];
  readonly #upper: readonly Float64Array[];

  constructor(levels: readonly number[], rows: number) {
    this.#levels = levels;
    this.#lower = levels.map(() => new Float64Array(rows));
    this.#upper = levels.map(() => new Float64Array(rows));
  }

  set(lower: readonly Float64Array[], upper: readonly Float64Array[], at: number): void {
    for (const l of this.#levels.keys()) {
      this.#lower[l]!.set(lower[l]!, at);
      this.#upper[l]!.set(upper[l]!, at);
    }
  }

  columns(): (readonly [string, Vector])[] {
    return this.#levels.flatMap((level, l) => [
      [`lo_${level}`, numeric(this.#lower[l]!)] as const,
      [`hi_${level}`, numeric(this.#upper[l]!)] as const
    ]);
  }
}
