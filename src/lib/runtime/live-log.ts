import { take, vectorOf, type Columns } from '#lib/base/columns.ts';
import { deferred, type Deferred } from '#lib/base/deferred.ts';
import { Cancelled } from '#lib/base/problem.ts';
import type { Came } from '#lib/cells/core/context.ts';
import { fail } from '#lib/problems/index.ts';
import type { StreamLog } from '#lib/live/log/stream-log.ts';

/** Rows kept in memory for whoever comes later, and how far a follower may fall behind before the stream waits. */
const keptRows = 200_000;
const sliceRows = 20_000;

interface Part {
  /** How many rows of the log come before it, and before what follows it. */
  readonly from: number;
  readonly to: number;
  readonly rows: Columns;
  readonly came: Came | null;
  /** Parts are numbered; those without rows are told by that alone. */
  readonly number: number;
}

/** A batch of a log as a follower is given it. */
interface FollowedBatch {
  readonly rows: Columns;
  /** How many rows of the log come before what follows it. */
  readonly to: number;
  readonly came: Came | null;
}

interface Follower {
  at: number;
  /** The number of the part after the last one read. */
  next: number;
}

/** Ticks kept after one row, and of times whose rows are let go. */
const keptTicks = 1000;
const oldTicks = 10_000;

/** How a log ended: its source ran out, someone stopped it, or it failed. */
export type LogEnd = 'done' | 'stopped' | 'failed';

/**
 * The log of one running stream: batches go in, any number of followers read them from the first row on,
 * each at its own pace. Rows that everybody has read and that are old enough are let go; who comes later
 * reads them from the table (`readEarlier`, rows numbered by `arrival`).
 */
export class LiveLog {
  /** The log that outlives this one, once that is known: with the first batch at the latest. */
  readonly kept: Deferred<StreamLog | null> = deferred();
  readonly #name: string;
  readonly #readEarlier: () => Promise<Columns>;
  readonly #followers = new Set<Follower>();
  #parts: Part[] = [];
  #rows = 0;
  #number = 0;
  /** Of parts let go: after which row time came to where by the clock. */
  #ticks: Part[] = [];
  #trimmed = false;
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
  async append(batch: Columns, signal: AbortSignal, came: Came | null = null): Promise<void> {
    this.kept.resolve(null);
    if (batch.length > 0) {
      const numbers = vectorOf(batch, 'arrival')?.values as Float64Array | undefined;
      const from = numbers ? numbers[0]! - 1 : this.#rows;
      this.#rows = numbers ? numbers.at(-1)! : this.#rows + batch.length;
      this.#parts.push({ from, to: this.#rows, rows: batch, came, number: this.#number++ });
      this.#trim();
      this.#wake();
    } else if (came?.tick !== undefined) {
      // Rows before it may be gone, and a follower may have seen them.
      const at = (this.#rows = Math.max(this.#rows, came.after ?? 0));
      this.#parts.push({ from: at, to: at, rows: batch, came, number: this.#number++ });
      if (this.#parts.at(-keptTicks)?.from === at) this.#parts.splice(-keptTicks, 1);
      this.#wake();
    }
    while (this.#rows - this.#slowest() > keptRows)
      await unlessAborted(this.#change.promise, signal);
  }

  end(how: LogEnd): void {
    this.#ended ??= how;
    this.kept.resolve(null);
    this.#wake();
  }

  /** Starts to follow after row `after`; `leave` must be called if the batches are not read to their end. */
  follow(
    signal: AbortSignal,
    after = 0
  ): { batches: AsyncGenerator<FollowedBatch>; leave: () => void } {
    const start = Math.max(after, this.#parts[0]?.from ?? this.#rows);
    const follower = { at: start, next: 0 };
    this.#followers.add(follower);
    const leave = () => {
      this.#followers.delete(follower);
      this.#wake();
    };
    return { batches: this.#batches(follower, after, start, signal, leave), leave };
  }

  async *#batches(
    follower: Follower,
    after: number,
    start: number,
    signal: AbortSignal,
    leave: () => void
  ): AsyncGenerator<FollowedBatch> {
    try {
      if (start > after && this.#startsLate) {
        yield* this.#earlier(await this.#readEarlier(), after, start);
      }
      for (;;) {
        const part = this.#parts.find(
          (p) => p.number >= follower.next && (p.to > follower.at || isTick(p, follower.at))
        );
        if (part) {
          const { from, to, came } = part;
          yield {
            rows: from < follower.at ? between(part.rows, follower.at, to) : part.rows,
            to,
            came
          };
          follower.at = to;
          follower.next = part.number + 1;
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

  /** Rows numbered above `after` up to `last`, with the ticks between them. */
  *#earlier(table: Columns, after: number, last: number): Generator<FollowedBatch> {
    let to = after;
    for (const tick of this.#ticks) {
      if (tick.to < after || tick.to > last) continue;
      for (const rows of slices(between(table, to, tick.to)))
        yield { rows, to: (to += rows.length), came: null };
      to = tick.to;
      yield { rows: tick.rows, to, came: tick.came };
    }
    for (const rows of slices(between(table, to, last)))
      yield { rows, to: (to += rows.length), came: null };
  }

  /** Whether rows were let go, or are there only as a table. */
  get #startsLate(): boolean {
    return this.#trimmed || this.#parts.length === 0;
  }

  #slowest(): number {
    let slowest = this.#rows;
    for (const { at } of this.#followers) slowest = Math.min(slowest, at);
    return slowest;
  }

  #trim(): void {
    const needed = Math.min(this.#slowest(), this.#rows - keptRows);
    while (this.#parts[0] && this.#parts[0].to <= needed) {
      const part = this.#parts.shift()!;
      if (part.rows.length === 0) this.#ticks.push(part);
      if (this.#ticks.length > oldTicks) this.#ticks.shift();
      this.#trimmed = true;
    }
  }

  #wake(): void {
    const change = this.#change;
    this.#change = deferred();
    change.resolve();
  }
}

function isTick({ from, to, rows }: Part, after: number): boolean {
  return rows.length === 0 && from === to && to >= after;
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

/** The first place of ascending numbers with one above `bound`. */
function firstAbove(numbers: Float64Array, bound: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle]! > bound) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The rows numbered above `after`, up to `last`. */
function between(table: Columns, after: number, last: number): Columns {
  const arrival = vectorOf(table, 'arrival');
  if (!arrival) return table;
  const numbers = arrival.values as Float64Array;
  const [from, to] = [firstAbove(numbers, after), firstAbove(numbers, last)];
  return take(
    table,
    Uint32Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i)
  );
}
