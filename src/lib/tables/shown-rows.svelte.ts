import { valueAt, type Columns, type Field } from '#lib/base/columns.ts';
import { Cancelled } from '#lib/base/problem.ts';
import type { ViewData } from '#lib/cells/core/view.ts';
import { searchSql, whereSql, type Filter } from '#lib/sql/filter.ts';
import { quoteName } from '#lib/sql/quote.ts';
import type { Sort } from '#lib/ui/grid/sort.ts';

/** Places of matches that are kept to go through. */
export const mostMatches = 10_000;

export interface Wanted {
  readonly relation: string;
  readonly rows: number;
  readonly fields: readonly Field[];
  readonly columns: readonly string[];
  readonly filters: readonly Filter[];
  readonly search: string;
  readonly onlyMatches: boolean;
  readonly sorts: readonly Sort[];
}

/** What a grid shows: the rows that filters take, counted before they are shown, and the places of what is searched. */
export class ShownRows {
  readonly #data: ViewData;
  total = $state(0);
  counting = $state(false);
  failed = $state(false);
  /** Row numbers in the order shown; null while nothing is searched or the search is under way. */
  matches = $state.raw<Float64Array | null>(null);
  load = $state.raw<(offset: number, limit: number) => Promise<Columns>>(() =>
    Promise.reject(new Cancelled())
  );

  constructor(data: ViewData) {
    this.#data = data;
  }

  /** Shows the rows as they are, or those that the conditions take once they are counted. The function returned calls it off. */
  show(wanted: Wanted): () => void {
    const stop = new AbortController();
    const where = conditionOf(wanted);
    if (where === undefined) this.#take(wanted, where, wanted.rows);
    else void this.#count(wanted, where, stop.signal);
    return () => stop.abort();
  }

  /** Looks for the places of the search, after a moment without a key stroke. */
  find(wanted: Wanted): () => void {
    const stop = new AbortController();
    this.matches = null;
    if (!wanted.search) return () => undefined;
    const timer = setTimeout(() => void this.#find(wanted, stop.signal), 250);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }

  #take({ relation, columns, sorts }: Wanted, where: string | undefined, total: number): void {
    const orderBy = sorts.length > 0 ? { orderBy: sorts } : {};
    const only = where === undefined ? {} : { where };
    this.counting = false;
    this.failed = false;
    this.total = total;
    this.load = (offset, limit) =>
      this.#data.page({ relation, columns, offset, limit, ...orderBy, ...only });
  }

  async #count(wanted: Wanted, where: string, signal: AbortSignal): Promise<void> {
    this.counting = true;
    try {
      const sql = `SELECT count(*) AS n FROM ${quoteName(wanted.relation)} WHERE (\n${where}\n)`;
      const answer = await this.#data.query(sql, 1, signal);
      if (!signal.aborted) this.#take(wanted, where, Number(valueAt(answer.vectors[0]!, 0)));
    } catch {
      if (signal.aborted) return;
      this.counting = false;
      this.failed = true;
    }
  }

  async #find(wanted: Wanted, signal: AbortSignal): Promise<void> {
    try {
      const answer = await this.#data.query(matchesSql(wanted), mostMatches, signal);
      if (!signal.aborted) this.matches = Float64Array.from(answer.vectors[0]!.values as number[]);
    } catch {
      if (!signal.aborted) this.matches = new Float64Array(0);
    }
  }
}

function conditionOf({ filters, fields, search, onlyMatches }: Wanted): string | undefined {
  const where = whereSql(filters, fields);
  if (!search || !onlyMatches) return where;
  return [...(where ? [where] : []), searchSql(search, fields)].join('\nAND ');
}

/** The row numbers at which matching rows stand in the order shown. */
function matchesSql(wanted: Wanted): string {
  const { relation, fields, filters, sorts, search } = wanted;
  const where = wanted.onlyMatches ? conditionOf(wanted) : whereSql(filters, fields);
  const order = sorts.map(
    ({ column, descending }) => `${quoteName(column)} ${descending ? 'DESC' : 'ASC'} NULLS LAST`
  );
  const over = order.length > 0 ? `ORDER BY ${[...order, 'rowid'].join(', ')}` : '';
  return `SELECT CAST("~place" AS DOUBLE) AS n FROM (
    SELECT row_number() OVER (${over}) - 1 AS "~place", ${searchSql(search, fields)} AS "~hit"
    FROM ${quoteName(relation)}${where === undefined ? '' : ` WHERE (\n${where}\n)`}
  ) WHERE "~hit" ORDER BY n`;
}
