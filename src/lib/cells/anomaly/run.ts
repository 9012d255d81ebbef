import { isMissing, numeric, text, valueAt, type Columns, type Vector } from '#lib/base/columns.ts';
import { budgetThreshold, rowsPerWeek } from '#lib/analytics/anomaly/budget.ts';
import { detectors } from '#lib/analytics/anomaly/detectors.ts';
import {
  columnOf,
  groupRows,
  isNumeric,
  keyLabel,
  type NumericColumn,
  type SpanOf
} from '#lib/analytics/time/panel.ts';
import type { ComputeRunOf, ConfigOf } from '#lib/cells/core/define.ts';
import { spansOf } from '#lib/cells/core/span.ts';
import { fail } from '#lib/problems/index.ts';
import type kind from './index.ts';
import { Marks } from './marks.ts';
import type { AnomalyReport, WorstRow } from './report.ts';

type Config = ConfigOf<typeof kind>;

const added = ['score', 'expected', 'lo', 'hi', 'is_anomaly', 'reason'];
const mostWorst = 20;

const run: ComputeRunOf<typeof kind, AnomalyReport> = async (cell, inputs, ctx) => {
  const { config } = cell;
  const source = inputs[config.source]!;
  const spanOf = spansOf(cell);
  const clash = source.names.find((name) => added.includes(name));
  if (clash !== undefined) {
    throw fail('demand.name-clash', { column: clash, relation: config.source }, spanOf('source'));
  }
  const { names, vectors, keys, time } = readColumns(config, source, spanOf);
  const groups = groupRows(keys, source.length);
  const marks = new Marks(source.length);
  const method = config.method ?? 'zscore';
  const thresholds: number[] = [];
  for (const [g, rows] of groups.entries()) {
    await ctx.checkpoint();
    ctx.progress({ done: g, total: groups.length, unit: 'series' });
    for (const [c, vector] of vectors.entries()) {
      const values = pick(vector, rows);
      const detector = detectors[method].learn(values);
      const scores = values.map((value) => detector.score(value));
      const threshold = thresholdOf(config, scores, time && pick(time, rows), spanOf);
      thresholds.push(threshold);
      marks.add(rows, values, scores, detector, threshold, c);
    }
  }
  ctx.progress({ done: groups.length, total: groups.length, unit: 'series' });
  const reasons = marks.reasons(names, vectors);
  return {
    tables: { [cell.name]: extended(source, marks, reasons) },
    report: {
      method,
      columns: names,
      by: config.by ?? [],
      time: config.time ?? null,
      rows: source.length,
      series: groups.length,
      anomalies: marks.anomalies(),
      missing: marks.missing(),
      thresholds: [
        thresholds.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
        thresholds.reduce((a, b) => Math.max(a, b), 0)
      ].map((t) => (Number.isFinite(t) ? t : 0)) as [number, number],
      worst: marks.worst(mostWorst).map((row): WorstRow => ({
        label: keyLabel(keys, row),
        time: time ? (valueAt(time, row) as number | null) : null,
        column: names[marks.column[row]!]!,
        value: vectors[marks.column[row]!]!.values[row]!,
        score: marks.score[row]!,
        reason: reasons[row]!
      }))
    }
  };
};

export default run;

function readColumns(config: Config, source: Columns, spanOf: SpanOf) {
  const names = config.value !== undefined ? [config.value] : (config.columns ?? []);
  const key = config.value !== undefined ? 'value' : 'columns';
  const vectors = names.map((name): NumericColumn => {
    const vector = columnOf(source, config.source, name, key, spanOf);
    if (isNumeric(vector) && vector.type !== 'date' && vector.type !== 'timestamp') return vector;
    throw fail('demand.value-type', { column: name, type: vector.type }, spanOf(key));
  });
  const keys = (config.by ?? []).map((name) => columnOf(source, config.source, name, 'by', spanOf));
  return { names, vectors, keys, time: timeOf(config, source, spanOf) };
}

function timeOf(config: Config, source: Columns, spanOf: SpanOf): NumericColumn | null {
  if (config.time === undefined) return null;
  const vector = columnOf(source, config.source, config.time, 'time', spanOf);
  if (isNumeric(vector)) return vector;
  throw fail('demand.time-type', { column: config.time, type: vector.type }, spanOf('time'));
}

function pick(vector: NumericColumn, rows: Int32Array): Float64Array {
  const out = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    out[i] = isMissing(vector, row) ? Number.NaN : vector.values[row]!;
  }
  return out;
}

function thresholdOf(
  config: Config,
  scores: Float64Array,
  times: Float64Array | null,
  spanOf: SpanOf
): number {
  const method = detectors[config.method ?? 'zscore'];
  if (config.budget === undefined) return config.threshold ?? method.threshold;
  const ordered = (times ?? new Float64Array(0)).filter((t) => !Number.isNaN(t)).sort();
  if (ordered.length < 2) return method.threshold;
  const perWeek = rowsPerWeek(ordered);
  if (Number.isNaN(perWeek)) {
    throw fail('anomaly.rate', { column: config.time ?? '' }, spanOf('budget'));
  }
  return budgetThreshold(method, scores, perWeek, config.budget);
}

function extended(source: Columns, marks: Marks, reasons: readonly (string | null)[]): Columns {
  const flags: Vector = { type: 'boolean', values: marks.flag, valid: null };
  const vectors: readonly Vector[] = [
    numeric(marks.score),
    numeric(marks.expected),
    numeric(marks.lo),
    numeric(marks.hi),
    flags,
    text(reasons)
  ];
  return {
    length: source.length,
    names: [...source.names, ...added],
    vectors: [...source.vectors, ...vectors]
  };
}
