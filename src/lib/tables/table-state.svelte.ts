import type { Field } from '#lib/base/columns.ts';
import type { ViewData } from '#lib/cells/core/view.ts';
import type { Filter } from '#lib/sql/filter.ts';
import type { Sort } from '#lib/ui/grid/sort.ts';

/** How a reader looks at one relation: kept while the page is open, never written into the notebook. */
export class TableState {
  sorts = $state.raw<readonly Sort[]>([]);
  filters = $state.raw<readonly Filter[]>([]);
  search = $state('');
  onlyMatches = $state(false);
  pinned = $state.raw<readonly string[]>([]);
  hidden = $state.raw<readonly string[]>([]);
  widths = $state<Record<string, number>>({});

  /** The columns to show, the pinned ones first. */
  shown(fields: readonly Field[]): readonly Field[] {
    const seen = fields.filter((f) => !this.hidden.includes(f.name));
    const first = this.pinned.flatMap((name) => seen.find((f) => f.name === name) ?? []);
    return [...first, ...seen.filter((f) => !first.includes(f))];
  }

  /** Leaves out what speaks of columns that a new result no longer has. */
  fit(fields: readonly Field[]): void {
    const has = (name: string) => fields.some((f) => f.name === name);
    const sorts = this.sorts.filter((s) => has(s.column));
    const filters = this.filters.filter((f) => has(f.column));
    if (sorts.length < this.sorts.length) this.sorts = sorts;
    if (filters.length < this.filters.length) this.filters = filters;
    if (fields.every((f) => this.hidden.includes(f.name))) this.hidden = [];
  }

  /** Puts a filter in the place of those on the same column that speak of the same thing. */
  setFilter(filter: Filter, instead?: Filter): void {
    const kept = this.filters.filter((f) => f !== instead && !replaces(filter, f));
    this.filters = [...kept, filter];
  }

  removeFilter(filter: Filter): void {
    this.filters = this.filters.filter((f) => f !== filter);
  }

  clear(): void {
    this.filters = [];
    this.search = '';
    this.onlyMatches = false;
  }

  togglePin(column: string): void {
    this.pinned = this.pinned.includes(column)
      ? this.pinned.filter((name) => name !== column)
      : [...this.pinned, column];
  }

  toggleHidden(column: string): void {
    this.hidden = this.hidden.includes(column)
      ? this.hidden.filter((name) => name !== column)
      : [...this.hidden, column];
  }
}

/** Conditions on text add up; of the others the last one on a column holds. */
function replaces(next: Filter, old: Filter): boolean {
  const isText = (f: Filter) => 'text' in f;
  return next.column === old.column && !(isText(next) && isText(old) && next.op !== old.op);
}

const states = new WeakMap<ViewData, Map<string, TableState>>();

/** The state of a relation as seen through a cell's rows; the same object each time. */
export function tableStateOf(data: ViewData, relation: string): TableState {
  let known = states.get(data);
  if (!known) states.set(data, (known = new Map<string, TableState>()));
  let state = known.get(relation);
  if (!state) known.set(relation, (state = new TableState()));
  return state;
}
