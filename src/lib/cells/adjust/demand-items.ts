import { isMissing, type Columns, type Vector } from '#lib/base/columns.ts';
import type { Span } from '#lib/base/problem.ts';
import { eventTimes, timeColumn } from '#lib/analytics/stream/event-time.ts';
import { mean, standardDeviation } from '#lib/analytics/stats/descriptive.ts';
import {
  columnOf,
  groupRows,
  isNumeric,
  keyLabel,
  type NumericColumn
} from '#lib/analytics/time/panel.ts';
import { fail } from '#lib/problems/index.ts';
import type { EffectConfig } from './effect-config.ts';

/** Demand of an item on the periods of the table; 0 where it has no row. */
export interface DemandItem {
  /** A row that carries its key. */
  readonly row: number;
  /** The values of its key, joined by " / ". */
  readonly name: string;
  readonly demand: Float64Array;
  readonly leadTime: number | Float64Array;
}

export interface DemandHistory {
  /** Beginnings of the periods, ascending: the distinct times of the table. */
  readonly times: Float64Array;
  readonly items: readonly DemandItem[];
}

/** Reads demand by item and period; rows of one item and period add up. O(n log n). */
export function demandIn(
  table: Columns,
  { demand: relation, time, value, by, leadTime }: EffectConfig,
  span: Span | undefined
): DemandHistory {
  const spanOf = () => span;
  const units = numbers(columnOf(table, relation, value, 'effect', spanOf), value, span);
  const keys = by.map((name) => columnOf(table, relation, name, 'effect', spanOf));
  const lead =
    typeof leadTime === 'number'
      ? leadTime
      : numbers(columnOf(table, relation, leadTime, 'effect', spanOf), leadTime, span);
  const rowTimes = eventTimes(table, timeColumn(table, time, relation), relation);
  const times = distinct(rowTimes);
  const periodOf = new Map([...times].map((t, period) => [t, period]));
  const items = groupRows(keys, table.length).map((rows): DemandItem => {
    const demand = new Float64Array(times.length);
    const own = typeof lead === 'number' ? lead : new Float64Array(times.length).fill(Number.NaN);
    for (const row of rows) {
      const period = periodOf.get(rowTimes[row]!);
      if (period === undefined) continue;
      if (!isMissing(units, row)) demand[period]! += Math.max(0, units.values[row]!);
      if (typeof own === 'number' || typeof lead === 'number' || isMissing(lead, row)) continue;
      own[period] = lead.values[row]!;
    }
    if (typeof own !== 'number') carry(own);
    return { row: rows[0]!, name: keyLabel(keys, rows[0]!), demand, leadTime: own };
  });
  return { times, items };
}

/** Mean and sample standard deviation of the first `periods`; of all where there are fewer than two. */
export function statisticsOf({ demand, leadTime }: DemandItem, periods: number) {
  const seen = demand.subarray(0, periods < 2 ? demand.length : periods);
  const sd = standardDeviation(seen);
  return {
    mean: mean(seen) || 0,
    sd: Number.isNaN(sd) ? 0 : sd,
    leadTime: typeof leadTime === 'number' ? leadTime : (leadTime[Math.max(0, periods - 1)] ?? 0)
  };
}

/** Whole periods that have passed at a time. A period is as long as the shortest step between two. */
export function periodsBefore({ times }: DemandHistory, time: number): number {
  let step = Number.POSITIVE_INFINITY;
  for (let k = 1; k < times.length; k++) step = Math.min(step, times[k]! - times[k - 1]!);
  if (!Number.isFinite(step)) step = 0;
  let count = 0;
  while (count < times.length && times[count]! + step <= time) count++;
  return count;
}

function distinct(values: Float64Array): Float64Array {
  const ascending = values.filter((t) => !Number.isNaN(t)).sort();
  return ascending.filter((t, i) => i === 0 || t !== ascending[i - 1]);
}

/** Missing lead times are those before, or the first one known, or 0. */
function carry(values: Float64Array): void {
  let last = values.find((x) => !Number.isNaN(x)) ?? 0;
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i]!)) values[i] = last;
    else last = values[i]!;
  }
}

function numbers(vector: Vector, name: string, span: Span | undefined): NumericColumn {
  if (isNumeric(vector) && vector.type !== 'date' && vector.type !== 'timestamp') return vector;
  throw fail('demand.value-type', { column: name, type: vector.type }, span);
}
