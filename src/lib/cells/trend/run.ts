import { numeric, take, vectorOf, type Columns, type Vector } from '#lib/base/columns.ts';
import type { Problem } from '#lib/base/problem.ts';
import { ses } from '#lib/analytics/forecast/models/ses.ts';
import { standardDeviation } from '#lib/analytics/stats/descriptive.ts';
import { faultOf, leaveOutFaulty, nameOf } from '#lib/analytics/time/faults.ts';
import {
  detectFrequency,
  seasonOf,
  seasonsOf,
  type Frequency
} from '#lib/analytics/time/frequency.ts';
import { readPanel, type Panel, type Series } from '#lib/analytics/time/panel.ts';
import { mstl } from '#lib/analytics/time/mstl.ts';
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
  /** One list per season, where there are several. */
  readonly each?: readonly Float64Array[];
}

const defaultWindow = 7;
const mostRough = 8;
const reserved = ['value', 'trend', 'seasonal', 'remainder'];
const seasonColumn = (season: number) => `seasonal_${season}`;

const run: ComputeRunOf<typeof kind, TrendReport> = async (cell, inputs, ctx) => {
  const { config } = cell;
  const source = inputs[config.source]!;
  const spanOf = spansOf(cell);
  const by = config.by ?? [];
  const names = { relation: config.source, time: config.time, value: config.value, by };
  const all = readPanel(source, names, spanOf);
  const clash = [config.time, ...by].find(
    (name) => reserved.includes(name) || /^seasonal_\d+$/.test(name)
  );
  if (clash !== undefined) {
    throw fail('demand.name-clash', { column: clash, relation: config.source }, spanOf('source'));
  }
  const method = config.method ?? 'moving_average';
  const seasonal = method === 'stl' || method === 'mstl';
  const frequency = seasonal ? frequencyOf(all, config) : null;
  const seasons = frequency ? seasonsFor(config, frequency, all) : [];
  const [season = 1] = seasons;
  if (frequency && season < 2) {
    throw fail('trend.no-season', { frequency: frequency.name }, spanOf('method'));
  }
  const least = config.season ? Math.max(...seasons) : season;
  const judge = (series: Series) => faultIn(series, all, config, frequency, least, spanOf('time'));
  const { panel, warning } = leaveOutFaulty(all, judge, spanOf('source'));
  if (warning) ctx.warn(warning);
  const rows = panel.series.reduce((sum, s) => sum + s.values.length, 0);
  const out = new Rows(rows, method === 'mstl' ? seasons : []);
  const alphas: number[] = [];
  const rough: { label: string; share: number }[] = [];
  for (const [i, series] of panel.series.entries()) {
    await ctx.checkpoint();
    ctx.progress({ done: i, total: panel.series.length, unit: 'series' });
    const parts = decomposed(series.values, config, seasons);
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
      seasons,
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

/** As stated, else those of the frequency that the longest series holds twice; ascending. */
function seasonsFor({ method, season }: Config, frequency: Frequency, panel: Panel): number[] {
  if (season) return [...new Set(season)].sort((a, b) => a - b);
  if (method === 'stl') return [seasonOf(frequency)];
  const longest = panel.series.reduce((n, s) => Math.max(n, s.values.length), 0);
  const all = seasonsOf(frequency);
  return all.filter((m, i) => i === 0 || 2 * m <= longest);
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

function decomposed(values: Float64Array, config: Config, seasons: readonly number[]): Parts {
  const none = new Float64Array(values.length);
  switch (config.method ?? 'moving_average') {
    case 'stl': {
      const window = config.window ?? 'periodic';
      const [season = 1] = seasons;
      return stl(values, { season, window, robust: config.robust ?? false });
    }
    case 'mstl': {
      const windows =
        config.window === undefined ? {} : { windows: seasons.map(() => config.window!) };
      const parts = mstl(values, { seasons, robust: config.robust ?? false, ...windows });
      const each = seasons.map((m) => parts.seasonals[parts.seasons.indexOf(m)] ?? none);
      const seasonal = values.map((_, t) => each.reduce((sum, own) => sum + own[t]!, 0));
      return { trend: parts.trend, seasonal, each };
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
  readonly #seasons: readonly number[];
  readonly #each: readonly Float64Array[];
  #length = 0;

  constructor(rows: number, seasons: readonly number[]) {
    this.#seasons = seasons;
    this.#each = seasons.map(() => new Float64Array(rows));
    this.#keyRows = new Int32Array(rows);
    this.#times = new Float64Array(rows);
    this.#value = new Float64Array(rows);
    this.#trend = new Float64Array(rows);
    this.#seasonal = new Float64Array(rows);
    this.#remainder = new Float64Array(rows);
  }

  /** Answers the remainder. */
  add(series: Series, { trend, seasonal, each = [] }: Parts): Float64Array {
    const at = this.#length;
    const remainder = series.values.map((value, t) => value - trend[t]! - seasonal[t]!);
    this.#keyRows.set(series.rows, at);
    this.#times.set(series.times, at);
    this.#value.set(series.values, at);
    this.#trend.set(trend, at);
    this.#seasonal.set(seasonal, at);
    this.#remainder.set(remainder, at);
    each.forEach((own, i) => this.#each[i]!.set(own, at));
    this.#length += series.values.length;
    return remainder;
  }

  table(source: Columns, panel: Panel): Columns {
    const keys = panel.by.map((name) => vectorOf(source, name)!);
    const taken = take({ length: source.length, names: panel.by, vectors: keys }, this.#keyRows);
    const times: Vector = { type: panel.timeType, values: this.#times, valid: null };
    return {
      length: this.#length,
      names: [
        ...panel.by,
        panel.time,
        'value',
        'trend',
        'seasonal',
        'remainder',
        ...this.#seasons.map(seasonColumn)
      ],
      vectors: [
        ...taken.vectors,
        times,
        numeric(this.#value),
        numeric(this.#trend),
        numeric(this.#seasonal),
        numeric(this.#remainder),
        ...this.#each.map((own) => numeric(own))
      ]
    };
  }
}
