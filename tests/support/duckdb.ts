import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Worker as NodeThread } from 'node:worker_threads';
import { AsyncDuckDB, VoidLogger } from '@duckdb/duckdb-wasm';
import type { Columns } from '#lib/base/columns.ts';
import { ProblemError, type Problem, type Scalar } from '#lib/base/problem.ts';
import { seeded } from '#lib/base/random.ts';
import type { Cell, RunContext, SqlRun } from '#lib/cells/core/context.ts';
import type { CellKind } from '#lib/cells/core/define.ts';
import type { LoadRun } from '#lib/cells/core/loader.ts';
import { DuckDbRelations } from '#lib/relations/duckdb.ts';
import { Files } from '#lib/relations/files.ts';
import type { EngineOptions } from '#lib/relations/duckdb-engine.ts';
import type { FormatParts } from '#lib/relations/load/pass.ts';
import { runLoadKind, type LoadParts } from '#lib/relations/loader.ts';
import { runSqlKind } from '#lib/relations/sql-run.ts';
import type { Connection } from '#lib/runtime/connection.ts';
import type { Job } from '#lib/runtime/engine.ts';
import type { RunId } from '#lib/runtime/states.ts';

const dist = path.dirname(createRequire(import.meta.url).resolve('@duckdb/duckdb-wasm'));

/** Gives DuckDB's Node script the globals of a web worker. */
const boot = `
const { parentPort, workerData } = require('node:worker_threads');
globalThis.postMessage = (message, transfer) => parentPort.postMessage(message, transfer);
parentPort.on('message', (data) => globalThis.onmessage({ data }));
require(workerData);
`;

class WebWorkerInNode {
  readonly #thread = new NodeThread(boot, {
    eval: true,
    workerData: path.join(dist, 'duckdb-node-eh.worker.cjs'),
    stdout: true,
    stderr: true
  });

  constructor() {
    this.#thread.unref();
  }

  addEventListener(type: string, listener: (event: unknown) => void): void {
    if (type === 'message') this.#thread.on('message', (data: unknown) => listener({ data }));
    else if (type === 'error') this.#thread.on('error', (error) => listener({ error }));
  }

  removeEventListener(): void {
    this.#thread.removeAllListeners();
  }

  postMessage(message: unknown, transfer: ArrayBuffer[]): void {
    this.#thread.postMessage(message, transfer);
  }

  terminate(): void {
    void this.#thread.terminate();
  }
}

/** The counterpart of the browser's: a database file in an engine of its own. */
async function openDatabase(blob: Blob): Promise<DuckDbRelations> {
  const db = new AsyncDuckDB(new VoidLogger(), new WebWorkerInNode() as unknown as Worker);
  await db.instantiate(path.join(dist, 'duckdb-eh.wasm'));
  await db.registerFileBuffer('given.duckdb', new Uint8Array(await blob.arrayBuffer()));
  return DuckDbRelations.open(db, { file: 'given.duckdb' });
}

/** A fresh DuckDB-WASM in a worker thread, locked down as in the browser. It takes about two seconds: share it within a file. */
export async function openTestDuckDb(options: EngineOptions = {}): Promise<DuckDbRelations> {
  const db = new AsyncDuckDB(new VoidLogger(), new WebWorkerInNode() as unknown as Worker);
  await db.instantiate(path.join(dist, 'duckdb-eh.wasm'));
  return DuckDbRelations.open(db, options);
}

/** Input tables for a test: columns, or CSV text whose types the loader finds. */
export type Given = Readonly<Record<string, string | Columns>>;

export async function giveTables(relations: DuckDbRelations, given: Given): Promise<void> {
  for (const [name, table] of Object.entries(given)) {
    if (typeof table === 'string') await giveCsv(relations, name, table.trim());
    else await relations.write(name, table);
  }
}

async function giveCsv(relations: DuckDbRelations, name: string, csv: string): Promise<void> {
  const cell: Cell = { name, kind: 'data', body: csv, config: null, params: {} };
  const job: Job = { ...emptyJob, cell, mode: 'load', outputs: [name] };
  const load: LoadRun<unknown> = (_, loader) =>
    loader.loadText(name, name, csv, { delimiter: ',' });
  await runLoadKind(partsWith(relations, noFiles), job, load, testContext(1, name, []).ctx);
}

const emptyJob = {
  run: 1 as RunId,
  needsNetwork: false,
  inputs: [],
  follows: [],
  seed: 1,
  now: 0
};

const noFiles = new Files(() => Promise.reject(new Error('No bundled data here')));

/** Readers of formats as the browser has them, for Node. */
export const testFormats: FormatParts = {
  loadParquet: () => import('parquet-wasm'),
  loadSqlite: async () => (await import('sql.js')).default(),
  openDatabase
};

function partsWith(relations: DuckDbRelations, files: Files): LoadParts {
  return { relations, files, ...testFormats };
}

export interface TestCase {
  readonly body: string;
  /** The cell's name; default `example`. */
  readonly name?: string;
  readonly params?: Readonly<Record<string, Scalar>>;
  readonly given?: Given;
  readonly seed?: number;
  readonly flags?: Readonly<Record<string, string>>;
  /** Parts of the context that the test watches or bends. */
  readonly context?: Partial<RunContext>;
}

export interface TestOutcome {
  /** Every output relation that the run published, by name. */
  readonly relations: Readonly<Record<string, Columns>>;
  readonly report: unknown;
  /** Problems of the text, warnings, failures and what stopped the run. */
  readonly problems: readonly Problem[];
  readonly failed?: { readonly gate: boolean };
  readonly hash: string;
}

/** A cell of an `sql` kind run as the data worker runs it; the outputs are read back and removed. */
export async function runSqlKindForTest(
  relations: DuckDbRelations,
  kind: CellKind,
  run: SqlRun<never>,
  { body, name = 'example', params = {}, given = {}, seed = 1, flags = {}, context = {} }: TestCase
): Promise<TestOutcome> {
  const parsed = kind.body.parse(body, params);
  const problems: Problem[] = [...parsed.problems];
  const nothing = { relations: {}, report: null, problems, hash: '' };
  if (parsed.config === null) return nothing;
  await giveTables(relations, given);
  const cell: Cell = { name, kind: kind.kind, body, config: parsed.config, params, flags };
  const outputs = kind.outputs.map((suffix) => (suffix ? `${name}_${suffix}` : name));
  const job: Job = { ...emptyJob, cell, mode: 'sql', inputs: kind.reads(cell), outputs, seed };
  const { ctx, failed } = testContext(seed, name, problems);
  try {
    const done = await runSqlKind(relations, job, run as SqlRun<unknown>, {
      ...ctx,
      ...context
    });
    const tables: Record<string, Columns> = {};
    for (const info of done.relations) tables[info.name] = await relations.read(info.name);
    await relations.drop(job.outputs);
    const gate = failed();
    return {
      relations: tables,
      report: done.report,
      problems,
      hash: done.hash,
      ...(gate === null ? {} : { failed: { gate } })
    };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    problems.push(error.problem);
    return nothing;
  }
}

/** A cell of a `load` kind; `given` are files by name, bundled data comes from `static/data`. */
export async function runLoadKindForTest<C>(
  relations: DuckDbRelations,
  kind: CellKind<C>,
  run: LoadRun<C>,
  { body, name = 'example', params = {}, files = {}, connections, seed = 1, context = {} }: LoadCase
): Promise<TestOutcome> {
  const parsed = kind.body.parse(body, params);
  const problems: Problem[] = [...parsed.problems];
  const nothing = { relations: {}, report: null, problems, hash: '' };
  if (parsed.config === null) return nothing;
  const store = new Files(async (path) => new Blob([await readFile(`static/data/${path}`)]));
  store.add(
    Object.entries(files).map(([file, content]) => new File([content], file, { lastModified: 0 }))
  );
  const cell: Cell = { name, kind: kind.kind, body, config: parsed.config, params };
  const outputs = kind.outputs.map((suffix) => (suffix ? `${name}_${suffix}` : name));
  const job: Job = { ...emptyJob, cell, mode: 'load', outputs, seed };
  const { ctx, failed } = testContext(seed, name, problems);
  const parts = { ...partsWith(relations, store), ...(connections ? { connections } : {}) };
  try {
    const done = await runLoadKind(parts, job, run as LoadRun<unknown>, { ...ctx, ...context });
    const tables: Record<string, Columns> = {};
    for (const info of done.relations) tables[info.name] = await relations.read(info.name);
    const gate = failed();
    return {
      relations: tables,
      report: done.report,
      problems,
      hash: done.hash,
      ...(gate === null ? {} : { failed: { gate } })
    };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    problems.push(error.problem);
    return nothing;
  }
}

export interface LoadCase extends Omit<TestCase, 'given'> {
  /** Files of the reader by name. */
  readonly files?: Readonly<Record<string, string | Uint8Array<ArrayBuffer>>>;
  readonly connections?: ReadonlyMap<string, Connection>;
}

function testContext(seed: number, name: string, problems: Problem[]) {
  let gate: boolean | null = null;
  const ctx: RunContext = {
    signal: new AbortController().signal,
    random: seeded(seed, name),
    seed,
    now: () => 0,
    progress: () => undefined,
    checkpoint: async () => undefined,
    warn: (problem) => problems.push(problem),
    fail(problem, options) {
      problems.push(problem);
      gate = (gate ?? false) || (options?.gate ?? false);
    }
  };
  return { ctx, failed: () => gate };
}
