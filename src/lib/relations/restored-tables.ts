import { take, type Columns } from '#lib/base/columns.ts';
import type { RelationInfo } from '#lib/cells/core/context.ts';
import { fail } from '#lib/problems/index.ts';
import type { Outcome, PageRequest } from '#lib/runtime/engine.ts';
import { nameKey, quoteName } from '#lib/sql/quote.ts';
import type { DuckDbRelations } from './duckdb.ts';
import { endOfStream } from './ipc-stream.ts';
import type { KeptTable, ResultCache, TableToKeep } from './result-cache.ts';
import { selectList } from './page-sql.ts';

const previewRows = 200;

/** Larger results are not kept: packing them takes longer than making them, and they would push out all others. */
const mostValues = 24_000_000;

interface Waiting extends KeptTable {
  loading: Promise<void> | null;
}

/** Relations that were kept and are wanted again: known by schema and first rows at once, in the engine only when somebody reads them. */
export class RestoredTables {
  readonly #relations: DuckDbRelations;
  readonly #cache: ResultCache | null;
  readonly #waiting = new Map<string, Waiting>();
  /** The outcome that each public relation belongs to, so that nothing is kept under another's fingerprint. */
  readonly #hashes = new Map<string, string>();
  /** By fingerprint, what is being kept at the moment. */
  readonly #underWay = new Map<string, Promise<void>>();

  constructor(relations: DuckDbRelations, cache: ResultCache | null) {
    this.#relations = relations;
    this.#cache = cache;
  }

  /** Names of the relations that are not in the engine yet. */
  get names(): readonly string[] {
    return [...this.#waiting.values()].map(({ info }) => info.name);
  }

  describe(name: string): RelationInfo | undefined {
    return this.#waiting.get(nameKey(name))?.info;
  }

  /** A window that the first rows cover; null when the table itself is needed. */
  page({
    relation,
    columns,
    offset = 0,
    limit = 100,
    orderBy = [],
    where
  }: PageRequest): Columns | null {
    const table = this.#waiting.get(nameKey(relation));
    if (!table || where || orderBy.length > 0) return null;
    const { preview, info } = table;
    if (offset + limit > preview.length && preview.length < info.rows) return null;
    const names = columns ?? preview.names;
    const places = names.map((name) => preview.names.indexOf(name));
    if (places.includes(-1)) return null;
    const chosen: Columns = {
      length: preview.length,
      names,
      vectors: places.map((place) => preview.vectors[place]!)
    };
    const length = Math.max(0, Math.min(limit, preview.length - offset));
    const rows = Int32Array.from({ length }, (_, i) => offset + i);
    return take(chosen, rows);
  }

  /** Puts those of the named relations into the engine that wait to be. */
  async bring(names: readonly string[]): Promise<void> {
    for (const name of new Set(names.map(nameKey))) {
      const table = this.#waiting.get(name);
      if (!table) continue;
      table.loading ??= this.#load(name, table);
      await table.loading;
    }
  }

  /** The relations are made anew or gone: what waits under their names is void. */
  forget(names: readonly string[]): void {
    for (const name of names) {
      this.#waiting.delete(nameKey(name));
      this.#hashes.delete(nameKey(name));
    }
  }

  /** Notes which outcome the relations now belong to. */
  published(relations: readonly RelationInfo[], hash: string): void {
    for (const { name } of relations) this.#hashes.set(nameKey(name), hash);
  }

  async restore(fingerprint: string): Promise<Outcome | null> {
    await this.#underWay.get(fingerprint);
    const kept = await this.#cache?.restore(fingerprint);
    if (!kept) return null;
    for (const table of kept.tables) {
      const key = nameKey(table.info.name);
      this.#waiting.set(key, { ...table, loading: null });
      this.#hashes.set(key, kept.outcome.hash);
    }
    return kept.outcome;
  }

  /** Keeps an outcome with its tables, unless they have been made anew meanwhile; nothing is kept when stopped. */
  async keep(fingerprint: string, outcome: Outcome, signal: AbortSignal): Promise<void> {
    const done = this.#keep(fingerprint, outcome, signal);
    this.#underWay.set(
      fingerprint,
      done.catch(() => undefined)
    );
    await done.finally(() => this.#underWay.delete(fingerprint));
  }

  /** Bytes on disk of all kept results. */
  async keptBytes(): Promise<number> {
    return this.#cache?.bytes() ?? 0;
  }

  /** Forgets every kept result; those that wait to be read come into the engine first. */
  async forgetKept(): Promise<void> {
    await this.bring(this.names);
    await Promise.all(this.#underWay.values());
    await this.#cache?.clear();
  }

  async #keep(fingerprint: string, outcome: Outcome, signal: AbortSignal): Promise<void> {
    const current = () =>
      outcome.relations.every(
        ({ name }) => this.#hashes.get(nameKey(name)) === outcome.hash && !this.describe(name)
      );
    if (!this.#cache || !current()) return;
    const values = outcome.relations.reduce((sum, r) => sum + r.rows * r.fields.length, 0);
    if (values > mostValues) return;
    const tables: TableToKeep[] = [];
    for (const info of outcome.relations) {
      const preview = await this.#relations.read(info.name, { limit: previewRows }, signal);
      tables.push({ info, preview, content: this.#content(info, signal) });
    }
    await this.#cache.keep(fingerprint, outcome, tables);
    if (!current()) await this.#cache.discard(fingerprint);
  }

  async *#content(info: RelationInfo, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    yield* this.#relations.scan(`SELECT ${selectList(info)} FROM ${quoteName(info.name)}`, signal);
    yield endOfStream;
  }

  async #load(key: string, table: Waiting): Promise<void> {
    const { info } = table;
    const staged = `~restored~${key}`;
    try {
      await this.#relations.drop([staged]);
      await this.#relations.insertIpc(staged, await table.read(), true);
      if (this.#waiting.get(key) !== table) return;
      await this.#relations.publish([{ from: staged, to: info.name }], []);
      this.#waiting.delete(key);
    } catch {
      this.#waiting.delete(key);
      throw fail('data.kept-broken', { name: info.name });
    } finally {
      await this.#relations.drop([staged]);
    }
  }
}
