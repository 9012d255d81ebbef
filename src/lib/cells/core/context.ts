import type { Columns, Field } from '#lib/base/columns.ts';
import type { Problem, Scalar } from '#lib/base/problem.ts';
import type { Random } from '#lib/base/random.ts';
import type { NetworkEngine, TrainPortable } from '#lib/analytics/forecast/network-engine.ts';
import type { FeedItem, FeedMark, FeedRequest } from './feed.ts';

/** How far a run has come. `total` absent: not known. `note` is a short phrase for people ("origin 3 of 5, theta"). */
export interface Progress {
  readonly done: number;
  readonly total?: number;
  readonly unit?: string;
  readonly note?: string;
  /** Figures worth showing while it runs, such as loss and backend. */
  readonly figures?: Readonly<Record<string, Scalar>>;
}

/**
 * Bytes that a run leaves for itself in case it does not live to its end: a run of the same cell on the same inputs
 * finds them; when one ends well they are gone. Storage that is full or broken saves nothing and says nothing.
 */
export interface SavedStates {
  load(this: void, name: string): Promise<Uint8Array | null>;
  save(this: void, name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
}

/** Idle workers that take parts of a run's work; see `inParts`. */
export interface Helpers {
  /** How many parts can be under way there at once. */
  readonly count: number;
  /** The answer of the kind's `part.ts`, and what it reports meanwhile; null if no worker is free now, or the one at it was lost. */
  ask(
    this: void,
    payload: unknown,
    onReport: (report: unknown) => void
  ): Promise<{ readonly answer: unknown } | null>;
}

/** What one part of a run is given. */
export interface PartContext {
  /** As `RunContext.checkpoint`. */
  checkpoint(this: void): Promise<void>;
  /** A short phrase on what is being done. */
  note(this: void, text: string): void;
  /** Plain data on how far it has come; of several in quick succession the last arrives. */
  report(this: void, value: unknown): void;
  /** Whether the worker is wanted for something else: a long part then answers what it has as `Unfinished`. */
  recalled(this: void): boolean;
  /** As that of the run, for a part that wraps up (`PartHooks.wrapsUp`); absent in lent workers. */
  readonly enough?: AbortSignal;
  /** Trains a network on the processor; absent in workers that cannot. */
  readonly train?: TrainPortable;
  readonly saved?: SavedStates;
}

/** Plain data from which a part goes on later, here or in another worker. */
export interface Unfinished {
  readonly unfinished: unknown;
}

/** What `part.ts` of a kind exports by default: work that depends on nothing but its payload, so that it can be done in any worker. */
export type PartRun<P = unknown, A = unknown> = (
  payload: P,
  ctx: PartContext
) => Promise<A | Unfinished>;

/** What every run is given. Time and randomness come from here and nowhere else. */
export interface RunContext {
  readonly signal: AbortSignal;
  /** Seeded by notebook seed and cell name. */
  readonly random: Random;
  readonly seed: number;
  /** Milliseconds since 1970; fixed for the run. */
  readonly now: () => number;
  progress(progress: Progress): void;
  /** Lets a cancel or a pause arrive: yields when 12 ms have passed, waits while paused, throws `Cancelled` if asked to stop. Await it in every outer loop. */
  checkpoint(): Promise<void>;
  /**
   * A problem worth telling that does not stop the run. With `partial`, the result is of a part of the work only: it is
   * not kept for later, and the next run does everything.
   */
  warn(problem: Problem, options?: { partial?: boolean }): void;
  /** The run ends with outputs and still counts as failed (a check that does not hold). With `gate`, readers are blocked. */
  fail(problem: Problem, options?: { gate?: boolean }): void;
  /** Absent where nothing outlives the worker. */
  readonly saved?: SavedStates;
  /** What the view shows until the run ends; keep it small. Made at most four times a second, and only where someone looks on. */
  preview?(make: () => unknown): void;
  /** Aborted when the reader wants what is done by now as the result; of kinds that say `endsEarly`. */
  readonly enough?: AbortSignal;
  /** Absent where the run has its worker to itself. */
  readonly helpers?: Helpers;
  /** Trains and runs neural networks; only in the model worker (and in tests). */
  readonly networks?: NetworkEngine;
}

/** A cell ready to run: its text parsed, its parameters put in. */
export interface Cell<C = unknown> {
  readonly name: string;
  readonly kind: string;
  /** The text between the fences, with `\n` for line ends whatever the file uses. */
  readonly body: string;
  readonly config: C;
  /** Values of the param cells that the body names, for `$name` in SQL. */
  readonly params: Readonly<Record<string, Scalar>>;
  /** What stands after the name on the fence line: `reads` of script cells, `run`, `show`. */
  readonly flags?: Readonly<Record<string, string>>;
}

/** Input tables by relation name, in the columns that `reads` asked for. */
export type Tables = Readonly<Record<string, Columns>>;

/** What a relation looks like. */
export interface RelationInfo {
  readonly name: string;
  readonly rows: number;
  /** Older rows that a live table no longer keeps, since its run began. */
  readonly letGo?: number;
  readonly fields: readonly Field[];
}

/**
 * SQL as a kind sees it. Names written in SQL are relation names; `$name` is bound to the parameter.
 * Everything written is hidden until the run ends well, then published at once.
 */
export interface Sql {
  /** The schema of an input relation or of a table made in this run; fails with a problem if there is none. */
  describe(relation: string): Promise<RelationInfo>;
  /** A small result, in memory: figures for a report, not data. */
  query(select: string): Promise<Columns>;
  /** A table for later steps of this run only; its quoted name is returned for use in SQL. */
  temp(select: string): Promise<string>;
  /** Frees a temp table before the run ends. */
  release(temp: string): Promise<void>;
  /** The output relation `name` (the cell's own name or `name_suffix`). */
  output(name: string, select: string): Promise<RelationInfo>;
}

/** Mode `sql`: writes SQL. */
export type SqlRun<C, R = unknown> = (cell: Cell<C>, sql: Sql, ctx: RunContext) => Promise<R>;

/** Mode `compute` (and `script`): transforms columns. `tables` is keyed by output relation name. */
export type ComputeRun<C, R = unknown> = (
  cell: Cell<C>,
  inputs: Tables,
  ctx: RunContext
) => Promise<{ readonly tables: Tables; readonly report: R }>;

/** The event time of a stream and what its watermark allows: what a follower needs to put events into windows. */
export interface StreamClock {
  /** The column of event time; null: the only column of a time type. */
  readonly time: string | null;
  /** Milliseconds by which an event may come after a later one and still be on time; `auto`: as the events teach. */
  readonly disorder: number | 'auto';
  /** Milliseconds a window stays open after the watermark has passed its end. */
  readonly lateness: number;
  /** The column whose values are each in order of their own, and milliseconds after which a silent one is left out. */
  readonly partition?: { readonly column: string; readonly idle: number } | null;
  /** What of the log stays readable: the latest rows, and milliseconds of event time; null: all. */
  readonly retain?: { readonly rows: number | null; readonly age: number | null };
  /** Whether events come from outside as they happen, so that the time of day means something to them. */
  readonly isLive?: boolean;
}

/** When events came: `at` in milliseconds since 1970; those that a log remembers had come to an earlier run. */
export interface Came {
  readonly at: number;
  readonly remembered: boolean;
  /** Of a batch without rows: event time has come to here by the clock, because nothing came. */
  readonly tick?: number;
  /** Of a tick: how many rows of the log came before it, those that are gone included. */
  readonly after?: number;
}

/** What a follower keeps over restarts, together with the rows it has written. */
export interface KeptState {
  /** As it was saved last; undefined: nothing was. The rows written until then are there again. */
  readonly found: unknown;
  /** Whether it is time to save. */
  isDue(this: void): boolean;
  /** Saves what the follower is after the batches it has been given and the rows it has appended. */
  save(this: void, state: unknown): Promise<void>;
}

/** The log of a stream as a follower sees it. `clock` is null when what is followed is a plain table. */
export interface Followed {
  readonly clock: StreamClock | null;
  /** From the first event on, or from the one after the state found, then every later batch, until the stream ends. */
  readonly batches: AsyncIterable<Columns>;
  /** Whether the log is still growing. */
  readonly isRunning?: boolean;
  /** When the events of the last batch came; null where nobody has noted it. */
  came?(this: void): Came | null;
  /** Absent where nothing of the stream outlives its run. */
  readonly kept?: KeptState;
}

/** Rows of a stream as its log remembers them. */
export interface Remembered {
  /** Numbered by `arrival`; null: none, the note alone. */
  readonly rows: Columns | null;
  readonly note: unknown;
  /** The number of the last row up to here. */
  readonly last: number;
}

/** The log of a stream over restarts, on this machine's disk. */
export interface KeptLog {
  /** What the stream knew when it was saved last, after how many rows; null: nothing. */
  readonly state: { readonly rows: number; readonly value: unknown } | null;
  readonly rows: number;
  readonly bytes: number;
  /** Rows lost to damage; complete once `recall` has come to its end. */
  readonly damage: readonly { readonly file: string; readonly from: number; readonly to: number }[];
  /** Everything that is still there, oldest first. */
  recall(): AsyncIterable<Remembered>;
  /** Adds numbered rows; they are on disk when it resolves. */
  append(rows: Columns, note: unknown): Promise<void>;
  /** Whether it is time to save the state. */
  readonly isDue: boolean;
  saveState(value: unknown): Promise<void>;
  /** Rows below that number need not stay. */
  letGoBefore(row: number): Promise<void>;
  readonly quarantine: KeptQuarantine;
}

/** The rows that a stream keeps apart, over restarts. */
export interface KeptQuarantine {
  /** What is still there of the rows up to `last`; those behind it are forgotten. */
  recall(last: number): AsyncIterable<Columns>;
  /** Adds rows, the first of them numbered `first`; they are on disk when it resolves. */
  append(rows: Columns, first: number): Promise<void>;
  letGoBefore(row: number): Promise<void>;
}

/**
 * Rows of a live table that are no longer kept: those whose `column` is below `from` (milliseconds for a time), or all
 * but the `latest` that were written; of many these go by the tenth.
 */
export type Retention =
  { readonly column: string; readonly from: number } | { readonly latest: number };

/** How the rows of a batch stand to those of a live table: `keys` (columns, the first without gaps) name a row. */
export interface Revision {
  readonly keys: readonly string[];
  /** The column that says, for this batch only, what a row does to the one with its keys: 0 it is new, 1 it stands in its place, 2 it takes it away. */
  readonly change: string;
}

/** What a live run may do. */
export interface Live<R = unknown> {
  /** A whole relation that is not live. */
  read(relation: string, columns?: readonly string[]): Promise<Columns>;
  /** `identity`: of what the follower keeps; another one starts from nothing. Absent: it keeps nothing. */
  follow(stream: string, identity?: unknown): Promise<Followed>;
  /**
   * The log that outlives the run, of a source of that identity; null where none can be kept. It belongs to one tab at a
   * time: `onWait` is called if another one has it, and it is then waited for.
   */
  keep?(identity: unknown, onWait: () => void): Promise<KeptLog | null>;
  /** Appends to an output relation (made on first use); resolves once taken, so that awaiting it is the back-pressure. A tick goes to followers alone. */
  append(
    relation: string,
    batch: Columns,
    retain?: readonly Retention[],
    came?: Came
  ): Promise<void>;
  /** Revises rows of an output relation that is written so from the start; followers see nothing of it. When the run ends its rows are put in order of the keys. */
  revise(
    relation: string,
    batch: Columns,
    revision: Revision,
    retain?: readonly Retention[]
  ): Promise<void>;
  /** Hands rows that are final, and in the table already, to the followers of an output relation. */
  settle(relation: string, batch: Columns): Promise<void>;
  /** A source outside the notebook: its rows as they come and how it stands, until it ends or the run is asked to finish; from a mark on, if one is given. */
  feed(request: FeedRequest, mark?: FeedMark | null): AsyncIterable<FeedItem>;
  /** Posts rows to a channel between tabs of this site: those who listen get them once, nobody else ever. Absent where there are no tabs. */
  publish?(channel: string, rows: Columns): void;
  /** What the view shows meanwhile; keep it small. */
  report(report: R): void;
  /** Event-time milliseconds per wall-clock millisecond chosen by the reader; undefined: no choice, the cell's own speed. Infinity = as fast as it goes. 0 = paused. */
  speed(): number | undefined;
  /** Wall-clock milliseconds since the run began. For pacing, and for telling that an alert is stale; no other result may depend on it. */
  elapsed(): number;
  /** Resolves after `ms` of wall clock, at once if speed changes, rejects on stop. */
  sleep(ms: number): Promise<void>;
}

/** Mode `live`: folds a stream. Ends by itself when its source ends; `ctx.signal` stops it with what it has. */
export type LiveRun<C, R = unknown> = (cell: Cell<C>, live: Live<R>, ctx: RunContext) => Promise<R>;
