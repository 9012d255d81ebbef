import type { TableProfile } from '#lib/base/table-profile.ts';
import type { Connection } from '#lib/runtime/connection.ts';
import type { ExportFormat } from '#lib/runtime/engine.ts';

/** One cell of `run.json`. */
export interface CellReport {
  readonly name: string;
  readonly kind: string;
  /** The state's name as in runtime/states.ts. */
  readonly state: string;
  readonly ms: number | null;
  /** Rows of the cell's own relation. */
  readonly rows: number | null;
  readonly problems: readonly {
    readonly code: string;
    readonly message: string;
    readonly hint: string | null;
    /** Line of the cell's body, from 1. */
    readonly line: number | null;
  }[];
  readonly report: unknown;
  /** The result came from the cache of an earlier run. */
  readonly restored: boolean;
  /** Live cells. */
  readonly started?: number;
  readonly events?: number;
}

/** What the command line writes as `run.json`, without the file's name. */
export interface RunReport {
  readonly ok: boolean;
  readonly ms: number;
  /** Every cell in document order: failed, blocked, duplicate and unknown ones included. */
  readonly cells: readonly CellReport[];
  readonly problems: readonly CellReport['problems'][number][];
}

/**
 * What the command line, the end-to-end tests and the benchmarks drive a notebook page by; on `window.quartermaster`
 * when the address has `?automation`. Every method goes through the same Session as a reader's click.
 */
export interface Automation {
  /** Replaces the notebook; nothing of it is journaled. Resolves when the graph is built. Scripts count as granted. */
  openText(text: string): Promise<void>;
  text(): string;
  /** Resolves when `count` files given through the file input are registered. */
  filesReady(count: number): Promise<void>;
  /** Engines elsewhere that sources may ask, for this page alone: nothing of them is stored. */
  setConnections(connections: readonly Connection[]): Promise<void>;
  setParam(name: string, value: string): Promise<void>;
  rename(from: string, to: string): void;
  /** Runs everything that is not off (or just these cells and what they need), replays flat out. After `timeout` ms live sources end with what they have, and what does not is stopped. Resolves when all have settled. */
  runAll(timeout: number, cells?: readonly string[]): Promise<void>;
  /** Resolves when nothing is queued, running or live, at the latest after `timeout` ms. */
  settled(timeout: number): Promise<void>;
  cancel(cell?: string): void;
  setSpeed(speed: number): void;
  report(): RunReport;
  /** Names of the relations that exist now. */
  relations(): readonly string[];
  /** The SQL of the notebook as one script. */
  sqlScript(): Promise<string>;
  /** Makes the file that the Export menu makes and holds it for `exported`; resolves to its size in bytes. */
  export(relation: string, format: ExportFormat): Promise<number>;
  /** Bytes of the file made last, in base64: a browser lets a page start only so many downloads by itself. */
  exported(from: number, to: number): Promise<string>;
  /** A small read-only query; rows as objects. */
  query(sql: string): Promise<Record<string, unknown>[]>;
  /** What each column of a relation holds, computed anew. */
  profile(relation: string): Promise<TableProfile>;
  /** Resolves when every done result has been written to the cache. */
  kept(): Promise<void>;
  /** What is running, in a few words; '' when nothing is. */
  running(): string;
  /** Ends a worker as a crash would. */
  killWorker(which: 'data' | 'compute' | 'model' | 'stream'): void;
  /** Tries to fetch another origin from the page and from a worker; 'blocked' or 'sent' each. */
  probeNetwork(url: string): Promise<{ page: string; worker: string }>;
}
