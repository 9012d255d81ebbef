import { concat, fieldsOf, take, type Columns } from '#lib/base/columns.ts';
import { nearest } from '#lib/base/nearest.ts';
import { Cancelled } from '#lib/base/problem.ts';
import type { RelationInfo } from '#lib/cells/core/context.ts';
import { fail } from '#lib/problems/index.ts';
import type { ReadOptions, Relations } from './relations.ts';
import { requireSameColumns } from './columns-match.ts';
import { isHidden } from './sql-text.ts';

/** Relations as a map of columns: what tests and workers without DuckDB use. */
export class MemoryRelations implements Relations {
  readonly #tables = new Map<string, { name: string; data: Columns }>();

  async list(): Promise<readonly RelationInfo[]> {
    return [...this.#tables.values()]
      .filter(({ name }) => !isHidden(name))
      .map(({ name, data }) => infoOf(name, data))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async describe(name: string): Promise<RelationInfo | undefined> {
    const table = this.#tables.get(keyOf(name));
    return table && infoOf(table.name, table.data);
  }

  async read(name: string, options: ReadOptions = {}, signal?: AbortSignal): Promise<Columns> {
    if (signal?.aborted) throw new Cancelled();
    const { data } = this.#table(name);
    const chosen = options.columns ? choose(data, options.columns) : data;
    const { offset = 0, limit = chosen.length } = options;
    if (offset === 0 && limit >= chosen.length) return chosen;
    const length = Math.max(0, Math.min(limit, chosen.length - offset));
    return take(
      chosen,
      Int32Array.from({ length }, (_, i) => offset + i)
    );
  }

  async write(name: string, data: Columns): Promise<RelationInfo> {
    this.#tables.set(keyOf(name), { name, data });
    return infoOf(name, data);
  }

  async append(name: string, data: Columns): Promise<void> {
    const table = this.#tables.get(keyOf(name));
    if (!table) {
      await this.write(name, data);
      return;
    }
    requireSameColumns(infoOf(table.name, table.data), data);
    table.data = concat([table.data, data]);
  }

  async drop(names: readonly string[]): Promise<void> {
    for (const name of names) this.#tables.delete(keyOf(name));
  }

  async publish(
    renames: readonly { readonly from: string; readonly to: string }[],
    gone: readonly string[]
  ): Promise<void> {
    const moved = renames.map(({ from, to }) => ({ from, to, data: this.#table(from).data }));
    await this.drop([...gone, ...moved.map(({ from }) => from)]);
    for (const { to, data } of moved) await this.write(to, data);
  }

  #table(name: string) {
    const table = this.#tables.get(keyOf(name));
    if (table) return table;
    const known = [...this.#tables.values()].map((t) => t.name).filter((n) => !isHidden(n));
    throw fail('data.no-relation', { name, nearest: nearest(name, known) });
  }
}

function keyOf(name: string): string {
  return name.toLowerCase();
}

function infoOf(name: string, data: Columns): RelationInfo {
  return { name, rows: data.length, fields: fieldsOf(data) };
}

function choose(data: Columns, names: readonly string[]): Columns {
  const places = names.map((name) => {
    const exact = data.names.indexOf(name);
    const place = exact >= 0 ? exact : data.names.findIndex((n) => keyOf(n) === keyOf(name));
    if (place >= 0) return place;
    const known = data.names.join(', ');
    throw fail('sql.no-column', { name, nearest: nearest(name, data.names), candidates: known });
  });
  return {
    length: data.length,
    names: places.map((place) => data.names[place]!),
    vectors: places.map((place) => data.vectors[place]!)
  };
}
