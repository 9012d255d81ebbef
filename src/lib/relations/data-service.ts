import { hash128 } from '#lib/base/hash.ts';
import type { RelationInfo, SqlRun } from '#lib/cells/core/context.ts';
import type { LoadRun } from '#lib/cells/core/loader.ts';
import { runnerOf } from '#lib/cells/runners.ts';
import { fail } from '#lib/problems/index.ts';
import { Transferred, type Handlers } from '#lib/rpc/contract.ts';
import { serve } from '#lib/rpc/server.ts';
import type { Connection } from '#lib/runtime/connection.ts';
import type { Outcome } from '#lib/runtime/engine.ts';
import { runContext } from '#lib/runtime/run-context.ts';
import { sqlNames } from '#lib/sql/names.ts';
import { profileTable } from '#lib/sql/profile/index.ts';
import { quoteName } from '#lib/sql/quote.ts';
import { ipcFromColumns } from './arrow.ts';
import type { DataContract, TableContract } from './data-contract.ts';
import type { DuckDbRelations } from './duckdb.ts';
import { exportRelation } from './export/index.ts';
import { Files, type FetchExample } from './files.ts';
import { wholeStream } from './ipc-stream.ts';
import { lookAt } from './load/look.ts';
import type { FormatParts } from './load/pass.ts';
import { runLoadKind } from './loader.ts';
import { PageOrders } from './page-orders.ts';
import { cappedSql, fieldOf, selectList } from './page-sql.ts';
import { RestoredTables } from './restored-tables.ts';
import type { ResultCache } from './result-cache.ts';
import { SpareTime } from './spare-time.ts';
import { retainRows } from './retain.ts';
import { inOrderOfKeys, reviseTable } from './revise.ts';
import { publishRun, runSqlKind } from './sql-run.ts';
import { hidden, isHidden } from './sql-text.ts';
import { tableSizes } from './table-sizes.ts';

/** What the host of the service gives it. */
export interface DataServiceParts extends FormatParts {
  openRelations(): Promise<DuckDbRelations>;
  /** How bundled data is fetched once the site's root is known. */
  examplesAt(assets: string): FetchExample;
  /** Where results are kept; null where the browser has no place for them. */
  openCache(notebook: string): Promise<ResultCache | null>;
  now(): number;
}

interface Started {
  readonly relations: DuckDbRelations;
  readonly restored: RestoredTables;
  readonly orders: PageOrders;
  readonly ms: number;
}

/** What the data worker does: it owns the relations, the files and the kept results. */
export function dataHandlers(parts: DataServiceParts): Handlers<DataContract> {
  let assets = '';
  let starting: Promise<Started> | null = null;
  const examples: FetchExample = (path) => parts.examplesAt(assets)(path);
  const files = new Files(examples);
  const connections = new Map<string, Connection>();
  const written = new Map<number, Set<string>>();
  /** The run that writes a live table, and how many rows that no longer keeps. */
  const live = new Map<string, { readonly run: number; readonly letGo: number }>();
  /** The keys of live tables whose rows have been revised. */
  const revised = new Map<string, readonly string[]>();
  const spare = new SpareTime();

  async function start(notebook: string): Promise<Started> {
    const from = parts.now();
    const [relations, cache] = await Promise.all([
      parts.openRelations(),
      parts.openCache(notebook).catch(() => null)
    ]);
    const restored = new RestoredTables(relations, cache);
    const orders = new PageOrders(relations);
    return { relations, restored, orders, ms: parts.now() - from };
  }

  function started(): Promise<Started> {
    if (starting) return starting;
    throw fail('engine.not-started', { detail: 'It was used before it was started.' });
  }

  /** What was known of these relations no longer holds. */
  async function changed(names: readonly string[]): Promise<void> {
    const { restored, orders } = await started();
    restored.forget(names);
    await orders.forget(names);
  }

  async function tableOf(relation: string): Promise<Started & { readonly info: RelationInfo }> {
    const engine = await started();
    await engine.restored.bring([relation]);
    const info = await engine.relations.describe(relation);
    if (!info) throw fail('data.no-relation', { name: relation, nearest: '' });
    return { ...engine, info };
  }

  const tables: Handlers<TableContract> = {
    async readTable({ relation, columns, orderBy = [] }, { signal }) {
      const { relations, info } = await tableOf(relation);
      const order = orderBy.map((name) => quoteName(fieldOf(info, name)[0]));
      const sort = order.length > 0 ? ` ORDER BY ${[...order, 'rowid'].join(', ')}` : '';
      const sql = `SELECT ${selectList(info, columns)} FROM ${quoteName(info.name)}${sort}`;
      return moved(await collected(relations.scan(sql, signal)));
    },

    async describeTable({ relation }) {
      const { relations, restored } = await started();
      return restored.describe(relation) ?? (await relations.describe(relation)) ?? null;
    },

    async writeTable({ run, relation, ipc }) {
      const { relations } = await started();
      const names = written.get(run) ?? new Set<string>();
      written.set(run, names);
      const create = !names.has(relation);
      names.add(relation);
      await relations.insertIpc(hidden(run, relation), ipc, create);
      return null;
    },

    async appendTable({ run, relation, ipc, retain = [], revision, fresh = false }) {
      const { relations } = await started();
      const create = fresh || live.get(relation)?.run !== run;
      await changed([relation]);
      if (create) {
        live.set(relation, { run, letGo: 0 });
        revised.delete(relation);
        await relations.drop([relation]);
      }
      if (revision) {
        revised.set(relation, revision.keys);
        const staged = hidden(run, relation);
        await reviseTable(relations, relation, ipc, revision, { staged, create });
      } else await relations.insertIpc(relation, ipc, create);
      const all = (await relations.describe(relation))!;
      const info = await retainRows(relations, all, retain);
      const letGo = live.get(relation)!.letGo + all.rows - info.rows;
      live.set(relation, { run, letGo });
      return letGo > 0 ? { ...info, letGo } : info;
    }
  };

  return {
    ...tables,

    async start({ assets: root, notebook }) {
      assets = root;
      starting ??= start(notebook);
      const { relations, ms } = await starting;
      return { version: await relations.version(), ms };
    },

    async connect({ port }) {
      serve<TableContract>(port, tables);
      return null;
    },

    async runJob(job, { signal, progress }) {
      const { relations, restored } = await started();
      await restored.bring(job.inputs.map((input) => input.relation));
      const { context, verdict } = runContext(job, { signal, onProgress: progress });
      const run = await runnerOf(job.cell.kind);
      const done = await spare.run(() =>
        job.mode === 'load'
          ? runLoadKind(
              { relations, files, connections, ...formatsOf(parts) },
              job,
              run as LoadRun<unknown>,
              context
            )
          : runSqlKind(relations, job, run as SqlRun<unknown>, context)
      );
      await changed(job.outputs);
      restored.published(done.relations, done.hash);
      return { ...done, ...verdict() } satisfies Outcome;
    },

    async publish({ run, outputs }) {
      const { relations, restored } = await started();
      const names = new Map([...(written.get(run) ?? [])].map((name) => [name, null]));
      const published = await publishRun(relations, run, names, outputs);
      written.delete(run);
      await changed(outputs);
      restored.published(published.relations, published.hash);
      return published;
    },

    async settleLive({ relations: names }) {
      const { relations, restored } = await started();
      await changed(names.filter((name) => revised.has(name)));
      const parts: string[] = [];
      const infos: RelationInfo[] = [];
      for (const name of [...names].sort()) {
        const keys = revised.get(name);
        if (keys) await inOrderOfKeys(relations, name, keys, hidden(0, name));
        revised.delete(name);
        const info = await relations.describe(name);
        if (!info) continue;
        infos.push(info);
        parts.push(`${name} ${await relations.hash(info)}`);
      }
      const hash = hash128(parts.join('\n'));
      restored.published(infos, hash);
      return { hash };
    },

    async discard({ run }) {
      const { relations } = await started();
      const names = [...(written.get(run) ?? [])];
      written.delete(run);
      await relations.drop(names.map((name) => hidden(run, name)));
      return null;
    },

    async drop({ relations: names }) {
      const { relations } = await started();
      await changed(names);
      await relations.drop(names.filter((name) => !isHidden(name)));
      return null;
    },

    async page(request, { signal }) {
      const { restored } = await started();
      const preview = restored.page(request);
      if (preview) return moved(ipcFromColumns(preview));
      const { orders, info } = await tableOf(request.relation);
      return moved(await orders.page(info, request, signal));
    },

    async query({ sql, limit }, { signal }) {
      const { relations, restored } = await started();
      await restored.bring(sqlNames(sql, restored.names));
      return moved(await relations.queryIpc(cappedSql(sql, limit), signal));
    },

    async profile({ relation }, { signal }) {
      return spare.use(async (stop) => {
        const { relations, info } = await tableOf(relation);
        return profileTable(info, (sql) => relations.query(sql, stop));
      }, signal);
    },

    async export({ relation, ...request }, { signal, progress }) {
      const { relations, info } = await tableOf(relation);
      const { loadParquet } = parts;
      return exportRelation({ relations, loadParquet }, info, request, signal, progress);
    },

    async lookAt({ files: given }) {
      return Promise.all(given.map((file) => lookAt(file, parts.loadParquet)));
    },

    async addFiles({ files: given }) {
      return files.add(given);
    },

    async removeFile({ name }) {
      files.remove(name);
      return null;
    },

    async setConnections({ connections: given }) {
      connections.clear();
      for (const connection of given) connections.set(connection.name, connection);
      return null;
    },

    async fileMark({ connection, ...source }) {
      if (connection === undefined) return files.mark(source);
      const { url = '', user = '', database = '' } = connections.get(connection) ?? {};
      return hash128([connection, url, user, database].join('\n'));
    },

    async keep({ fingerprint, outcome }, { signal }) {
      const { restored } = await started();
      await spare.use((stop) => restored.keep(fingerprint, outcome, stop), signal);
      return null;
    },

    async restore({ fingerprint }) {
      return (await started()).restored.restore(fingerprint);
    },

    async memory() {
      return (await started()).relations.memory();
    },

    async tableSizes() {
      return tableSizes((await started()).relations);
    },

    async keptBytes() {
      return (await started()).restored.keptBytes();
    },

    async forgetKept() {
      await (await started()).restored.forgetKept();
      return null;
    }
  };
}

function formatsOf({ loadParquet, loadSqlite, openDatabase }: FormatParts): FormatParts {
  return { loadParquet, loadSqlite, openDatabase };
}

async function collected(messages: AsyncIterable<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const all: Uint8Array[] = [];
  for await (const message of messages) all.push(message);
  return wholeStream(all);
}

function moved(bytes: Uint8Array): Transferred<Uint8Array> {
  return new Transferred(bytes, [bytes.buffer as ArrayBuffer]);
}
