import { Cancelled, ProblemError } from '#lib/base/problem.ts';
import type { RunContext } from '#lib/cells/core/context.ts';
import type { FileFormat, LoadedFile, LoadOptions } from '#lib/cells/core/loader.ts';
import { fail, problem } from '#lib/problems/index.ts';
import { ipcStream } from '../arrow.ts';
import type { DuckDbRelations } from '../duckdb.ts';
import { insertAny } from '../insert-any.ts';
import { readParquetFile, type LoadParquet } from '../parquet.ts';
import { ahead, peeked } from './ahead.ts';
import type { OpenFile } from './blob.ts';
import { readCsv, type CsvBatch } from './csv-reader.ts';
import { castColumns, type TableReading } from './database.ts';
import { readDuckDbFile, type OpenDatabase } from './duckdb-file.ts';
import { EncodingChanged, openText } from './encoding.ts';
import { readJson, readNdjson } from './json-reader.ts';
import { asLost } from './lost.ts';
import { NestedColumns } from './nested.ts';
import type { Sink } from './sink.ts';
import { delimiterOf, firstRowLooksLikeData, formatOf, requireText } from './sniff.ts';
import { readSqlite, type LoadSqlite } from './sqlite-reader.ts';
import { readXlsx } from './xlsx-reader.ts';

/** Readers of formats that are loaded when the first such file comes. */
export interface FormatParts {
  readonly loadParquet: LoadParquet;
  readonly loadSqlite: LoadSqlite;
  readonly openDatabase: OpenDatabase;
}

/** What reading needs besides the files. */
export interface PassParts extends FormatParts {
  readonly relations: DuckDbRelations;
}

/** One reading of all files from start to end. */
export class Pass {
  loaded: LoadedFile[] = [];
  warnings: ReturnType<typeof problem>[] = [];
  /** Columns of objects and lists. */
  nested = new NestedColumns();
  /** The bytes were not in the encoding assumed: read once more. */
  again = false;
  readonly #encodings = new Map<string, string>();
  readonly #parts: PassParts;
  readonly #files: readonly OpenFile[];
  readonly #options: LoadOptions;
  readonly #sink: Sink;
  readonly #stage: string;
  readonly #ctx: RunContext;
  readonly #total: number;
  #done = 0;

  constructor(
    parts: PassParts,
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
      this.#ctx.progress({ done: rows, unit: 'rows' });
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

type TypedFormat = 'parquet' | 'arrow' | 'sqlite' | 'duckdb';

/** Files whose columns have types of their own. */
function isTyped(format: FileFormat): format is TypedFormat {
  return ['parquet', 'arrow', 'sqlite', 'duckdb'].includes(format);
}

async function* one<T>(item: T): AsyncGenerator<T> {
  yield item;
}
