import type { Component } from 'svelte';
import type { Columns } from '#lib/base/columns.ts';
import type { TableProfile } from '#lib/base/table-profile.ts';
import type {
  CsvOptions,
  ExportFormat,
  LiveUpdate,
  Outcome,
  PageRequest
} from '#lib/runtime/engine.ts';
import type { CellState } from '#lib/runtime/states.ts';
import type { Change, Verdict } from './change.ts';
import type { RelationInfo } from './context.ts';

/** The cell as its view sees it. `config` is null while the text does not parse. */
export interface ViewCell<C = unknown> {
  readonly name: string;
  readonly kind: string;
  readonly body: string;
  readonly config: C | null;
}

/** Rows for a view. Answers of an unchanged outcome are kept, so asking again is cheap. */
export interface ViewData {
  page(request: PageRequest, signal?: AbortSignal): Promise<Columns>;
  /** A small read-only query over any relation; at most `limit` rows. */
  query(sql: string, limit: number, signal?: AbortSignal): Promise<Columns>;
  /** What each column of a relation holds, once the engine has time for it. */
  profile(relation: string, signal?: AbortSignal): Promise<TableProfile>;
  /** The schema and row count of any relation that exists now, its own or another cell's. */
  fields(relation: string): RelationInfo | undefined;
}

/** How rows are put on the clipboard. */
export interface CopyFormat {
  /** What people call it. */
  readonly label: string;
  readonly format: ExportFormat;
  readonly csv?: CsvOptions;
}

/** An incident of a monitor: the change of state of an alert that began it, or that it led to. */
export interface IncidentRequest {
  readonly alert: string;
  /** The key by its columns, as the tables have it. */
  readonly keys: Readonly<Record<string, string | number | boolean | null>>;
  /** When its state changed. */
  readonly time: number;
}

/** What a view may ask for. Everything that changes the notebook is one undo step. */
export interface ViewActions {
  /** Writes one key of a YAML body in place; undefined takes the key out. */
  setField(path: readonly (string | number)[], value: unknown): void;
  /** Replaces the whole body, as a chart builder does. */
  setBody(body: string): void;
  /** Goes to the cell that makes a relation. */
  openRelation(name: string): void;
  exportRelation(relation: string, format: ExportFormat, csv?: CsvOptions): void;
  /** Hands the reader a file that the view has made. */
  saveFile(name: string, contents: Blob): void;
  /** Puts the rows of a relation on the clipboard, as many as fit. */
  copyRelation(relation: string, as: CopyFormat): void;
  /** Puts a new cell below this one and goes there. */
  insertCell(kind: string, body: string, name?: string): void;
  /**
   * Adds cleaning steps for a relation: to the first `clean` cell below that reads it, else to a new one below this
   * cell, which then has `keys` too. Goes there.
   */
  addSteps(
    source: string,
    steps: readonly Readonly<Record<string, unknown>>[],
    keys?: Readonly<Record<string, unknown>>
  ): void;
  /** Writes what was decided on a change that this cell proposed, and makes it if it was approved. One undo step. */
  decide(change: Change, verdict: Verdict, note?: string): void;
  /** Keeps a small value for this notebook in the browser, outside its text; gone when the browser's store is. */
  remember(key: string, value: unknown): void;
  recall(key: string): unknown;
  /** Goes to the monitor that makes a table of alerts and opens an incident of it; to any other maker of the table, just there. */
  openIncident(alerts: string, incident: IncidentRequest): void;
  /** What the page asked this view to open has been closed again. */
  closeIncident(): void;
  /** Opens the choices of how people are told of alerts. */
  openTelling(): void;
  /** How many notifications have not reached their receivers. */
  undelivered(): number;
  run(): void;
  stop(): void;
  /** Forgets what a stream keeps over restarts, and runs it from nothing. */
  startAfresh(): void;
  /** Event-time speed of replays; 0 pauses, Infinity runs flat out. */
  setSpeed(speed: number): void;
}

/**
 * The props of every `View.svelte`. `revision` rises whenever the rows behind `data` may have changed
 * (a new outcome, or a live update): a view fetches again when it does. `stale` says that the outcome
 * is not what the text above it gives now; the page already dims the view then.
 */
export interface ViewProps<C = unknown> {
  readonly cell: ViewCell<C>;
  readonly outcome: Outcome | null;
  readonly live: LiveUpdate | null;
  /** What the run under way has shown of its result (`RunContext.preview`); it stays until the next run. */
  readonly preview?: unknown;
  readonly state: CellState;
  readonly revision: number;
  readonly stale: boolean;
  readonly data: ViewData;
  readonly actions: ViewActions;
  /** An incident that another cell asks to see; its view opens it. */
  readonly asked?: IncidentRequest | null;
  /** It stands on a board that is read from across a room: large, and nothing that only a reader at the desk needs. */
  readonly wall?: boolean;
}

export type CellView = Component<ViewProps>;
