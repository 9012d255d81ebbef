import type { Columns } from '#lib/base/columns.ts';
import { EventLog } from './event-log.ts';
import type { LogFolder } from './log-files.ts';
import { packTable, unpackTable, type PackedTable } from './table-bytes.ts';

const name = 'quarantine';
const mostBytes = 64 << 20;

/**
 * The rows that a stream keeps apart, numbered by themselves, in a log below its own. They are written before the record
 * of the stream that says how many there are: what a crash leaves beyond that number is cut off, since their source
 * sends them again. Nothing is on disk before the first row.
 */
export class QuarantineLog {
  readonly #folder: LogFolder;
  #log: EventLog | null = null;

  constructor(folder: LogFolder) {
    this.#folder = folder;
  }

  get bytes(): number {
    return this.#log?.bytes ?? 0;
  }

  /** What is still there of the rows up to `last`; those behind it are gone from then on. */
  async *recall(last: number): AsyncGenerator<Columns, void, undefined> {
    if (!(await this.#folder.folders()).includes(name)) return;
    const log = await this.#open();
    await log.cutAfter(last);
    for await (const { body } of log.read()) yield unpackTable(body as PackedTable);
  }

  /** Adds rows, the first of them numbered `first`; they are on disk when this resolves. */
  async append(rows: Columns, first: number): Promise<void> {
    const log = await this.#open();
    // A page that died before its first record left rows that no record counts.
    if (log.next > first) await log.cutAfter(first - 1);
    log.next = Math.max(log.next, first);
    await log.append(rows.length, packTable(rows));
  }

  async letGoBefore(row: number): Promise<void> {
    await this.#log?.dropBefore(row);
    await this.#log?.dropBeyond(mostBytes);
  }

  close(): void {
    this.#log?.close();
    this.#log = null;
  }

  async #open(): Promise<EventLog> {
    return (this.#log ??= await EventLog.open(await this.#folder.folder(name)));
  }
}
