import { formatBytes } from '#lib/base/format.ts';
import { Cancelled, ProblemError } from '#lib/base/problem.ts';
import type { RunContext } from '#lib/cells/core/context.ts';
import type {
  FileFormat,
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
import { ipcStream } from './arrow.ts';
import type { DuckDbRelations } from './duckdb.ts';
import type { Files, NamedBlob } from './files.ts';
import { insertAny } from './insert-any.ts';
import type { OpenFile } from './load/blob.ts';
import { readCsv, type CsvBatch } from './load/csv-reader.ts';
import { castColumns, type TableReading } from './load/database.ts';
import { readDuckDbFile, type OpenDatabase } from './load/duckdb-file.ts';
import { EncodingChanged, openText } from './load/encoding.ts';
import { fetchFile } from './load/fetch-url.ts';
import { readJson, readNdjson } from './load/json-reader.ts';
import { NestedColumns } from './load/nested.ts';
import { openFiles } from './load/open.ts';
import { Rejects } from './load/rejects.ts';
import { Sink } from './load/sink.ts';
import { delimiterOf, firstRowLooksLikeData, formatOf, requireText } from './load/sniff.ts';
import { readSqlite, type LoadSqlite } from './load/sqlite-reader.ts';
import { readXlsx } from './load/xlsx-reader.ts';
import { connectionOf, loadRemote, placedInCell, type RemoteSource } from './remote/load.ts';
import { readParquetFile, type LoadParquet } from './parquet.ts';
import { publishRun, type Published } from './sql-run.ts';
import { hidden } from './sql-text.ts';

const mostPasses = 4;

/** Readers of formats that are loaded when the first such file comes. */
export interface FormatParts {
  readonly loadParquet: LoadParquet;
  readonly loadSqlite: LoadSqlite;
  readonly openDatabase: OpenDatabase;
}

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
  readonly written: string[] = [];
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
    this.written.push(output);
    const rejected = await this.#writeRejects(output, rejects);
    const info = await this.#parts.relations.describe(this.#hidden(output));
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
    this.written.push(name);
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

/** One reading of all files from start to end. */
class Pass {
  loaded: LoadedFile[] = [];
  warnings: ReturnType<typeof problem>[] = [];
  /** Columns of objects and lists. */
  nested = new NestedColumns();
  /** The bytes were not in the encoding assumed: read once more. */
  again = false;
  readonly #encodings = new Map<string, string>();
  readonly #parts: LoadParts;
  readonly #files: readonly OpenFile[];
  readonly #options: LoadOptions;
  readonly #sink: Sink;
  readonly #stage: string;
  readonly #ctx: RunContext;
  readonly #total: number;
  #done = 0;

  constructor(
    parts: LoadParts,
    files: readonly OpenFile[],
    options: LoadOptions,
    sink: Sink,
    stage: string,
    ctx: RunContext
  ) {
    this.#parts = parts;
    this.#files = files;
    this.#options = options;
    this.#sink = sink;
    this.#stage = stage;
    this.#ctx = ctx;
    this.#total = files.reduce((sum, file) => sum + file.size, 0);
  }

  async run(): Promise<void> {
    this.loaded = [];
    this.warnings = [];
    this.nested = new NestedColumns();
    this.again = false;
    this.#done = 0;
    for (const [place, file] of this.#files.entries()) {
      const format = formatOf(file.name, file.head, this.#options.format);
      try {
        if (isTyped(format)) await this.#typed(file, format, place);
        else if (format === 'xlsx') await this.#sheet(file, place);
        else await this.#text(file, format, place);
      } catch (error) {
        if (!(error instanceof EncodingChanged)) throw await asLost(file, error);
        this.#encodings.set(file.name, error.encoding);
        this.again = true;
        return;
      }
      this.#done += file.size;
      if (this.#sink.isFull) return;
    }
  }

  async #text(file: OpenFile, format: FileFormat, place: number): Promise<void> {
    const { name } = file;
    const bytes = file.bytes((taken) => this.#progress(taken));
    const found = this.#encodings.get(name);
    const { encoding, guessed, chunks } = openText(
      name,
      file.head,
      bytes,
      this.#options.encoding,
      found
    );
    if (guessed) this.warnings.push(problem('source.encoding-guessed', { file: name, encoding }));
    const { first, all } = await peeked(chunks);
    requireText(name, first);
    const isCsv = format === 'csv' || format === 'tsv';
    const delimiter = isCsv ? delimiterOf(first, format, this.#options) : undefined;
    let rows = 0;
    let started = false;
    for await (const batch of ahead(this.#batches(file, format, first, all, delimiter))) {
      if (!started && !isCsv) this.#sink.require(name, batch.names);
      started = true;
      await this.#sink.add(batch, name, place);
      rows += batch.rows;
      await this.#ctx.checkpoint();
      if (this.#sink.isFull) break;
    }
    if (!started) throw fail('source.empty', { file: name });
    this.loaded.push({
      name,
      format,
      bytes: file.size,
      rows,
      encoding,
      ...(delimiter === undefined ? {} : { delimiter })
    });
  }

  async #sheet(file: OpenFile, place: number): Promise<void> {
    const { name, size: bytes } = file;
    const { sheet, sheets, batches, warnings } = await readXlsx(file, this.#options);
    let rows = 0;
    for await (const batch of ahead(batches)) {
      if (rows === 0) this.#sink.require(name, batch.names);
      await this.#sink.add(batch, name, place);
      rows += batch.rows;
      this.#ctx.progress({ done: rows, unit: 'rows' });
      await this.#ctx.checkpoint();
      if (this.#sink.isFull) break;
    }
    this.warnings.push(...warnings());
    this.loaded.push({ name, format: 'xlsx', bytes, rows, part: sheet, parts: sheets });
    this.#progress(bytes);
  }

  #batches(
    file: OpenFile,
    format: FileFormat,
    first: Uint8Array,
    chunks: AsyncIterable<Uint8Array>,
    delimiter: string | undefined
  ): AsyncIterable<CsvBatch> {
    const json = { ...this.#options, nested: this.nested };
    if (format === 'ndjson') return readNdjson(chunks, json);
    if (format === 'json') return readJson(chunks, file.name, json);
    const { header = true, skip = 0 } = this.#options;
    const separator = delimiter ?? ',';
    const value = header && skip === 0 ? firstRowLooksLikeData(first, separator) : null;
    if (value !== null && this.#options.header === undefined) {
      this.warnings.push(problem('source.header-doubtful', { file: file.name, value }));
    }
    const want = (names: readonly string[]) => this.#sink.wanted(file.name, names);
    return readCsv(chunks, { delimiter: separator, header, skip }, want);
  }

  async #typed(file: OpenFile, format: TypedFormat, place: number): Promise<void> {
    const { name, size: bytes } = file;
    const reading = await this.#reading(file, format);
    const { part, parts, warnings = [] } = reading;
    let rows: number | null;
    try {
      rows = await this.#take(reading, name, place);
    } catch (error) {
      if (error instanceof ProblemError || error instanceof Cancelled) throw error;
      const detail = error instanceof Error ? error.message : String(error);
      throw fail('source.broken-file', { file: name, format, detail });
    } finally {
      await reading.close?.();
    }
    if (rows === null) {
      const detail = 'It holds no columns.';
      throw fail('source.broken-file', { file: name, format, detail });
    }
    this.warnings.push(...warnings);
    this.loaded.push({ name, format, bytes, rows, ...(part && parts ? { part, parts } : {}) });
    this.#progress(bytes);
  }

  /** Takes in the rows of a file with types of its own; gives how many, null when there were not even columns. */
  async #take(
    { streams, casts }: TableReading,
    name: string,
    place: number
  ): Promise<number | null> {
    if (casts && casts.size > 0) return this.#takeWhole(streams, casts, name, place);
    let rows: number | null = null;
    for await (const ipc of streams) {
      rows = (rows ?? 0) + (await this.#sink.addArrow(ipc, name, place, (rows ?? 0) + 1));
      await this.#ctx.checkpoint();
      if (this.#sink.isFull) break;
    }
    return rows;
  }

  /** Types that every value has to agree to are given once all rows are there. */
  async #takeWhole(
    streams: TableReading['streams'],
    casts: NonNullable<TableReading['casts']>,
    name: string,
    place: number
  ): Promise<number | null> {
    const { relations } = this.#parts;
    await relations.drop([this.#stage]);
    let create = true;
    for await (const ipc of streams) {
      await insertAny(relations, this.#stage, ipc, create);
      create = false;
      await this.#ctx.checkpoint();
    }
    if (create) return null;
    await castColumns(relations, this.#stage, casts);
    return this.#sink.addStage(name, place, 1);
  }

  async #reading(file: OpenFile, format: TypedFormat): Promise<TableReading> {
    const { loadParquet, loadSqlite, openDatabase } = this.#parts;
    if (format === 'sqlite') return readSqlite(file, this.#options, loadSqlite);
    const { signal } = this.#ctx;
    if (format === 'duckdb') return readDuckDbFile(file, this.#options, openDatabase, signal);
    const blob = await file.blob();
    if (format === 'arrow') {
      return { streams: one(ipcStream(new Uint8Array(await blob.arrayBuffer()))) };
    }
    const choose = (names: readonly string[]) => {
      this.#sink.require(file.name, names);
      return this.#sink.picks(names).map((i) => names[i]!);
    };
    return { streams: readParquetFile(await loadParquet(), blob, choose) };
  }

  #progress(taken: number): void {
    const done = Math.min(this.#done + taken, this.#total);
    this.#ctx.progress({ done, total: this.#total, unit: 'bytes' });
  }
}

/** Nested columns become STRUCT and LIST, but for those that the contract gives a type. */
function nestedCasts({ nested }: Pass, { columns = {} }: LoadOptions) {
  const stated = new Set(Object.keys(columns).map((name) => name.toLowerCase()));
  return new Map([...nested.casts()].filter(([name]) => !stated.has(name.toLowerCase())));
}

type TypedFormat = 'parquet' | 'arrow' | 'sqlite' | 'duckdb';

/** Files whose columns have types of their own. */
function isTyped(format: FileFormat): format is TypedFormat {
  return ['parquet', 'arrow', 'sqlite', 'duckdb'].includes(format);
}

async function* one<T>(item: T): AsyncGenerator<T> {
  yield item;
}

/** The problem that a file was moved, changed or deleted while it was read, if that is what lies behind an error. */
async function asLost(file: OpenFile, error: unknown): Promise<unknown> {
  if (error instanceof Cancelled) return error;
  const reading = await file.probe().then(
    () => null,
    (trouble: unknown) => trouble
  );
  return lost(file.name, reading) ?? lost(file.name, error) ?? error;
}

function lost(file: string, error: unknown): Error | null {
  const name = error instanceof Error ? error.name : '';
  if (name !== 'NotFoundError' && name !== 'NotReadableError') return null;
  const detail =
    name === 'NotFoundError'
      ? 'It was moved, renamed or deleted after it was given.'
      : 'It was changed on disk after it was given, or the leave to read it has ended.';
  return fail('source.file-lost', { file, detail });
}

/** Reads one batch ahead: the next is cut from the bytes while the engine takes the last one in. */
async function* ahead<T>(source: AsyncIterable<T>): AsyncGenerator<T> {
  const iterator = source[Symbol.asyncIterator]();
  let next = iterator.next();
  for (;;) {
    const taken = await next;
    if (taken.done) return;
    next = iterator.next();
    // Its failure is met when it is awaited, or does not matter any more.
    next.catch(() => undefined);
    yield taken.value;
  }
}

/** The first chunk, for a look, and the chunks from the start. */
async function peeked(
  chunks: AsyncIterable<Uint8Array>
): Promise<{ first: Uint8Array; all: AsyncIterable<Uint8Array> }> {
  const iterator = chunks[Symbol.asyncIterator]();
  const head = await iterator.next();
  const first = head.done ? new Uint8Array() : head.value;
  async function* all(): AsyncGenerator<Uint8Array> {
    yield first;
    for (;;) {
      const next = await iterator.next();
      if (next.done) return;
      yield next.value;
    }
  }
  return { first: first.subarray(0, 256 << 10), all: all() };
}
