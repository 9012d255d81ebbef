import { isMissing, type Columns, type Vector } from '#lib/base/columns.ts';
import { faultOf, leaveOutFaulty } from '#lib/analytics/time/faults.ts';
import { detectFrequency, type Frequency } from '#lib/analytics/time/frequency.ts';
import {
  columnOf,
  groupRows,
  isNumeric,
  keyLabel,
  orderByTime,
  type NumericColumn,
  type Panel,
  type Series,
  type SpanOf
} from '#lib/analytics/time/panel.ts';
import type { Problem } from '#lib/base/problem.ts';
import type { ConfigOf } from '#lib/cells/core/define.ts';
import { fail } from '#lib/problems/index.ts';
import type kind from './index.ts';

export type Config = ConfigOf<typeof kind>;

/** The rows to judge: the columns, and the rows of each group in order of time where there is one. */
export interface Rows {
  readonly names: readonly string[];
  readonly vectors: readonly NumericColumn[];
  readonly keys: readonly Vector[];
  readonly time: NumericColumn | null;
  readonly groups: readonly Int32Array[];
}

export function readRows(config: Config, source: Columns, spanOf: SpanOf): Rows {
  const names = config.value !== undefined ? [config.value] : (config.columns ?? []);
  const key = config.value !== undefined ? 'value' : 'columns';
  const vectors = names.map((name): NumericColumn => {
    const vector = columnOf(source, config.source, name, key, spanOf);
    if (isNumeric(vector) && vector.type !== 'date' && vector.type !== 'timestamp') return vector;
    throw fail('demand.value-type', { column: name, type: vector.type }, spanOf(key));
  });
  const keys = (config.by ?? []).map((name) => columnOf(source, config.source, name, 'by', spanOf));
  const time = timeOf(config, source, spanOf);
  const groups = groupRows(keys, source.length).map((rows) =>
    time ? orderByTime(rows, time.values, time.valid) : rows
  );
  return { names, vectors, keys, time, groups };
}

/** The values at `rows`, NaN where missing. */
export function pick(vector: NumericColumn, rows: Int32Array): Float64Array {
  const out = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    out[i] = isMissing(vector, row) ? Number.NaN : vector.values[row]!;
  }
  return out;
}

/** The step of time over all groups; null when no group has two times. */
export function frequencyOf({ time, groups }: Rows): Frequency | null {
  if (!time) return null;
  const calendar = time.type === 'date' || time.type === 'timestamp';
  return detectFrequency(
    groups.map((rows) => pick(time, rows)),
    calendar
  );
}

/** The groups with one row at each step of time, and the warning that names the others. */
export function evenGroups(
  { groups, keys, time, names }: Rows,
  config: Config,
  frequency: Frequency,
  judge: (series: Series) => Problem | null,
  spanOf: SpanOf
): { readonly groups: readonly Int32Array[]; readonly warning: Problem | null } {
  const series = groups.map((rows): Series => ({
    label: keyLabel(keys, rows[0]!),
    row: rows[0]!,
    rows,
    times: pick(time!, rows),
    values: new Float64Array(rows.length)
  }));
  const by = config.by ?? [];
  const panel: Panel = { by, time: config.time!, timeType: time!.type, series };
  const { panel: even, warning } = leaveOutFaulty(
    panel,
    (s) => faultOf(s, panel, frequency, names[0]!, spanOf('time')) ?? judge(s),
    spanOf('source')
  );
  return { groups: even.series.map((s) => s.rows), warning };
}

function timeOf(config: Config, source: Columns, spanOf: SpanOf): NumericColumn | null {
  if (config.time === undefined) return null;
  const vector = columnOf(source, config.source, config.time, 'time', spanOf);
  if (isNumeric(vector)) return vector;
  throw fail('demand.time-type', { column: config.time, type: vector.type }, spanOf('time'));
}
