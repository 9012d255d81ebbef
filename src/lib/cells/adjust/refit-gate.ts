import { valueAt, vectorOf, type Columns } from '#lib/base/columns.ts';
import type { Span } from '#lib/base/problem.ts';
import { modelNamed } from '#lib/analytics/forecast/models.ts';
import { challenge } from '#lib/analytics/loop/challenge.ts';
import { findSeason } from '#lib/analytics/time/find-season.ts';
import { readPanel, type Series } from '#lib/analytics/time/panel.ts';
import { fail } from '#lib/problems/index.ts';
import { judged, type BacktestGate, type GateOf } from './backtest-gate.ts';

interface Made {
  readonly name: string;
  /** The relation of the forecast: its chosen models and the times it was made for. */
  readonly ahead: Columns;
}

interface Actual {
  readonly relation: string;
  readonly table: Columns;
  readonly value: string;
}

/** What was forecast for a series: by which model, and from which time on. */
interface Promised {
  readonly model: string;
  readonly from: number;
}

/**
 * Whether refitting a forecast is worth it: the chosen model of every series as it was fitted before the first time that
 * it forecasts, against the same model fitted anew at each later origin, on the windows of what came since
 * (`challenge`). Models take their usual settings and the season found in the series. Series of `actual` whose model is
 * not one of the forecast's own (a network, an ensemble), or that have missing values, take no part.
 */
export function refitGate(
  gate: BacktestGate,
  { name, ahead }: Made,
  { relation, table, value }: Actual,
  span: Span | undefined
): GateOf {
  const at = ahead.names.indexOf('model');
  if (at < 1) throw fail('adjust.no-forecast', { name }, span);
  const time = ahead.names[at - 1]!;
  const by = ahead.names.slice(0, at - 1);
  const made = promisesOf(
    readPanel(ahead, { relation: name, time, value: 'yhat', by }, () => span),
    ahead
  );
  const panel = readPanel(table, { relation, time, value, by }, () => span);
  return (when) => {
    const tries = panel.series.flatMap((series) => {
      const promise = made.get(series.label);
      return promise ? lossesSince(series, promise, when, gate) : [];
    });
    const windows = Math.max(0, ...tries.map((t) => t.champion.length));
    const same = tries.filter((t) => t.champion.length === windows);
    const mean = (side: 'champion' | 'challenger') =>
      Float64Array.from({ length: windows }, (_, w) =>
        same.reduce((sum, t) => sum + t[side][w]! / same.length, 0)
      );
    return judged(gate, mean('champion'), mean('challenger'), 'error');
  };
}

function promisesOf(
  { series }: { readonly series: readonly Series[] },
  ahead: Columns
): Map<string, Promised> {
  const model = vectorOf(ahead, 'model')!;
  return new Map(
    series.map(({ label, row, times }) => [
      label,
      { model: valueAt(model, row) as string, from: times[0]! }
    ])
  );
}

/** Losses on as many windows as have passed since, or nothing. */
function lossesSince(
  { times, values }: Series,
  { model: name, from }: Promised,
  when: number,
  { windows, size }: BacktestGate
) {
  const known = values.subarray(0, times.filter((t) => t < when).length);
  const fittedTo = times.filter((t) => t < from).length;
  const count = Math.min(windows, Math.floor((known.length - fittedTo) / size));
  if (count < 1 || !modelNamed(name) || !known.every(Number.isFinite)) return [];
  const model = { name, options: { season: findSeason(known.subarray(0, fittedTo)) } };
  const losses = challenge(
    [known],
    { model, fittedTo },
    { model },
    { windows: count, horizon: size }
  );
  return losses.series > 0 ? [losses] : [];
}
