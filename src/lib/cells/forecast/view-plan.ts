import { toRows } from '#lib/base/columns.ts';
import type { Scalar } from '#lib/base/problem.ts';
import { ident } from '../core/sql.ts';
import type { ViewActions, ViewCell, ViewData } from '../core/view.ts';
import { isSeries, seriesLimit } from '../core/view-series.ts';
import { numberOf, textOf, type ForecastNames } from './view-data.ts';

/** One step ahead: the forecast, and what people put in its place. */
export interface PlanRow {
  readonly time: number;
  readonly baseline: number;
  readonly override: number | null;
  readonly note: string;
}

/** An entry of `overrides` that meets a series, with its place in the list. */
export interface WrittenOverride {
  readonly index: number;
  readonly item: Readonly<Record<string, Scalar>>;
}

/** The rows to come of one series, from NAME_plan. */
export async function planOf(
  data: ViewData,
  names: ForecastNames,
  key: string
): Promise<PlanRow[]> {
  const table = await data.query(
    `SELECT ${ident(names.time)} AS t, max(value) FILTER (kind = 'baseline') AS b, max(value) FILTER (kind = 'override') AS o, max(note) AS note FROM ${ident(`${names.name}_plan`)} WHERE kind <> 'history' AND ${isSeries(names.by, key)} GROUP BY 1 ORDER BY 1`,
    seriesLimit
  );
  return toRows(table).map((row) => ({
    time: numberOf(row['t']) ?? 0,
    baseline: numberOf(row['b']) ?? 0,
    override: numberOf(row['o']),
    note: textOf(row['note'])
  }));
}

/** The entries of `overrides` in the cell's text that mean this series. */
export function overridesFor(
  cell: ViewCell,
  by: readonly string[],
  parts: readonly string[]
): WrittenOverride[] {
  return listOf(cell).flatMap((item, index) =>
    by.every((name, k) => item[name] === undefined || String(item[name]) === parts[k])
      ? [{ index, item }]
      : []
  );
}

/** Writes one more entry at the end of `overrides`. */
export function addOverride(
  cell: ViewCell,
  actions: ViewActions,
  item: Readonly<Record<string, Scalar>>
): void {
  const list = listOf(cell);
  if (list.length > 0 && isList(cell)) actions.setField(['overrides', list.length], item);
  else actions.setField(['overrides'], [...list, item]);
}

/** Takes one entry out, and the key with the last. */
export function removeOverride(cell: ViewCell, actions: ViewActions, index: number): void {
  const last = listOf(cell).length === 1;
  actions.setField(last ? ['overrides'] : ['overrides', index], undefined);
}

function listOf(cell: ViewCell): readonly Readonly<Record<string, Scalar>>[] {
  const config = cell.config as { overrides?: readonly Readonly<Record<string, Scalar>>[] } | null;
  return config?.overrides ?? [];
}

/** Whether the text has a list there, not one map alone. */
function isList({ body }: ViewCell): boolean {
  return /^overrides:[ \t]*(#[^\n]*)?(\[|\r?\n\s*-)/m.test(body);
}
