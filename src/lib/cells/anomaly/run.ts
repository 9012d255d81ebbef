import { numeric, text, valueAt, type Columns, type Vector } from '#lib/base/columns.ts';
import { rowsPerWeek } from '#lib/analytics/anomaly/budget.ts';
import type { AutoencoderProgress } from '#lib/analytics/anomaly/autoencoder.ts';
import type { Judge } from '#lib/analytics/anomaly/judge.ts';
import type { Frequency } from '#lib/analytics/time/frequency.ts';
import { nameOf } from '#lib/analytics/time/faults.ts';
import { keyLabel, type Series, type SpanOf } from '#lib/analytics/time/panel.ts';
import type { Problem } from '#lib/base/problem.ts';
import type { RunContext } from '#lib/cells/core/context.ts';
import type { ComputeRunOf } from '#lib/cells/core/define.ts';
import { spansOf } from '#lib/cells/core/span.ts';
import { fail, problem } from '#lib/problems/index.ts';
import type kind from './index.ts';
import { verdicts, type Setting } from './judging.ts';
import { Marks } from './marks.ts';
import { methods, type Method } from './methods.ts';
import type { AnomalyReport, WorstRow } from './report.ts';
import { evenGroups, frequencyOf, pick, readRows, type Config, type Rows } from './rows.ts';
import { naturalSeason } from './season.ts';

const added = ['score', 'expected', 'lo', 'hi', 'is_anomaly', 'reason'];
const mostWorst = 20;
/** Rows of one series beyond which a method would not end in good time. */
const mostRows: Partial<Record<Method, number>> = { dbscan: 200_000, seasonal: 400_000 };

const run: ComputeRunOf<typeof kind, AnomalyReport> = async (cell, inputs, ctx) => {
  const { config } = cell;
  const source = inputs[config.source]!;
  const spanOf = spansOf(cell);
  const clash = source.names.find((name) => added.includes(name));
  if (clash !== undefined) {
    throw fail('demand.name-clash', { column: clash, relation: config.source }, spanOf('source'));
  }
  const method = config.method ?? 'zscore';
  warnOfIdleBlocks(config, method, ctx, spanOf);
  const rows = readRows(config, source, spanOf);
  const frequency = frequencyOf(rows);
  const season = seasonFor(config, method, frequency, spanOf);
  const groups = groupsFor(rows, config, method, frequency, season, ctx, spanOf);
  const marks = new Marks(source.length, rows.names);
  const thresholds: number[] = [];
  let engine: string | null = null;
  for (const [g, group] of groups.entries()) {
    const checkpoint = partly(ctx, g, groups.length);
    await checkpoint(0);
    const times = rows.time && pick(rows.time, group);
    const perWeek = times ? weekly(times, config, spanOf) : Number.NaN;
    const columns = rows.vectors.map((vector, c) => ({
      name: rows.names[c]!,
      values: pick(vector, group)
    }));
    const setting: Setting = {
      config,
      method,
      frequency,
      season,
      ctx,
      checkpoint,
      onTraining: (progress) => tellTraining(ctx, progress, g, groups.length)
    };
    const task = { columns, times, perWeek, label: keyLabel(rows.keys, group[0]!) };
    for (const verdict of await verdicts(task, setting)) {
      const threshold = thresholdOf(config, verdict.judge, perWeek);
      thresholds.push(threshold);
      marks.add(group, verdict.judge, threshold, verdict.columns);
      engine = verdict.engine ?? engine;
    }
  }
  ctx.progress({ done: groups.length, total: groups.length, unit: 'series' });
  return {
    tables: { [cell.name]: extended(source, marks) },
    report: {
      method,
      columns: rows.names,
      by: config.by ?? [],
      time: config.time ?? null,
      rows: source.length,
      series: rows.groups.length,
      anomalies: marks.anomalies(),
      missing: marks.missing(),
      thresholds: rangeOf(thresholds),
      season: method === 'seasonal' || method === 'forecast' ? season : null,
      engine,
      drivers: marks.drivers(),
      worst: marks.worst(mostWorst).map((row) => worstRow(row, marks, rows))
    }
  };
};

export default run;

/** Blocks of methods other than the chosen one do nothing. */
function warnOfIdleBlocks(config: Config, method: Method, ctx: RunContext, spanOf: SpanOf): void {
  for (const name of methods) {
    if (name === method || config[name as keyof Config] === undefined) continue;
    ctx.warn(problem('anomaly.no-effect', { key: name, method }, spanOf(name)));
  }
}

function seasonFor(
  config: Config,
  method: Method,
  frequency: Frequency | null,
  spanOf: SpanOf
): number {
  const stated =
    method === 'seasonal' || method === 'forecast' ? config[method]?.season : undefined;
  const season = stated ?? naturalSeason(frequency);
  if (method === 'seasonal' && frequency && season < 2) {
    throw fail('anomaly.no-season', { frequency: frequency.name }, spanOf('method'));
  }
  return season;
}

/** The groups that the method can judge; those left out are told and stay without a score. */
function groupsFor(
  rows: Rows,
  config: Config,
  method: Method,
  frequency: Frequency | null,
  season: number,
  ctx: RunContext,
  spanOf: SpanOf
): readonly Int32Array[] {
  const most = mostRows[method] ?? Number.POSITIVE_INFINITY;
  const longest = rows.groups.reduce((length, group) => Math.max(length, group.length), 0);
  if (longest > most) {
    throw fail('anomaly.too-many-rows', { method, rows: longest, most }, spanOf('method'));
  }
  if ((method !== 'seasonal' && method !== 'forecast') || rows.groups.length === 0) {
    return rows.groups;
  }
  if (!frequency) throw fail('demand.no-step', { relation: config.source }, spanOf('time'));
  const short = (series: Series): Problem | null =>
    method === 'seasonal' && series.rows.length < 2 * season
      ? problem(
          'anomaly.too-short',
          { series: nameOf(series), season, length: series.rows.length },
          spanOf('method')
        )
      : null;
  const { groups, warning } = evenGroups(rows, config, frequency, short, spanOf);
  if (warning) ctx.warn(warning);
  return groups;
}

/** A checkpoint within series `done` of `total`; what it is told never goes back. */
function partly(ctx: RunContext, done: number, total: number) {
  let told = -1;
  return async (share?: number): Promise<void> => {
    const rounded = Math.floor(100 * Math.min(share ?? 0, 1)) / 100;
    if (rounded > told) {
      told = rounded;
      ctx.progress({ done: done + rounded, total, unit: 'series' });
    }
    await ctx.checkpoint();
  };
}

async function tellTraining(
  ctx: RunContext,
  { step, steps, epoch, loss, backend }: AutoencoderProgress,
  done: number,
  total: number
): Promise<void> {
  ctx.progress({
    done: done + Math.floor((1000 * step) / steps) / 1000,
    total,
    unit: 'series',
    note: `autoencoder, step ${step} of ${steps}`,
    figures: { step, steps, epoch, loss, backend }
  });
  await ctx.checkpoint();
}

/** Rows a week, needed only for a budget; NaN for a series of one row. */
function weekly(times: Float64Array, config: Config, spanOf: SpanOf): number {
  if (config.budget === undefined) return Number.NaN;
  const known = times.filter((t) => !Number.isNaN(t));
  if (known.length < 2) return Number.NaN;
  const perWeek = rowsPerWeek(known);
  if (Number.isNaN(perWeek)) {
    throw fail('anomaly.rate', { column: config.time ?? '' }, spanOf('budget'));
  }
  return perWeek;
}

function thresholdOf({ threshold, budget }: Config, judge: Judge, perWeek: number): number {
  if (budget === undefined || Number.isNaN(perWeek)) return threshold ?? judge.threshold;
  return judge.thresholdFor(budget, perWeek);
}

function rangeOf(thresholds: readonly number[]): [number, number] {
  if (thresholds.length === 0) return [0, 0];
  return [thresholds.reduce((a, b) => Math.min(a, b)), thresholds.reduce((a, b) => Math.max(a, b))];
}

function worstRow(row: number, marks: Marks, { keys, time, names, vectors }: Rows): WorstRow {
  const column = marks.column[row]!;
  return {
    label: keyLabel(keys, row),
    time: time ? (valueAt(time, row) as number | null) : null,
    column: names[column]!,
    value: vectors[column]!.values[row]!,
    score: marks.score[row]!,
    reason: marks.reasons[row]!,
    contributions: marks.contributions(row)
  };
}

function extended(source: Columns, marks: Marks): Columns {
  const flags: Vector = { type: 'boolean', values: marks.flag, valid: null };
  const vectors: readonly Vector[] = [
    numeric(marks.score),
    numeric(marks.expected),
    numeric(marks.lo),
    numeric(marks.hi),
    flags,
    text(marks.reasons)
  ];
  return {
    length: source.length,
    names: [...source.names, ...added],
    vectors: [...source.vectors, ...vectors]
  };
}
