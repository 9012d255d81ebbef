import type { LoadFrom } from '#lib/cells/core/loader.ts';
import type { Columns } from '#lib/base/columns.ts';
import type { Problem } from '#lib/base/problem.ts';
import type { TableProfile } from '#lib/base/table-profile.ts';
import type { Cell, Progress, RelationInfo, StreamClock } from '#lib/cells/core/context.ts';
import type { Input, Mode } from '#lib/cells/core/define.ts';
import type { Connection } from './connection.ts';
import type { FileLook } from './file-look.ts';
import type { RunId } from './states.ts';

/** A relation that a live cell follows, with the clock of the cell that makes it (`CellKind.clock`; null for a plain table). */
export interface Follow {
  readonly relation: string;
  readonly clock: StreamClock | null;
}

/** Everything a worker needs to run one cell. Plain data. */
export interface Job {
  readonly run: RunId;
  readonly cell: Cell;
  readonly mode: Mode;
  readonly needsNetwork: boolean;
  readonly inputs: readonly Input[];
  readonly follows: readonly Follow[];
  /** The relations it may write, the cell's own first. */
  readonly outputs: readonly string[];
  readonly seed: number;
  readonly now: number;
  /** What the result depends on; absent where nothing of the run may outlive its worker. */
  readonly fingerprint?: string;
}

/** What a run left behind. Published relations replace the earlier ones all at once; relations of `Job.outputs` not listed here are gone. */
export interface Outcome {
  readonly relations: readonly RelationInfo[];
  readonly report: unknown;
  /** Warnings, and the failures of a check. */
  readonly problems: readonly Problem[];
  readonly failed?: { readonly gate: boolean };
  /** Of a part of the work: what stands there until the next run, not to be kept. */
  readonly partial?: true;
  /** Equal bytes in every output give equal hashes: readers then stay as they are. */
  readonly hash: string;
  /** Live cells: events taken and the first event's wall clock. */
  readonly events?: number;
  readonly started?: number;
}

/** What a live cell shows between start and end. */
export interface LiveUpdate {
  readonly revision: number;
  readonly relations: readonly RelationInfo[];
  readonly report: unknown;
  /** What it has told so far. */
  readonly problems: readonly Problem[];
}

export interface RunOptions {
  readonly signal: AbortSignal;
  onProgress(this: void, progress: Progress): void;
  onLive(this: void, update: LiveUpdate): void;
  /** What the view may show until the run ends. */
  onPreview?(this: void, preview: unknown): void;
  /** Aborted: the run is to end with what is done. */
  readonly enough?: AbortSignal;
}

/** A window of rows for the grid or a chart; filters and orders are SQL over the relation's columns. */
export interface PageRequest {
  readonly relation: string;
  readonly columns?: readonly string[];
  readonly offset?: number;
  readonly limit?: number;
  readonly orderBy?: readonly { readonly column: string; readonly descending: boolean }[];
  readonly where?: string;
}

export type ExportFormat =
  'csv' | 'xlsx' | 'parquet' | 'json' | 'ndjson' | 'arrow' | 'sql' | 'markdown';

/** How CSV is written. */
export interface CsvOptions {
  /** `,` when absent. */
  readonly delimiter?: ',' | ';' | '\t' | '|';
  /** A byte-order mark in front: Excel then reads UTF-8. */
  readonly bom?: boolean;
}

export interface ExportOptions {
  readonly signal: AbortSignal;
  onProgress(this: void, progress: Progress): void;
  readonly csv?: CsvOptions;
  /** Rows from the top; all of them when absent. */
  readonly limit?: number;
}

/** A file the reader gave, by name. */
export interface GivenFile {
  readonly name: string;
  readonly size: number;
  readonly modified: number;
}

/** A file that a stream may follow: by handle it can be read again as it grows, by itself only as long as it does not change. */
export type GrowingSource = File | FileSystemFileHandle;

/** What a relation takes in the SQL engine, estimated from what its columns hold. */
export interface TableSize {
  readonly name: string;
  readonly rows: number;
  readonly bytes: number;
}

/** Where cells run and relations live. The executor and the page know only this. */
export interface Engine {
  /** Rejects with ProblemError, or with Cancelled within 500 ms of the signal. */
  run(job: Job, options: RunOptions): Promise<Outcome>;
  /** Holds a compute run at its next checkpoint, or lets it go on. A run that is no longer there is left alone. */
  pause(run: RunId, paused: boolean): void;
  /** The outcome kept under `fingerprint`, its relations back in reach; null if nothing is kept. */
  restore(fingerprint: string, cell: string): Promise<Outcome | null>;
  /** Keeps the outcome of a cell under its fingerprint, in the background. */
  keep(fingerprint: string, cell: string, outcome: Outcome): Promise<void>;
  drop(relations: readonly string[]): Promise<void>;
  page(request: PageRequest, signal?: AbortSignal): Promise<Columns>;
  /** A small read-only query for views; capped at `limit` rows. */
  query(sql: string, limit: number, signal?: AbortSignal): Promise<Columns>;
  /** What each column of a relation holds; computed while no run of the engine needs it. */
  profile(relation: string, signal?: AbortSignal): Promise<TableProfile>;
  export(relation: string, format: ExportFormat, options: ExportOptions): Promise<Blob>;
  /** What can be told of files before anything of them is loaded; never fails for what is wrong with a file. */
  lookAt(files: readonly File[]): Promise<readonly FileLook[]>;
  addFiles(files: readonly File[]): Promise<readonly GivenFile[]>;
  removeFile(name: string): Promise<void>;
  /** A mark that changes when any file matching `pattern` (or the bundled example) does; part of a source cell's fingerprint. */
  fileMark(source: LoadFrom): Promise<string>;
  /** Engines and live sources elsewhere that cells may connect to, in place of those given before. */
  setConnections(connections: readonly Connection[]): Promise<void>;
  /** Files that growing-file sources may follow, in place of those given before. */
  setGrowingFiles(files: readonly GrowingSource[]): Promise<void>;
  setSpeed(speed: number): void;
  /** Ends streams that have no end of their own: they are done with what has come. */
  finishFeeds(): void;
  /** Removes what is kept of a stream over restarts; it must not be running. */
  forgetLog(cell: string): Promise<void>;
  /**
   * Tells that the engine lost its tables (out of memory, crash): every cell is stale, nothing typed is lost. Told before
   * the runs that were under way reject, so that none of their readers starts; later calls find a new engine.
   */
  onRestart(listener: (problem: Problem) => void): () => void;
  /** Bytes held by the SQL engine and its limit. */
  memory(): Promise<{ readonly used: number; readonly limit: number }>;
  /** The relations that are in the SQL engine now, the largest first. */
  tableSizes(): Promise<readonly TableSize[]>;
  /** Bytes on disk of the results kept for the next visits, of every notebook. */
  keptBytes(): Promise<number>;
  /** Forgets every kept result. */
  forgetKept(): Promise<void>;
  dispose(): void;
}
