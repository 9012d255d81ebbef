import { formatBytes } from '#lib/base/format.ts';
import { ProblemError } from '#lib/base/problem.ts';
import type { RelationInfo, RunContext } from '#lib/cells/core/context.ts';
import type {
  LoadedFile,
  Loader,
  LoadFrom,
  LoadOptions,
  LoadReport,
  LoadRun,
  TextOptions
} from '#lib/cells/core/loader.ts';
import { fail, problem } from '#lib/problems/index.ts';
import type { Connection } from '#lib/runtime/connection.ts';
import type { Job } from '#lib/runtime/engine.ts';
import { bindParams } from '#lib/sql/bind.ts';
import type { DuckDbRelations } from './duckdb.ts';
import type { Files, NamedBlob } from './files.ts';
import type { OpenFile } from './load/blob.ts';
import { castColumns } from './load/database.ts';
import { fetchFile } from './load/fetch-url.ts';
import { lost } from './load/lost.ts';
import { openFiles } from './load/open.ts';
import { Pass, type FormatParts } from './load/pass.ts';
import { Rejects } from './load/rejects.ts';
import { Sink } from './load/sink.ts';
import { connectionOf, loadRemote, placedInCell, type RemoteSource } from './remote/load.ts';
import { publishRun, type Published } from './sql-run.ts';
import { hidden } from './sql-text.ts';

const mostPasses = 4;

/** What loading needs besides the relations. */
export interface LoadParts extends FormatParts {
  readonly relations: DuckDbRelations;
  readonly files: Files;
  /** Engines elsewhere that this browser knows, by name. */
  readonly connections?: ReadonlyMap<string, Connection>;
}

/** Runs a kind of mode `load`; its outputs become public together when the run ends well. */
export async function runLoadKind(
  parts: LoadParts,
  job: Job,
  run: LoadRun<unknown>,
  ctx: RunContext
): Promise<Published & { readonly report: unknown }> {
  const loader = new FileLoader(parts, job, ctx);
  try {
    const report = await run(job.cell, loader, ctx);
    const published = await publishRun(parts.relations, job.run, loader.written, job.outputs);
    return { ...published, report };
  } finally {
    await parts.relations.drop(loader.leftovers);
  }
}

class FileLoader implements Loader {
  readonly written = new Map<string, RelationInfo | null>();
  readonly #parts: LoadParts;
  readonly #job: Job;
  readonly #ctx: RunContext;

  constructor(parts: LoadParts, job: Job, ctx: RunContext) {
    this.#parts = parts;
    this.#job = job;
    this.#ctx = ctx;
  }

  get leftovers(): readonly string[] {
    const own = ['stage', 'made', 'rejected'].map((part) => this.#hidden(`~${part}`));
    return [...own, ...this.#job.outputs.map((name) => this.#hidden(name))];
  }

  load(output: string, from: LoadFrom, options: LoadOptions): Promise<LoadReport> {
    return this.#filtered(options, async (bound) => {
      const { url } = from;
      const given =
        url === undefined
          ? await this.#parts.files.open(from)
          : [await fetchFile(url, options.format, this.#ctx)];
      return this.#loadAll(output, given, bound);
    });
  }

  loadRemote(
    output: string,
    { connection, query }: RemoteSource,
    options: LoadOptions
  ): Promise<LoadReport> {
    return this.#filtered(options, async (bound) => {
      const { relations, connections = new Map<string, Connection>() } = this.#parts;
      const ctx = this.#ctx;
      const at = connectionOf(connections, connection);
      const { names, rejects, sink } = this.#sink(output, bound);
      const brought = await loadRemote(relations, at, query, names.stage, ctx).catch(
        (error: unknown) => {
          throw placedInCell(error, query, this.#job.cell.body);
        }
      );
      await sink.addStage(connection, 0, 1);
      for (const warning of sink.warnings()) ctx.warn(warning);
      const file = { name: connection, format: 'arrow', ...brought } as const;
      return this.#report(output, [file], bound, sink, rejects);
    });
  }

  async loadText(
    output: string,
    name: string,
    csv: string,
    options: TextOptions
  ): Promise<LoadReport> {
    const blob = new Blob([csv]);
    const whole = { ...options, format: 'csv', encoding: 'utf-8', onBadRows: 'fail' } as const;
    try {
      return await this.#loadAll(output, [{ name, blob }], whole);
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      const line = error.problem.data?.['line'];
      if (typeof line !== 'number') throw error;
      throw new ProblemError({ ...error.problem, span: { line } });
    }
  }

  async #loadAll(
    output: string,
    given: readonly NamedBlob[],
    options: LoadOptions
  ): Promise<LoadReport> {
    const { relations } = this.#parts;
    const ctx = this.#ctx;
    const { files, warnings } = await openFiles(given, options.format).catch((error: unknown) => {
      throw lost(given[0]?.name ?? '', error) ?? error;
    });
    const { names, rejects, sink } = this.#sink(output, options);
    const pass = new Pass(this.#parts, files, options, sink, names.stage, ctx);
    try {
      for (let n = 1; ; n++) {
        await pass.run();
        if (!pass.again && !sink.restart) break;
        if (n === mostPasses) throw fail('source.unsettled', { file: files[0]?.name ?? '' });
        await sink.again();
      }
    } catch (error) {
      throw await this.#asTooLarge(error, files, names.target);
    }
    for (const warning of [...warnings, ...sink.warnings(), ...pass.warnings]) ctx.warn(warning);
    await castColumns(relations, names.target, nestedCasts(pass, options));
    return this.#report(output, pass.loaded, options, sink, rejects);
  }

  #sink(output: string, options: LoadOptions) {
    const { relations } = this.#parts;
    const stop = options.onBadRows === 'fail';
    const rejects = new Rejects(relations, this.#hidden('~rejected'), stop);
    const names = {
      target: this.#hidden(output),
      stage: this.#hidden('~stage'),
      made: this.#hidden('~made')
    };
    return { names, rejects, sink: new Sink(relations, names, options, rejects, this.#ctx) };
  }

  async #report(
    output: string,
    files: readonly LoadedFile[],
    options: LoadOptions,
    sink: Sink,
    rejects: Rejects
  ): Promise<LoadReport> {
    const info = (await this.#parts.relations.describe(this.#hidden(output))) ?? null;
    this.written.set(output, info);
    const rejected = await this.#writeRejects(output, rejects);
    const rows = info?.rows ?? 0;
    const seen = (options.filter ?? options.sample) ? { seen: sink.seen } : {};
    return { files, rows, rejected, ...seen };
  }

  /** Loads with the parameters in `filter`; what is wrong in it is told on its line. */
  async #filtered(
    options: LoadOptions,
    load: (bound: LoadOptions) => Promise<LoadReport>
  ): Promise<LoadReport> {
    const { filter } = options;
    if (filter === undefined) return load(options);
    const { body, params } = this.#job.cell;
    const span = { line: lineOfKey(body, 'filter') };
    try {
      return await load({ ...options, filter: bindParams(filter, params) });
    } catch (error) {
      // The only SQL here that a reader has written.
      const own = error instanceof ProblemError && /^(sql|data|config)\./.test(error.problem.code);
      throw own ? new ProblemError({ ...error.problem, span }) : error;
    }
  }

  /** Running out of memory while loading is told in terms of the file, with what can be left out of it. */
  async #asTooLarge(error: unknown, files: readonly OpenFile[], target: string): Promise<unknown> {
    const isFull = error instanceof ProblemError && error.problem.code === 'sql.out-of-memory';
    if (!isFull) return error;
    const { relations } = this.#parts;
    const info = await relations.describe(target).catch(() => undefined);
    const memory = await relations.memory().catch(() => null);
    return fail('source.out-of-memory', {
      file: files.map(({ name }) => name).join(', '),
      rows: info?.rows ?? 0,
      limit: memory ? formatBytes(memory.limit) : 'memory'
    });
  }

  async #writeRejects(output: string, rejects: Rejects): Promise<number> {
    const name = `${output}_rejects`;
    if (!this.#job.outputs.includes(name)) {
      await rejects.drop();
      return 0;
    }
    const rejected = await rejects.finish(this.#hidden(name));
    this.written.set(name, null);
    if (rejected > 0) this.#ctx.warn(problem('source.rejected', { rejected, relation: name }));
    return rejected;
  }

  #hidden(name: string): string {
    return hidden(this.#job.run, name);
  }
}

function lineOfKey(body: string, key: string): number {
  const line = body.split('\n').findIndex((text) => text.startsWith(`${key}:`));
  return Math.max(0, line) + 1;
}

/** Nested columns become STRUCT and LIST, but for those that the contract gives a type. */
function nestedCasts({ nested }: Pass, { columns = {} }: LoadOptions) {
  const stated = new Set(Object.keys(columns).map((name) => name.toLowerCase()));
  return new Map([...nested.casts()].filter(([name]) => !stated.has(name.toLowerCase())));
}
