import { take, vectorOf, type Columns } from '#lib/base/columns.ts';
import { deferred, type Deferred } from '#lib/base/deferred.ts';
import { Cancelled } from '#lib/base/problem.ts';
import { fail } from '#lib/problems/index.ts';

/** Rows kept in memory for whoever comes later, and how far a follower may fall behind before the stream waits. */
const keptRows = 200_000;
const sliceRows = 20_000;

interface Part {
  /** How many rows of the log come before it. */
  readonly from: number;
  readonly rows: Columns;
}

interface Follower {
  at: number;
}

/** How a log ended: its source ran out, someone stopped it, or it failed. */
export type LogEnd = 'done' | 'stopped' | 'failed';

/**
 * The log of one running stream: batches go in, any number of followers read them from the first row on,
 * each at its own pace. Rows that everybody has read and that are old enough are let go; who comes later
 * reads them from the table (`readEarlier`, rows numbered by `arrival`).
 */
export class LiveLog {
  readonly #name: string;
  readonly #readEarlier: () => Promise<Columns>;
  readonly #followers = new Set<Follower>();
  #parts: Part[] = [];
  #rows = 0;
  #ended: LogEnd | null = null;
  #change: Deferred<void> = deferred();

  constructor(name: string, readEarlier: () => Promise<Columns>) {
    this.#name = name;
    this.#readEarlier = readEarlier;
  }

  get ended(): boolean {
    return this.#ended !== null;
  }

  /** Adds a batch; resolves once no follower lags by more than the buffer holds. */
  async append(batch: Columns, signal: AbortSignal): Promise<void> {
    if (batch.length > 0) {
      this.#parts.push({ from: this.#rows, rows: batch });
      this.#rows += batch.length;
      this.#trim();
      this.#wake();
    }
    while (this.#rows - this.#slowest() > keptRows)
      await unlessAborted(this.#change.promise, signal);
  }

  end(how: LogEnd): void {
    this.#ended ??= how;
    this.#wake();
  }

  /** Starts to follow from the first row; `leave` must be called if the batches are not read to their end. */
  follow(signal: AbortSignal): { batches: AsyncGenerator<Columns>; leave: () => void } {
    const start = this.#parts[0]?.from ?? this.#rows;
    const follower = { at: start };
    this.#followers.add(follower);
    const leave = () => {
      this.#followers.delete(follower);
      this.#wake();
    };
    return { batches: this.#batches(follower, start, signal, leave), leave };
  }

  async *#batches(
    follower: Follower,
    start: number,
    signal: AbortSignal,
    leave: () => void
  ): AsyncGenerator<Columns> {
    try {
      if (start > 0) yield* slices(upToArrival(await this.#readEarlier(), start));
      for (;;) {
        const part = this.#parts.find((p) => p.from >= follower.at);
        if (part) {
          yield part.rows;
          follower.at = part.from + part.rows.length;
          this.#trim();
          this.#wake();
        } else if (this.#ended === null) await unlessAborted(this.#change.promise, signal);
        else if (this.#ended === 'done') return;
        else if (this.#ended === 'stopped') throw new Cancelled();
        else throw fail('live.stream-ended', { stream: this.#name });
      }
    } finally {
      leave();
    }
  }

  #slowest(): number {
    let slowest = this.#rows;
    for (const { at } of this.#followers) slowest = Math.min(slowest, at);
    return slowest;
  }

  #trim(): void {
    const needed = Math.min(this.#slowest(), this.#rows - keptRows);
    while (this.#parts[0] && this.#parts[0].from + this.#parts[0].rows.length <= needed) {
      this.#parts.shift();
    }
  }

  #wake(): void {
    const change = this.#change;
    this.#change = deferred();
    change.resolve();
  }
}

/** A table in pieces small enough to let a cancel through between them. */
export function* slices(table: Columns): Generator<Columns> {
  for (let from = 0; from < table.length; from += sliceRows) {
    const rows = Math.min(sliceRows, table.length - from);
    yield take(
      table,
      Uint32Array.from({ length: rows }, (_, i) => from + i)
    );
  }
}

/** Waits for `promise`, or rejects with Cancelled as soon as `signal` is aborted. */
export async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) throw new Cancelled();
  const stop = deferred<never>();
  const abort = () => stop.reject(new Cancelled());
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([promise, stop.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

function upToArrival(table: Columns, last: number): Columns {
  const arrival = vectorOf(table, 'arrival');
  if (!arrival) return table;
  const rows: number[] = [];
  for (let row = 0; row < table.length; row++) {
    if ((arrival.values[row] as number) <= last) rows.push(row);
  }
  return take(table, rows);
}
