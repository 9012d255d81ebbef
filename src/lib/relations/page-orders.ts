import type { RelationInfo } from '#lib/cells/core/context.ts';
import type { PageRequest } from '#lib/runtime/engine.ts';
import { nameKey, quoteName } from '#lib/sql/quote.ts';
import type { DuckDbRelations } from './duckdb.ts';
import { pageSql, rowOrderSql, selectList } from './page-sql.ts';

/** Beyond this many rows from the top, sorting anew for every window costs more than keeping the order. */
const deep = 2000;
const most = 2;

interface KeptOrder {
  readonly relation: string;
  readonly table: string;
}

/**
 * Windows of rows. The top of an order is found by sorting, which the engine does well; for windows far down, the row
 * numbers in that order, or those that a filter takes, are put into a table once, and each further window takes its rows by number.
 */
export class PageOrders {
  readonly #relations: DuckDbRelations;
  readonly #kept = new Map<string, Promise<KeptOrder>>();
  #serial = 0;

  constructor(relations: DuckDbRelations) {
    this.#relations = relations;
  }

  async page(info: RelationInfo, request: PageRequest, signal: AbortSignal): Promise<Uint8Array> {
    const { offset = 0, limit = 100, orderBy = [], where } = request;
    const plain = () => this.#relations.queryIpc(pageSql(info, request), signal);
    const asStored = orderBy.length === 0 && !where;
    if (asStored || offset + limit <= deep) return plain();
    const key = JSON.stringify([nameKey(info.name), orderBy, request.where ?? '']);
    const { table } = await this.#order(key, info, request, signal);
    const rows = await this.#relations.queryIpc(
      `SELECT ${selectList(info, request.columns)} FROM ${quoteName(info.name)} AS "~t"
       JOIN (SELECT "~row", rowid AS "~place" FROM ${quoteName(table)} LIMIT ${limit} OFFSET ${offset})
       ON "~t".rowid = "~row" ORDER BY "~place"`,
      signal
    );
    // The relation may have changed while its rows were looked up.
    return this.#kept.has(key) ? rows : plain();
  }

  /** The relations have other rows now. */
  async forget(names: readonly string[]): Promise<void> {
    const gone = new Set(names.map(nameKey));
    for (const [key, order] of this.#kept) {
      const kept = await order.catch(() => null);
      if (kept && gone.has(kept.relation)) await this.#drop(key);
    }
  }

  async #order(
    key: string,
    info: RelationInfo,
    request: PageRequest,
    signal: AbortSignal
  ): Promise<KeptOrder> {
    const known = this.#kept.get(key);
    if (known) return known;
    const oldest = [...this.#kept.keys()][0];
    if (oldest !== undefined && this.#kept.size >= most) await this.#drop(oldest);
    const table = `~order~${++this.#serial}`;
    const made = this.#relations
      .createAs(table, rowOrderSql(info, request), signal)
      .then(() => ({ relation: nameKey(info.name), table }));
    this.#kept.set(key, made);
    made.catch(() => this.#kept.delete(key));
    return made;
  }

  async #drop(key: string): Promise<void> {
    const order = await this.#kept.get(key)?.catch(() => null);
    this.#kept.delete(key);
    if (order) await this.#relations.drop([order.table]);
  }
}
