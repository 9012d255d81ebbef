import { toRows } from '#lib/base/columns.ts';
import type { Scalar } from '#lib/base/problem.ts';
import { ident } from '../core/sql.ts';
import type { ViewActions, ViewCell, ViewData } from '../core/view.ts';
import { isSeries, seriesLimit } from '../core/view-series.ts';
import { numberOf, textOf, type ForecastNames } from './view-data.ts';

/** One step: what came or is forecast, and what people put in its place. */
export interface PlanRow {
  readonly time: number;
  /** Whether it lies ahead. */
  readonly ahead: boolean;
  readonly baseline: number;
  readonly changed: number | null;
  readonly note: string;
}

/** `overrides` change the plan, `adjustments` the history that models learn from. */
export type Changes = 'overrides' | 'adjustments';

/** An entry of `overrides` or `adjustments` that meets a series, with its place in the list. */
export interface WrittenOverride {
  readonly list: Changes;
  readonly index: number;
  readonly item: Readonly<Record<string, Scalar>>;
}

/** The rows of one series that are ahead or were adjusted, from NAME_plan. */
export async function planOf(
  data: ViewData,
  names: ForecastNames,
  key: string
): Promise<PlanRow[]> {
  const only = (kinds: string) => `FILTER (kind IN (${kinds}))`;
  const table = await data.query(
    `SELECT ${ident(names.time)} AS t, bool_or(kind = 'baseline') AS ahead, max(value) ${only(`'baseline', 'history'`)} AS b, max(value) ${only(`'override', 'adjusted'`)} AS o, max(note) AS note FROM ${ident(`${names.name}_plan`)} WHERE ${isSeries(names.by, key)} GROUP BY 1 HAVING ahead OR o IS NOT NULL ORDER BY 1`,
    seriesLimit
  );
  return toRows(table).map((row) => ({
    time: numberOf(row['t']) ?? 0,
    ahead: row['ahead'] === true,
    baseline: numberOf(row['b']) ?? 0,
    changed: numberOf(row['o']),
    note: textOf(row['note'])
  }));
}

/** The entries in the cell's text that mean this series, adjustments of the history first. */
export function overridesFor(
  cell: ViewCell,
  by: readonly string[],
  parts: readonly string[]
): WrittenOverride[] {
  return (['adjustments', 'overrides'] as const).flatMap((list) =>
    listOf(cell, list).flatMap((item, index) =>
      by.every((name, k) => item[name] === undefined || String(item[name]) === parts[k])
        ? [{ list, index, item }]
        : []
    )
  );
}

/** Writes one more entry at the end of its list. */
export function addOverride(
  cell: ViewCell,
  actions: ViewActions,
  list: Changes,
  item: Readonly<Record<string, Scalar>>
): void {
  const entries = listOf(cell, list);
  if (entries.length > 0 && isList(cell, list)) actions.setField([list, entries.length], item);
  else actions.setField([list], [...entries, item]);
}

/** Takes one entry out, and the key with the last. */
export function removeOverride(
  cell: ViewCell,
  actions: ViewActions,
  { list, index }: Pick<WrittenOverride, 'list' | 'index'>
): void {
  const last = listOf(cell, list).length === 1;
  actions.setField(last ? [list] : [list, index], undefined);
}

/** Takes out the entries that mean this series alone; those for others too stay. */
export function resetOverrides(
  cell: ViewCell,
  actions: ViewActions,
  by: readonly string[],
  written: readonly WrittenOverride[]
): void {
  for (const list of ['adjustments', 'overrides'] as const) {
    const gone = new Set(
      written.filter((own) => own.list === list && isOwn(own, by)).map(({ index }) => index)
    );
    if (gone.size === 0) continue;
    const left = listOf(cell, list).filter((_, index) => !gone.has(index));
    actions.setField([list], left.length > 0 ? left : undefined);
  }
}

/** Whether an entry names this series alone. */
export function isOwn({ item }: WrittenOverride, by: readonly string[]): boolean {
  return by.every((name) => item[name] !== undefined);
}

function listOf(cell: ViewCell, list: Changes): readonly Readonly<Record<string, Scalar>>[] {
  const config = cell.config as Partial<
    Record<Changes, readonly Readonly<Record<string, Scalar>>[]>
  > | null;
  return config?.[list] ?? [];
}

/** Whether the text has a list there, not one map alone. */
function isList({ body }: ViewCell, list: Changes): boolean {
  return new RegExp(`^${list}:[ \\t]*(#[^\\n]*)?(\\[|\\r?\\n\\s*-)`, 'm').test(body);
}
