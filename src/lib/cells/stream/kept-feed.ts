import { concat, emptyColumns, type Columns } from '#lib/base/columns.ts';
import { ProblemError, type Problem } from '#lib/base/problem.ts';
import { problem } from '#lib/problems/index.ts';
import type { KeptLog, Live, Remembered } from '../core/context.ts';
import type { FeedMark } from '../core/feed.ts';
import type { KeptReport } from './report.ts';

/** Rows, and milliseconds of arrival, that are put under each other when a log is read. */
const groupRows = 50_000;
const groupMs = 10_000;

/** What goes with the rows of one item into the log. */
export interface KeptNote {
  readonly at: number;
  readonly mark: FeedMark;
  /** Of the same item, but not accepted. */
  readonly duplicates: number;
  readonly untimed: number;
  /** Rows kept apart up to here; absent in older logs. */
  readonly held?: number;
  /** Where event time had come to by the clock; such a record has no rows. */
  readonly tick?: number;
}

/** Rows of the log that came within a short time, or none and where event time came to by the clock. */
interface Group {
  readonly rows: Columns;
  readonly at: number;
  readonly tick?: number;
  readonly after?: number;
}

/** One stream and its log on disk; where there is none, or it cannot be written any more, it is in memory alone. */
export class KeptFeed {
  /** Rows that were there when the run began. */
  readonly found: number;
  /** Why nothing is kept any more; null while all is well. */
  trouble: Problem | null = null;
  readonly #log: KeptLog | null;

  private constructor(log: KeptLog | null, trouble: Problem | null) {
    this.#log = log;
    this.trouble = trouble;
    this.found = log?.rows ?? 0;
  }

  /** Opens the log of a source of that identity; `onWait` is called while another tab has it. */
  static async open(
    live: Pick<Live, 'keep'>,
    identity: unknown,
    onWait: () => void
  ): Promise<KeptFeed> {
    try {
      const log = (await live.keep?.(identity, onWait)) ?? null;
      return new KeptFeed(log, log || !live.keep ? null : problem('live.log-nowhere', {}));
    } catch (error) {
      if (!isStorageError(error)) throw error;
      return new KeptFeed(null, failure(error));
    }
  }

  /** What was saved last, after how many rows. */
  get state(): KeptLog['state'] {
    return this.#log?.state ?? null;
  }

  /** Everything that is still there: `learn` sees each record as it was written, then its rows come with others. */
  async *recall(learn: (record: Remembered) => void): AsyncGenerator<Group, void, undefined> {
    if (!this.#log) return;
    let parts: Columns[] = [];
    let rows = 0;
    let first = 0;
    for await (const record of this.#log.recall()) {
      learn(record);
      const { at, tick } = record.note as KeptNote;
      const isFull = rows >= groupRows || at - first > groupMs || tick !== undefined;
      if (parts.length > 0 && isFull) {
        yield { rows: concat(parts), at: first };
        parts = [];
        rows = 0;
      }
      if (tick !== undefined) yield { rows: emptyColumns, at, tick, after: record.last };
      if (!record.rows) continue;
      if (parts.length === 0) first = at;
      parts.push(record.rows);
      rows += record.rows.length;
    }
    if (parts.length > 0) yield { rows: concat(parts), at: first };
  }

  /** What is still there of the first `held` rows kept apart. */
  async *recallQuarantine(held: number): AsyncGenerator<Columns, void, undefined> {
    if (this.#log) yield* this.#log.quarantine.recall(held);
  }

  /** Rows that the log could not give back. */
  lost(): Problem[] {
    return (this.#log?.damage ?? []).map(({ file, from, to }) =>
      problem('live.log-damaged', { file, from, to, rows: to - from + 1 })
    );
  }

  /** Rows are on disk when this resolves, or `trouble` says why not. */
  async append(rows: Columns | null, note: KeptNote): Promise<void> {
    await this.#attempt((log) => log.append(rows ?? emptyColumns, note));
  }

  /** Rows kept apart, the last of them numbered `held`; to be written before the record that says so. */
  async appendQuarantine(rows: Columns, held: number): Promise<void> {
    if (rows.length === 0) return;
    await this.#attempt((log) => log.quarantine.append(rows, held - rows.length + 1));
  }

  /** Saves the state when it is time, or with `now` at once, and lets go of rows that need not stay. */
  async settle(
    rows: number,
    state: () => unknown,
    letGoBefore: () => { readonly row: number; readonly held: number },
    now = false
  ): Promise<void> {
    if (!now && !this.#log?.isDue) return;
    await this.#attempt(async (log) => {
      await log.saveState(state());
      const { row, held } = letGoBefore();
      await log.letGoBefore(Math.min(row, rows + 1));
      await log.quarantine.letGoBefore(held);
    });
  }

  report(): KeptReport {
    return {
      on: this.#log && !this.trouble ? 'disk' : 'memory',
      bytes: this.#log?.bytes ?? 0,
      found: this.found,
      trouble: this.trouble
    };
  }

  async #attempt(work: (log: KeptLog) => Promise<void>): Promise<void> {
    if (!this.#log || this.trouble) return;
    try {
      await work(this.#log);
    } catch (error) {
      if (!isStorageError(error)) throw error;
      this.trouble = failure(error);
    }
  }
}

/** What disks do: whatever is neither a problem of ours nor a mistake in our code. */
function isStorageError(error: unknown): error is Error {
  return (
    error instanceof Error &&
    !(error instanceof ProblemError) &&
    (error instanceof DOMException || error instanceof RangeError)
  );
}

function failure(error: Error): Problem {
  return error.name === 'QuotaExceededError'
    ? problem('live.log-full', {})
    : problem('live.log-failed', { detail: `${error.name}: ${error.message}` });
}
