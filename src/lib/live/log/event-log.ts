import { bytesOfPlain, plainOfBytes } from '#lib/base/plain-bytes.ts';
import type { LogFile, LogFolder } from './log-files.ts';
import { States, type State } from './manifest.ts';
import {
  firstOf,
  headBytes,
  headOf,
  scan,
  sealRecord,
  segmentHead,
  segmentName
} from './segment.ts';

/** Bytes after which a new segment is begun. */
const segmentBytes = 8 << 20;

/** Rows that a log has lost: those of records that no longer read as they were written. */
export interface Damage {
  readonly file: string;
  /** The first and last row lost. */
  readonly from: number;
  readonly to: number;
}

/** A record as it was given to `append`. */
interface PlainRecord {
  readonly seq: number;
  readonly rows: number;
  readonly body: unknown;
}

interface Segment {
  readonly name: string;
  readonly first: number;
  bytes: number;
}

export interface EventLogOptions {
  readonly segmentBytes?: number;
}

/**
 * An append-only log of batches of rows, each plain data, in segments of some megabytes. Each record is a group commit: it is on disk when
 * `append` resolves. What a crash leaves of a record is cut off when the log is opened; damage elsewhere is told, and
 * what stands before and after it is read. Old segments are dropped whole. Rows are numbered from 1.
 */
export class EventLog {
  /** The number that the next row gets. */
  next: number;
  readonly damage: Damage[] = [];
  readonly #folder: LogFolder;
  readonly #states: States;
  readonly #segments: Segment[];
  readonly #most: number;
  #file: LogFile | null = null;

  private constructor(folder: LogFolder, states: States, segments: Segment[], most: number) {
    this.#folder = folder;
    this.#states = states;
    this.#segments = segments;
    this.#most = most;
    this.next = segments.at(-1)?.first ?? 1;
  }

  static async open(folder: LogFolder, options: EventLogOptions = {}): Promise<EventLog> {
    const states = await States.open(folder);
    const segments = (await folder.files())
      .flatMap(({ name, bytes }): Segment[] => {
        const first = firstOf(name);
        return first === null ? [] : [{ name, first, bytes }];
      })
      .sort((a, b) => a.first - b.first);
    const log = new EventLog(folder, states, segments, options.segmentBytes ?? segmentBytes);
    await log.#openLast();
    return log;
  }

  /** The number of the oldest row. */
  get first(): number {
    return this.#segments[0]?.first ?? this.next;
  }

  get bytes(): number {
    return this.#segments.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Adds a record of plain data; it is on disk when this resolves. Where it cannot be written, nothing of it stays. */
  async append(rows: number, body: unknown): Promise<void> {
    const bytes = bytesOfPlain(body, headBytes);
    const file = await this.#room();
    const segment = this.#segments.at(-1)!;
    sealRecord(bytes, this.next, rows);
    try {
      file.write(bytes, segment.bytes);
      file.flush();
    } catch (error) {
      this.#undo(file, segment.bytes);
      throw error;
    }
    segment.bytes += bytes.length;
    this.next += rows;
  }

  /** The records that hold rows from `from` on, as far as the log reaches now. Those without rows come too. */
  async *read(from = 1): AsyncGenerator<PlainRecord, void, undefined> {
    const segments = [...this.#segments];
    const last = this.next;
    for (const [i, segment] of segments.entries()) {
      const after = segments[i + 1];
      if (after && after.first <= from) continue;
      const own = after ? null : this.#file;
      const file = own ?? (await this.#folder.open(segment.name));
      try {
        let expected = segment.first;
        for (const record of scan(file, segment.first)) {
          if (record.rows > 0 && record.seq >= last) break;
          this.#missing(segment, expected, record.seq);
          expected = record.seq + record.rows;
          if (expected > from || (record.rows === 0 && record.seq >= from))
            yield { ...record, body: plainOfBytes(record.body) };
        }
        this.#missing(segment, expected, after?.first ?? last);
      } finally {
        if (file !== own) file.close();
      }
    }
  }

  /** Drops segments that hold only rows below `seq`. */
  async dropBefore(seq: number): Promise<void> {
    while (this.#segments.length > 1 && this.#segments[1]!.first <= seq) {
      await this.#folder.remove(this.#segments.shift()!.name);
    }
  }

  /** Drops the oldest segments as long as the log is larger than `most` bytes. */
  async dropBeyond(most: number): Promise<void> {
    while (this.#segments.length > 1 && this.bytes > most)
      await this.#folder.remove(this.#segments.shift()!.name);
  }

  /** Cuts off the records after row `last`, as if they had never been written. */
  async cutAfter(last: number): Promise<void> {
    while (this.#segments.length > 0 && this.#segments.at(-1)!.first > last + 1) {
      this.#file?.close();
      this.#file = null;
      await this.#folder.remove(this.#segments.pop()!.name);
    }
    const segment = this.#segments.at(-1);
    if (!segment) return void (this.next = last + 1);
    this.#file ??= await this.#folder.open(segment.name);
    let end = segmentHead;
    this.next = segment.first;
    for (const record of scan(this.#file, segment.first)) {
      if (record.seq + record.rows - 1 > last) break;
      end = record.end;
      this.next = record.seq + record.rows;
    }
    this.#file.truncate(end);
    this.#file.flush();
    segment.bytes = end;
  }

  loadState(name: string): Promise<State | null> {
    return this.#states.load(name);
  }

  saveState(name: string, state: State): Promise<void> {
    return this.#states.save(name, state);
  }

  close(): void {
    this.#file?.close();
    this.#file = null;
  }

  #undo(file: LogFile, size: number): void {
    try {
      file.truncate(size);
    } catch {
      // The next opening cuts it off.
    }
  }

  /** The file to append to, of a new segment where the last one is full. */
  async #room(): Promise<LogFile> {
    const last = this.#segments.at(-1);
    if (last && this.#file && last.bytes < this.#most) return this.#file;
    if (last && last.first === this.next && this.#file) {
      // Records without rows alone: the next one says all that they did.
      this.#file.truncate(segmentHead);
      last.bytes = segmentHead;
      return this.#file;
    }
    this.#file?.close();
    this.#file = null;
    const segment = { name: segmentName(this.next), first: this.next, bytes: 0 };
    const file = await this.#folder.open(segment.name);
    try {
      file.truncate(0);
      file.write(headOf(segment.first), 0);
      file.flush();
    } catch (error) {
      file.close();
      throw error;
    }
    segment.bytes = segmentHead;
    this.#segments.push(segment);
    return (this.#file = file);
  }

  /** Reads the last segment through and cuts off what was not written to its end. */
  async #openLast(): Promise<void> {
    for (let segment = this.#segments.at(-1); segment; segment = this.#segments.at(-1)) {
      const file = await this.#folder.open(segment.name);
      const records = scan(file, segment.first);
      let step = records.next();
      for (this.next = segment.first; !step.done; step = records.next()) {
        this.#missing(segment, this.next, step.value.seq);
        this.next = step.value.seq + step.value.rows;
      }
      const { end, rest } = step.value;
      if (end >= segmentHead) {
        if (rest > 0) {
          file.truncate(end);
          file.flush();
        }
        segment.bytes = end;
        this.#file = file;
        return;
      }
      // Not even its head was written.
      file.close();
      await this.#folder.remove(segment.name);
      this.#segments.pop();
      this.next = segment.first;
    }
  }

  /** Notes that rows from one number up to another (exclusive) are not there, once. */
  #missing({ name: file }: Segment, from: number, until: number): void {
    if (until <= from || this.damage.some((d) => d.file === file && d.from === from)) return;
    this.damage.push({ file, from, to: until - 1 });
  }
}
