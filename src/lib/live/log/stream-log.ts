import type { Columns } from '#lib/base/columns.ts';
import type { Retention, Revision } from '#lib/cells/core/context.ts';
import { EventLog, type Damage } from './event-log.ts';
import type { LogFolder } from './log-files.ts';
import type { State } from './manifest.ts';
import { QuarantineLog } from './quarantine-log.ts';
import { packTable, unpackTable, type PackedTable } from './table-bytes.ts';

/** Bytes that the log of one stream may take, and the rows that one follower has made. */
const streamBytes = 1 << 30;
const followerBytes = 256 << 20;

/** How many rows, or milliseconds, may have to be gone over again after a restart. */
export interface Pace {
  readonly rows: number;
  readonly ms: number;
}

const usualPace: Pace = { rows: 500_000, ms: 30_000 };

/** When a state is to be saved anew: after enough rows, or enough time with any. */
class Due {
  readonly #pace: Pace;
  #rows: number;
  #at = performance.now();

  constructor(pace: Pace, rows: number) {
    this.#pace = pace;
    this.#rows = rows;
  }

  is(rows: number): boolean {
    const more = rows - this.#rows;
    return more >= this.#pace.rows || (more > 0 && performance.now() - this.#at >= this.#pace.ms);
  }

  saved(rows: number): void {
    this.#rows = rows;
    this.#at = performance.now();
  }
}

/** Rows as they were written, with the note that went with them. */
export interface Kept {
  readonly rows: Columns | null;
  readonly note: unknown;
  /** The number of the last row up to here. */
  readonly last: number;
}

interface Body {
  readonly note: unknown;
  readonly table: PackedTable | null;
}

/** The rows of one stream, what its intake knew when it was saved last, and what its followers keep. */
export class StreamLog {
  /** What the intake knew last, after how many rows; null: nothing was saved. */
  readonly state: State | null;
  /** The rows that the stream keeps apart. */
  readonly quarantine: QuarantineLog;
  readonly #log: EventLog;
  readonly #folder: LogFolder;
  readonly #followers = new Set<FollowerLog>();
  readonly #pace: Pace;
  readonly #due: Due;

  private constructor(log: EventLog, folder: LogFolder, state: State | null, pace: Pace) {
    this.#pace = pace;
    this.#due = new Due(pace, state?.rows ?? 0);
    this.#log = log;
    this.#folder = folder;
    this.state = state;
    this.quarantine = new QuarantineLog(folder);
    // Rows that a state has seen keep their numbers, even where the disk has lost them.
    log.next = Math.max(log.next, (state?.rows ?? 0) + 1);
  }

  static async open(folder: LogFolder, pace: Pace = usualPace): Promise<StreamLog> {
    const log = await EventLog.open(folder);
    return new StreamLog(log, folder, await log.loadState('intake'), pace);
  }

  get isDue(): boolean {
    return this.#due.is(this.rows);
  }

  /** How many rows were ever written. */
  get rows(): number {
    return this.#log.next - 1;
  }

  /** The number of the oldest row that is still there. */
  get first(): number {
    return this.#log.first;
  }

  get bytes(): number {
    return this.#log.bytes + this.quarantine.bytes;
  }

  /** Rows that could not be read again; complete once `recall` has come to its end. */
  get damage(): readonly Damage[] {
    return this.#log.damage;
  }

  async *recall(): AsyncGenerator<Kept, void, undefined> {
    for await (const { seq, rows, body } of this.#log.read()) {
      const { note, table } = body as Body;
      yield { rows: table && unpackTable(table), note, last: seq + rows - 1 };
    }
  }

  /** Adds rows; they are on disk when this resolves. */
  async append(rows: Columns, note: unknown): Promise<void> {
    const table = rows.length === 0 ? null : packTable(rows);
    await this.#log.append(rows.length, { note, table } satisfies Body);
  }

  async saveState(value: unknown): Promise<void> {
    const { rows } = this;
    await this.#log.saveState('intake', { rows, value });
    this.#due.saved(rows);
  }

  /** Lets go of whole segments of rows below `row` that no follower still has to read, and of the oldest beyond a gigabyte. */
  async letGoBefore(row: number): Promise<void> {
    const needed = [...this.#followers].map(({ position }) => position + 1);
    await this.#log.dropBefore(Math.min(row, ...needed));
    await this.#log.dropBeyond(streamBytes);
  }

  /** What a follower of that name and identity keeps. */
  async follower(name: string): Promise<FollowerLog> {
    const below = await this.#folder.folder('followers');
    const follower = await FollowerLog.open(await below.folder(name), this.rows, this.#pace);
    this.#followers.add(follower);
    return follower;
  }

  /** The follower is not here any more; what it keeps stays. */
  release(follower: FollowerLog): void {
    follower.close();
    this.#followers.delete(follower);
  }

  close(): void {
    this.#log.close();
    this.quarantine.close();
    for (const follower of this.#followers) follower.close();
  }
}

interface FollowerState {
  readonly position: number;
  readonly value: unknown;
}

/** Rows that were appended or, with a `revision`, that revised those before them. */
interface Output {
  readonly relation: string;
  readonly rows: Columns;
  readonly revision: Revision | null;
  /** What of the table was kept from then on. */
  readonly retain: readonly Retention[];
}

interface PackedOutput extends Omit<Output, 'rows' | 'retain'> {
  readonly table: PackedTable;
  /** Missing in logs of earlier versions. */
  readonly retain?: readonly Retention[];
}

/**
 * What a follower of a stream has come to, and the rows it had written by then. Both are saved together: rows that were
 * written after the state that stands are cut off, since the follower makes them again.
 */
export class FollowerLog {
  /** Rows of the stream that the state has seen. */
  position: number;
  /** What was saved last; undefined: nothing. */
  value: unknown;
  readonly #log: EventLog;
  readonly #due: Due;
  #isClosed = false;
  #waiting: Output[] = [];
  #waitingRows = 0;

  private constructor(log: EventLog, state: FollowerState | null, pace: Pace) {
    this.#log = log;
    this.position = state?.position ?? 0;
    this.#due = new Due(pace, this.position);
    this.value = state?.value;
  }

  /** One that has seen more rows than its stream now has begins anew. */
  static async open(folder: LogFolder, rows: number, pace: Pace): Promise<FollowerLog> {
    const log = await EventLog.open(folder);
    const found = await log.loadState('fold');
    const state = found?.value as FollowerState | undefined;
    const stands = state !== undefined && state.position <= rows;
    await log.cutAfter(stands ? found!.rows : 0);
    return new FollowerLog(log, stands ? state : null, pace);
  }

  isDue(position: number): boolean {
    return this.#due.is(position);
  }

  /** What was written up to the state, in large batches. */
  async *recall(): AsyncGenerator<Output, void, undefined> {
    for await (const { body } of this.#log.read()) {
      for (const { table, retain = [], ...output } of body as readonly PackedOutput[])
        yield { ...output, retain, rows: unpackTable(table) };
    }
  }

  /** Notes rows that were written, to be kept with the next state. */
  note(output: Output): void {
    this.#waiting.push(output);
    this.#waitingRows += output.rows.length;
  }

  /** Saves what the follower is after `position` rows of its stream, with the rows it has written until then. */
  async save(position: number, value: unknown): Promise<void> {
    if (this.#isClosed) return;
    const outputs: PackedOutput[] = this.#waiting.map(({ rows, ...output }) => ({
      ...output,
      table: packTable(rows)
    }));
    if (this.#waitingRows > 0) await this.#log.append(this.#waitingRows, outputs);
    this.#waiting = [];
    this.#waitingRows = 0;
    await this.#log.saveState('fold', {
      rows: this.#log.next - 1,
      value: { position, value } satisfies FollowerState
    });
    this.position = position;
    this.#due.saved(position);
    await this.#log.dropBeyond(followerBytes);
  }

  close(): void {
    this.#isClosed = true;
    this.#log.close();
  }
}
