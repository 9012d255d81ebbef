import { numeric, take, vectorOf, type Columns, type Vector } from '#lib/base/columns.ts';
import type { Problem } from '#lib/base/problem.ts';
import { ses } from '#lib/analytics/forecast/models/ses.ts';
import { standardDeviation } from '#lib/analytics/stats/descriptive.ts';
import { faultOf, leaveOutFaulty, nameOf } from '#lib/analytics/time/faults.ts';
import { detectFrequency, seasonOf, type Frequency } from '#lib/analytics/time/frequency.ts';
import { readPanel, type Panel, type Series } from '#lib/analytics/time/panel.ts';
import { centredMean, exponentialLevels, trailingAverage } from '#lib/analytics/time/smooth.ts';
import { stl } from '#lib/analytics/time/stl.ts';
import type { ComputeRunOf, ConfigOf } from '#lib/cells/core/define.ts';
import { spansOf } from '#lib/cells/core/span.ts';
import { fail, problem } from '#lib/problems/index.ts';
import type kind from './index.ts';
import type { TrendReport } from './report.ts';

type Config = ConfigOf<typeof kind>;

interface Parts {
  readonly trend: Float64Array;
  readonly seasonal: Float64Array;
  readonly alpha?: number;
}

const defaultWindow = 7;
const mostRough = 8;
const reserved = ['value', 'trend', 'seasonal', 'remainder'];

const run: ComputeRunOf<typeof kind, TrendReport> = async (cell, inputs, ctx) => {
  const { config } = cell;
  const source = inputs[config.source]!;
  const spanOf = spansOf(cell);
  const by = config.by ?? [];
  const names = { relation: config.source, time: config.time, value: config.value, by };
  const all = readPanel(source, names, spanOf);
  const clash = [config.time, ...by].find((name) => reserved.includes(name));
  if (clash !== undefined) {
    throw fail('demand.name-clash', { column: clash, relation: config.source }, spanOf('source'));
  }
  const method = config.method ?? 'moving_average';
  const frequency = method === 'stl' ? frequencyOf(all, config) : null;
  const season = frequency ? (config.season ?? seasonOf(frequency)) : 1;
  if (frequency && season < 2) {
    throw fail('trend.no-season', { frequency: frequency.name }, spanOf('method'));
  }
  const judge = (series: Series) => faultIn(series, all, config, frequency, season, spanOf('time'));
  const { panel, warning } = leaveOutFaulty(all, judge, spanOf('source'));
  if (warning) ctx.warn(warning);
  const rows = panel.series.reduce((sum, s) => sum + s.values.length, 0);
  const out = new Rows(rows);
  const alphas: number[] = [];
  const rough: { label: string; share: number }[] = [];
  for (const [i, series] of panel.series.entries()) {
    await ctx.checkpoint();
    ctx.progress({ done: i, total: panel.series.length, unit: 'series' });
    const parts = decomposed(series.values, config, season);
    if (parts.alpha !== undefined) alphas.push(parts.alpha);
    const remainder = out.add(series, parts);
    const share = standardDeviation(remainder) / standardDeviation(series.values);
    if (Number.isFinite(share)) rough.push({ label: series.label, share });
  }
  ctx.progress({ done: panel.series.length, total: panel.series.length, unit: 'series' });
  return {
    tables: { [cell.name]: out.table(source, panel) },
    report: {
      method,
      time: config.time,
      value: config.value,
      by,
      series: panel.series.length,
      rows,
      window: config.window ?? (method === 'moving_average' ? defaultWindow : null),
      alpha:
        alphas.length === 0
          ? null
          : [alphas.reduce((a, b) => Math.min(a, b)), alphas.reduce((a, b) => Math.max(a, b))],
      season: frequency ? season : null,
      roughest: rough.sort((a, b) => b.share - a.share).slice(0, mostRough)
    }
  };
};

export default run;

function frequencyOf(panel: Panel, config: Config): Frequency {
  const calendar = panel.timeType === 'date' || panel.timeType === 'timestamp';
  const found = detectFrequency(
    panel.series.map((series) => series.times),
    calendar
  );
  if (!found) throw fail('demand.no-step', { relation: config.source });
  return found;
}

function faultIn(
  series: Series,
  panel: Panel,
  config: Config,
  frequency: Frequency | null,
  season: number,
  span: Problem['span']
): Problem | null {
  if (frequency) {
    const fault = faultOf(series, panel, frequency, config.value, span);
    if (fault) return fault;
    const { length } = series.values;
    if (length >= 2 * season) return null;
    return problem('trend.too-short', { series: nameOf(series), season, length }, span);
  }
  return faultOf(series, panel, null, config.value, span);
}

function decomposed(values: Float64Array, config: Config, season: number): Parts {
  const none = new Float64Array(values.length);
  switch (config.method ?? 'moving_average') {
    case 'stl': {
      const window = config.window ?? 'periodic';
      return stl(values, { season, window, robust: config.robust ?? false });
    }
    case 'exponential_smoothing': {
      const fit =
        config.alpha === undefined && values.length >= 4 ? ses.fit(values, { season: 1 }) : null;
      const alpha = config.alpha ?? fit?.parameters['alpha'] ?? 0.5;
      const start = fit?.parameters['l0'] ?? values[0]!;
      return { trend: exponentialLevels(values, alpha, start), seasonal: none, alpha };
    }
    case 'moving_average': {
      const window = config.window ?? defaultWindow;
      const average = config.align === 'centred' ? centredMean : trailingAverage;
      return { trend: average(values, window), seasonal: none };
    }
  }
}

/** The output rows, series by series. */
class Rows {
  readonly #keyRows: Int32Array;
  readonly #times: Float64Array;
  readonly #value: Float64Array;
  readonly #trend: Float64Array;
  readonly #seasonal: Float64Array;
  readonly #remainder: Float64Array;
  #length = 0;

  constructor(rows: number) {
    this.#keyRows = new Int32Array(rows);
    this.#times = new Float64Array(rows);
    this.#value = new Float64Array(rows);
    this.#trend = new Float64Array(rows);
    this.#seasonal = new Float64Array(rows);
    this.#remainder = new Float64Array(rows);
  }

  /** Answers the remainder. */
  add(series: Series, { trend, seasonal }: Parts): Float64Array {
    const at = this.#length;
    const remainder = series.values.map((value, t) => value - trend[t]! - seasonal[t]!);
    this.#keyRows.set(series.rows, at);
    this.#times.set(series.times, at);
    this.#value.set(series.values, at);
    this.#trend.set(trend, at);
    this.#seasonal.set(seasonal, at);
    this.#remainder.set(remainder, at);
    this.#length += series.values.length;
    return remainder;
  }

  table(source: Columns, panel: Panel): Columns {
    const keys = panel.by.map((name) => vectorOf(source, name)!);
    const taken = take({ length: source.length, names: panel.by, vectors: keys }, this.#keyRows);
    const times: Vector = { type: panel.timeType, values: this.#times, valid: null };
    return {
      length: this.#length,
      names: [...panel.by, panel.time, 'value', 'trend', 'seasonal', 'remainder'],
      vectors: [
        ...taken.vectors,
        times,
        numeric(this.#value),
        numeric(this.#trend),
        numeric(this.#seasonal),
        numeric(this.#remainder)
      ]
    };
  }
}
