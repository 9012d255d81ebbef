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
  /** Batches so far, and how many of them are in the table. */
  taken: number;
  written: number;
  timer: ReturnType<typeof setTimeout> | null;
  /** What is done with the table now. */
  busy: Promise<void> | null;
  /** Begins what is to be done while nothing is written, the first in line first. */
  line: (() => void)[];
}

/**
 * Gathers the small batches of a live run into micro-batches for its tables: at 10,000 rows, or 250 ms after
 * the first row that waits. One write at a time for each table; while it lasts, the next one grows. Writes and what needs
 * a moment without one take turns, so that neither waits for the other to run out.
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
      buffer.taken++;
      buffer.rows += batch.length;
    }
    this.#schedule(relation, buffer);
    while (buffer.rows >= waitingRows && !this.#failure)
      await unlessAborted(this.#room.promise, signal);
    if (this.#failure) throw this.#failure.error;
  }

  /** Writes everything that waits by now. */
  async flush(): Promise<void> {
    for (const [relation, buffer] of this.#buffers) {
      const { taken } = buffer;
      while (!this.#failure && buffer.written < taken)
        await (buffer.busy ?? this.#flush(relation, buffer));
    }
    if (this.#failure) throw this.#failure.error;
  }

  /** Does something while nothing is written to a table: as soon as the write under way is done. */
  still(relation: string, work: () => Promise<void>): Promise<void> {
    const buffer = this.#buffer(relation);
    return new Promise((resolve, reject) => {
      buffer.line.push(() => {
        const done = work();
        done.then(resolve, reject);
        const over = done.catch(() => undefined);
        void this.#occupy(relation, buffer, over, { writes: false });
      });
      if (!buffer.busy) this.#goOn(relation, buffer);
    });
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
        taken: 0,
        written: 0,
        timer: null,
        busy: null,
        line: []
      };
      this.#buffers.set(relation, buffer);
    }
    return buffer;
  }

  #schedule(relation: string, buffer: Buffer): void {
    if (buffer.busy || buffer.batches.length === 0 || this.#failure) return;
    if (!buffer.made || buffer.rows >= flushRows) void this.#flush(relation, buffer);
    else buffer.timer ??= setTimeout(() => void this.#flush(relation, buffer), flushMs);
  }

  #flush(relation: string, buffer: Buffer): Promise<void> {
    this.#stopTimer(buffer);
    if (buffer.busy) return buffer.busy;
    const batch = concat(buffer.batches);
    const { retain, revision, taken } = buffer;
    buffer.batches = [];
    buffer.rows = 0;
    buffer.made = true;
    const write = this.#write(relation, batch, retain, revision).then((info) => {
      buffer.written = taken;
      this.#onWritten(info);
    });
    return this.#occupy(relation, buffer, write, { writes: true });
  }

  /** Until it is done, nothing else is done with the table; rows that come wait. */
  #occupy(
    relation: string,
    buffer: Buffer,
    work: Promise<void>,
    { writes }: { writes: boolean }
  ): Promise<void> {
    buffer.busy = work
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => {
        buffer.busy = null;
        const room = this.#room;
        this.#room = deferred();
        room.resolve();
        // What came meanwhile is written before the next in line has its turn.
        if (!writes && buffer.batches.length > 0 && !this.#failure)
          void this.#flush(relation, buffer);
        else this.#goOn(relation, buffer);
      });
    return buffer.busy;
  }

  #goOn(relation: string, buffer: Buffer): void {
    const next = buffer.line.shift();
    if (next) next();
    else this.#schedule(relation, buffer);
  }

  #stopTimer(buffer: Buffer): void {
    if (buffer.timer !== null) clearTimeout(buffer.timer);
    buffer.timer = null;
  }
}
