import type { GraphCell } from '#lib/notebook/graph-model.ts';
import type { LiveUpdate, Outcome } from './engine.ts';
import type { Lane } from './lanes.ts';
import { neverRun, type CellState, type RunId } from './states.ts';

/**
 * What a reader sees of an input. `key` stands for its content and goes into the fingerprint. `version` stands for the
 * run behind it: it stays while a stream advances, so that a reader under way is not stopped by every revision.
 * Whoever follows a stream starts again with each run of it, hence `follow`.
 */
export interface Token {
  readonly key: string;
  readonly version: string;
  readonly follow: boolean;
}

export type Inputs = ReadonlyMap<string, Token>;

/** All that a result depends on, at one moment. The mark of its files and its inputs are null while they are not known. */
export interface Basis {
  readonly text: string;
  readonly mark: string | null;
  readonly inputs: Inputs | null;
}

/** A basis on which a cell can run. */
export interface WholeBasis extends Basis {
  readonly mark: string;
  readonly inputs: Inputs;
}

export function isWhole(basis: Basis): basis is WholeBasis {
  return basis.mark !== null && basis.inputs !== null;
}

/** The tables of a cell as its readers may use them. */
export interface Published {
  readonly key: string;
  readonly version: string;
  /** Stands for the whole log, whatever its length, to those who follow it. */
  readonly followKey: string;
  /** Of a stream that has not ended by itself; its relations appear one by one. */
  readonly live: boolean;
  /** In lower case. */
  readonly relations: ReadonlySet<string>;
}

export interface ActiveRun {
  readonly id: RunId;
  readonly lane: Lane;
  readonly basis: WholeBasis;
  readonly fingerprint: string;
  readonly controller: AbortController;
  /** Aborted when the reader wants what is done by now. */
  readonly enough: AbortController;
  since: number;
  /** Since when it is held; null while it goes on. */
  pausedAt: number | null;
  /** The newest revision of a live cell, and the pause until readers see the next one. */
  newest: LiveUpdate | null;
  pause: ReturnType<typeof setTimeout> | null;
}

/** A run asked for and not started. */
export interface Want {
  readonly run: RunId;
  readonly text: string;
  readonly force: boolean;
  /** May read a stream that is still going on; else it waits for the end. */
  readonly eager: boolean;
}

/** Everything the executor knows of one cell. */
export interface CellRecord {
  readonly id: string;
  cell: GraphCell;
  state: CellState;
  /** Hash of what the cell is by itself; '' unless it is ready. */
  text: string;
  /** The mark of a source's files; null until the engine has told it. '' for cells without files. */
  mark: string | null;
  /** The files `mark` is about, as asked; null for cells without files. */
  source: string | null;
  /** Counts the questions for a mark, so that only the last answer counts. */
  asked: number;
  outcome: Outcome | null;
  /** How long the run behind `outcome` took, and when it began; 0 if its result was restored. */
  ms: number;
  began: number;
  published: Published | null;
  /** What `outcome` was made from. */
  good: Basis | null;
  /** What the error or the stop was about that `state` shows. */
  bad: Basis | null;
  active: ActiveRun | null;
  /** Runs given up that have not ended yet: a new one waits for them. */
  ending: number;
  want: Want | null;
  /** An upstream cell is about to run, after which this result may still be right. */
  provisional: boolean;
  /** `text` at the time the engine lost the tables. */
  lost: string | null;
  /** `text` at the time the reader took its tables out of memory: it does not run by itself. */
  freed: string | null;
}

export function newRecord(cell: GraphCell): CellRecord {
  return {
    id: cell.id,
    cell,
    state: neverRun,
    text: '',
    mark: '',
    source: null,
    asked: 0,
    outcome: null,
    ms: 0,
    began: 0,
    published: null,
    good: null,
    bad: null,
    active: null,
    ending: 0,
    want: null,
    provisional: false,
    lost: null,
    freed: null
  };
}

/** Whether the cell runs by itself after an edit. */
export function isAuto({ cell }: CellRecord): boolean {
  return cell.runFlag === 'auto' && !cell.costly;
}
