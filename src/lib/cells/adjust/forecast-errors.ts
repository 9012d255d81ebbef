import { isMissing, valueAt, vectorOf, type Columns } from '#lib/base/columns.ts';
import type { Span } from '#lib/base/problem.ts';
import { eventTimes } from '#lib/analytics/stream/event-time.ts';
import { columnOf, isNumeric, keyLabel } from '#lib/analytics/time/panel.ts';
import { fail } from '#lib/problems/index.ts';

/** Errors of a forecast in order of time: actual − forecast, one entry each. */
export interface TimedErrors {
  readonly times: Float64Array;
  readonly errors: Float64Array;
}

interface ForecastTables {
  readonly name: string;
  /** The relations NAME and NAME_backtest. */
  readonly ahead: Columns;
  readonly backtest: Columns;
}

interface Actual {
  readonly relation: string;
  readonly table: Columns;
  readonly value: string;
}

/**
 * The errors of the chosen model of every series: those of its backtest, and those of its forecasts for what came since,
 * where that is given. With several series each is divided by its mean absolute error in the backtest, so that they
 * share a scale. O(n log n).
 */
export function forecastErrors(
  { name, ahead, backtest }: ForecastTables,
  actual: Actual | null,
  span: Span | undefined
): TimedErrors {
  const at = ahead.names.indexOf('model');
  if (at < 1 || !vectorOf(ahead, 'yhat') || !vectorOf(backtest, 'actual')) {
    throw fail('adjust.no-forecast', { name }, span);
  }
  const time = ahead.names[at - 1]!;
  const by = ahead.names.slice(0, at - 1);
  const rows = new ErrorRows();
  const aheadLabel = labelsOf(ahead, by, name);
  const chosen = new Map<string, unknown>();
  const foretold = new Map<string, number>();
  const model = vectorOf(ahead, 'model')!;
  const times = eventTimes(ahead, time, name);
  const yhat = numberAt(ahead, 'yhat');
  for (let row = 0; row < ahead.length; row++) {
    const label = aheadLabel(row);
    chosen.set(label, valueAt(model, row));
    foretold.set(`${times[row]} ${label}`, yhat(row));
  }
  const pastLabel = labelsOf(backtest, by, name);
  const pastTimes = eventTimes(backtest, time, name);
  const [was, said] = [numberAt(backtest, 'actual'), numberAt(backtest, 'yhat')];
  const tried = vectorOf(backtest, 'model')!;
  for (let row = 0; row < backtest.length; row++) {
    const label = pastLabel(row);
    if (valueAt(tried, row) !== chosen.get(label)) continue;
    rows.add(label, pastTimes[row]!, was(row) - said(row));
  }
  const scales = rows.scales();
  if (actual) {
    const { table, relation, value } = actual;
    const came = columnOf(table, relation, value, 'on', () => span);
    const label = labelsOf(table, by, relation);
    const when = eventTimes(table, time, relation);
    for (let row = 0; row < table.length; row++) {
      if (isMissing(came, row) || !isNumeric(came)) continue;
      const own = label(row);
      const expected = foretold.get(`${when[row]} ${own}`);
      if (expected !== undefined) rows.add(own, when[row]!, came.values[row]! - expected);
    }
  }
  return rows.inOrder(scales);
}

/** Gathers errors by series. */
class ErrorRows {
  readonly #labels: string[] = [];
  readonly #times: number[] = [];
  readonly #errors: number[] = [];

  add(label: string, time: number, error: number): void {
    if (Number.isNaN(time) || !Number.isFinite(error)) return;
    this.#labels.push(label);
    this.#times.push(time);
    this.#errors.push(error);
  }

  /** The mean absolute error of each series so far; empty for a single one, which keeps its units. */
  scales(): ReadonlyMap<string, number> {
    const sums = new Map<string, { sum: number; count: number }>();
    this.#errors.forEach((error, i) => {
      const own = sums.get(this.#labels[i]!) ?? { sum: 0, count: 0 };
      sums.set(this.#labels[i]!, { sum: own.sum + Math.abs(error), count: own.count + 1 });
    });
    if (sums.size < 2) return new Map();
    return new Map([...sums].map(([label, { sum, count }]) => [label, sum / count || 1]));
  }

  inOrder(scales: ReadonlyMap<string, number>): TimedErrors {
    const order = Int32Array.from(this.#times, (_, i) => i);
    order.sort((a, b) => this.#times[a]! - this.#times[b]! || a - b);
    return {
      times: Float64Array.from(order, (i) => this.#times[i]!),
      errors: Float64Array.from(
        order,
        (i) => this.#errors[i]! / (scales.get(this.#labels[i]!) ?? 1)
      )
    };
  }
}

function labelsOf(table: Columns, by: readonly string[], relation: string) {
  const keys = by.map((name) => columnOf(table, relation, name, 'on', () => undefined));
  return (row: number) => keyLabel(keys, row);
}

function numberAt(table: Columns, name: string): (row: number) => number {
  const vector = vectorOf(table, name)!;
  if (!isNumeric(vector)) return () => Number.NaN;
  return (row) => (isMissing(vector, row) ? Number.NaN : vector.values[row]!);
}
