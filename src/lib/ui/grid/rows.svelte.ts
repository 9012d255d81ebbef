import type { Columns, Field } from '#lib/base/columns.ts';
import { PageCache } from './pages.ts';

/** What a grid is told to show. */
export interface GridSource {
  readonly total: number;
  readonly fields: readonly Field[];
  /** Rows from `offset` on. A new function means new data. */
  readonly load: (offset: number, limit: number) => Promise<Columns>;
}

/** The rows that a grid draws: those of a new source take the place of the old ones only when the first in sight have come. */
export class GridRows {
  total = $state(0);
  fields = $state.raw<readonly Field[]>([]);
  failed = $state(false);
  /** Whether any source has been shown yet. */
  ready = $state(false);
  /** Rises with every page that comes. */
  revision = $state(0);
  #cache = $state.raw<PageCache>();

  /** Asks for a source's rows from `first` up to `last` and then shows it; the function returned calls that off. */
  show({ total, fields, load }: GridSource, first: number, last: number): () => void {
    const next = new PageCache(load, {
      changed: () => this.revision++,
      failed: () => (this.failed = true)
    });
    let stale = false;
    void next.want(first, Math.max(last, first + 1)).then(() => {
      if (stale) return;
      this.failed = false;
      this.#cache = next;
      this.total = total;
      this.fields = fields;
      this.ready = true;
      this.revision++;
    });
    return () => {
      stale = true;
    };
  }

  /** The page that holds a row and the row's place in it, if it has come. */
  at(row: number): { readonly page: Columns; readonly index: number } | null {
    void this.revision;
    return this.#cache?.at(row) ?? null;
  }

  want(first: number, last: number): void {
    if (this.#cache && this.total > 0) void this.#cache.want(first, Math.min(this.total, last));
  }
}
