import type { TableProfile } from '#lib/base/table-profile.ts';
import type { LoadFrom } from '#lib/cells/core/loader.ts';
import type { Progress, RelationInfo, Retention, Revision } from '#lib/cells/core/context.ts';
import type { Connection } from '#lib/runtime/connection.ts';
import type {
  CsvOptions,
  ExportFormat,
  GivenFile,
  Job,
  Outcome,
  PageRequest,
  TableSize
} from '#lib/runtime/engine.ts';
import type { FileLook } from '#lib/runtime/file-look.ts';

/** What compute, model, stream and script workers ask of the data worker over their MessagePort. Tables travel as transferred Arrow IPC streams. */
export interface TableContract {
  readTable: {
    params: { relation: string; columns?: readonly string[]; orderBy?: readonly string[] };
    result: Uint8Array;
  };
  describeTable: { params: { relation: string }; result: RelationInfo | null };
  /** Stores one output under a hidden name of the run. Repeated calls append. */
  writeTable: { params: { run: number; relation: string; ipc: Uint8Array }; result: null };
  /** Appends to a live output that is public already (made, emptied first, on the run's first append). */
  appendTable: {
    params: {
      run: number;
      relation: string;
      ipc: Uint8Array;
      /** Afterwards, rows outside any of these bounds are deleted. */
      retain?: readonly Retention[];
      /** The rows are revisions of those there are. */
      revision?: Revision;
      /** The table is made anew from these rows, also in the middle of a run. */
      fresh?: boolean;
    };
    result: RelationInfo;
  };
}

/** What the page asks of the data worker. */
export interface DataContract extends TableContract {
  /** Starts the engine. `assets` is the absolute URL of the site's root. Idempotent. */
  start: { params: { assets: string; notebook: string }; result: { version: string; ms: number } };
  /** Opens a channel for another worker (the port is transferred and speaks TableContract). */
  connect: { params: { port: MessagePort }; result: null };
  runJob: { params: Job; result: Outcome; progress: Progress };
  /** Publishes what a run of another worker wrote: hidden names become public, outputs not written are dropped. */
  publish: {
    params: { run: number; outputs: readonly string[] };
    result: { relations: readonly RelationInfo[]; hash: string };
  };
  /** A live run has ended: what it appended stands, and is told by its content. */
  settleLive: { params: { relations: readonly string[] }; result: { hash: string } };
  /** Forgets what a cancelled or failed run wrote. */
  discard: { params: { run: number }; result: null };
  drop: { params: { relations: readonly string[] }; result: null };
  page: { params: PageRequest; result: Uint8Array };
  query: { params: { sql: string; limit: number }; result: Uint8Array };
  profile: { params: { relation: string }; result: TableProfile };
  export: {
    params: { relation: string; format: ExportFormat; csv?: CsvOptions; limit?: number };
    result: Blob;
    progress: Progress;
  };
  lookAt: { params: { files: readonly File[] }; result: readonly FileLook[] };
  addFiles: { params: { files: readonly File[] }; result: readonly GivenFile[] };
  /** Engines elsewhere that sources may ask, in place of those given before. */
  setConnections: { params: { connections: readonly Connection[] }; result: null };
  removeFile: { params: { name: string }; result: null };
  fileMark: { params: LoadFrom; result: string };
  keep: { params: { fingerprint: string; cell: string; outcome: Outcome }; result: null };
  restore: { params: { fingerprint: string; cell: string }; result: Outcome | null };
  memory: { params: null; result: { used: number; limit: number } };
  tableSizes: { params: null; result: readonly TableSize[] };
  keptBytes: { params: null; result: number };
  forgetKept: { params: null; result: null };
}
