import { concat, type Columns } from '#lib/base/columns.ts';
import { deferred, type Deferred } from '#lib/base/deferred.ts';
import type { RelationInfo, Retention, Revision } from '#lib/cells/core/context.ts';
import { unlessAborted } from './live-log.ts';

/** Rows that go into a table at once, the longest they wait for company, and how many may wait at all. */
const flushRows = 10_000;
const flushMs = 250;
const waitingRows = 100_000;

/** Writes rows to a live table and tells what it looks like now. */
type WriteRows = (
  relation: string,
  batch: Columns,
  retain: readonly Retention[],
  revision: Revision | null
) => Promise<RelationInfo>;

interface Buffer {
  batches: Columns[];
  rows: number;
  retain: readonly Retention[];
  revision: Revision | null;
  made: boolean;
  timer: ReturnType<typeof setTimeout> | null;
  /** The flush under way. */
  flush: Promise<void> | null;
}

/**
 * Gathers the small batches of a live run into micro-batches for its tables: at 10,000 rows, or 250 ms after
 * the first row that waits. One write at a time for each table; while it lasts, the next one grows.
 */
export class LiveSink {
  readonly #write: WriteRows;
  readonly #onWritten: (info: RelationInfo) => void;
  readonly #buffers = new Map<string, Buffer>();
  #failure: { error: unknown } | null = null;
  #room: Deferred<void> = deferred();

  constructor(write: WriteRows, onWritten: (info: RelationInfo) => void) {
    this.#write = write;
    this.#onWritten = onWritten;
  }

  /** Takes a batch; resolves at once unless too much waits already. The first batch makes the table, even an empty one. */
  async append(
    relation: string,
    batch: Columns,
    retain: readonly Retention[],
    signal: AbortSignal,
    revision: Revision | null = null
  ): Promise<void> {
    const buffer = this.#buffer(relation);
    buffer.retain = retain;
    buffer.revision = revision;
    if (batch.length > 0 || (!buffer.made && buffer.batches.length === 0)) {
      buffer.batches.push(batch);
      buffer.rows += batch.length;
    }
    this.#schedule(relation, buffer);
    while (buffer.rows >= waitingRows && !this.#failure)
      await unlessAborted(this.#room.promise, signal);
    if (this.#failure) throw this.#failure.error;
  }

  /** Writes everything that waits. */
  async flush(): Promise<void> {
    for (const [relation, buffer] of this.#buffers) {
      this.#stopTimer(buffer);
      while (!this.#failure && (buffer.flush || buffer.batches.length > 0)) {
        await (buffer.flush ?? this.#flush(relation, buffer));
      }
    }
    if (this.#failure) throw this.#failure.error;
  }

  /** Does something while nothing is written to a table. */
  async still(relation: string, work: () => Promise<void>): Promise<void> {
    const buffer = this.#buffer(relation);
    while (buffer.flush) await buffer.flush;
    this.#stopTimer(buffer);
    const done = work();
    await this.#occupy(
      relation,
      buffer,
      done.catch(() => undefined)
    );
    await done;
  }

  #buffer(relation: string): Buffer {
    let buffer = this.#buffers.get(relation);
    if (!buffer) {
      buffer = {
        batches: [],
        rows: 0,
        retain: [],
        revision: null,
        made: false,
        timer: null,
        flush: null
      };
      this.#buffers.set(relation, buffer);
    }
    return buffer;
  }

  #schedule(relation: string, buffer: Buffer): void {
    if (buffer.flush || buffer.batches.length === 0 || this.#failure) return;
    if (!buffer.made || buffer.rows >= flushRows) void this.#flush(relation, buffer);
    else buffer.timer ??= setTimeout(() => void this.#flush(relation, buffer), flushMs);
  }

  #flush(relation: string, buffer: Buffer): Promise<void> {
    this.#stopTimer(buffer);
    if (buffer.flush) return buffer.flush;
    const batch = concat(buffer.batches);
    buffer.batches = [];
    buffer.rows = 0;
    buffer.made = true;
    return this.#occupy(
      relation,
      buffer,
      this.#write(relation, batch, buffer.retain, buffer.revision).then(this.#onWritten)
    );
  }

  /** Until `work` is done, nothing else is done with the table; rows that come wait. */
  #occupy(relation: string, buffer: Buffer, work: Promise<void>): Promise<void> {
    buffer.flush = work
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => {
        buffer.flush = null;
        const room = this.#room;
        this.#room = deferred();
        room.resolve();
        this.#schedule(relation, buffer);
      });
    return buffer.flush;
  }

  #stopTimer(buffer: Buffer): void {
    if (buffer.timer !== null) clearTimeout(buffer.timer);
    buffer.timer = null;
  }
}
