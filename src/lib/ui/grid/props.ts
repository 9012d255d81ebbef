import type { Snippet } from 'svelte';
import type { Columns, Field, Vector } from '#lib/base/columns.ts';
import type { Sort } from './sort.ts';

export interface GridProps {
  /** What the table is, for a screen reader. */
  label: string;
  total: number;
  fields: readonly Field[];
  /** Rows from `offset` on. A new function means new data: the old rows stay until the new ones are there. */
  load: (offset: number, limit: number) => Promise<Columns>;
  /** What stands under a column's name instead of its type: a unit, a count of missing values. */
  notes?: Readonly<Record<string, string>>;
  sorts?: readonly Sort[];
  onsort?: ((sorts: readonly Sort[]) => void) | undefined;
  /** So many of the first columns stay in sight at the left. */
  pinned?: number;
  /** Widths in px that the reader set, by column. */
  widths?: Readonly<Record<string, number>>;
  onresize?: ((column: string, width: number) => void) | undefined;
  /** A column's menu is asked for. */
  onmenu?: ((field: Field, anchor: HTMLElement) => void) | undefined;
  /** The pointer or the focus rests on a column's head; null: on none. */
  onpoint?: ((field: Field | null, anchor: HTMLElement | null) => void) | undefined;
  /** The focus stands on a cell; null: while its row is on its way. */
  onfocuscell?: ((field: Field, vector: Vector | null, index: number) => void) | undefined;
  /** Cells that show this text are marked. */
  find?: string;
  /** A row shown as chosen. */
  selected?: number | null;
  onselect?: ((row: number) => void) | undefined;
  /** Rows in sight before it scrolls. */
  maxRows?: number;
  /** Drawn in the head under the type, such as a small histogram. */
  head?: Snippet<[Field]>;
  /** Text of a cell in other words than the usual ones; undefined leaves them. */
  format?: ((field: Field, value: string) => string | undefined) | undefined;
}
