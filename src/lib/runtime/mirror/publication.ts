import type { Problem } from '#lib/base/problem.ts';
import type { Progress, Retention, Revision } from '#lib/cells/core/context.ts';
import { problemOf } from '#lib/rpc/bug.ts';
import type { PublishedEnd, Shown, Told, Word } from './messages.ts';

/** What may be on its way to a mirror before it counts as behind, in bytes; what a message and a report count as. */
const mostUnderWay = 16 << 20;
const messageSize = 512;
const reportSize = 32 << 10;
/** Reports are told at most so often, in milliseconds. */
const reportEvery = 250;

/** What writes the tables of a run: does something while it writes nothing to one of them. */
interface Writer {
  still(relation: string, work: () => Promise<void>): Promise<void>;
}

/** What reads the tables of a run, also after its end. */
interface Reader {
  /** The whole relation as an Arrow stream; null if it is gone. */
  readIpc(relation: string): Promise<Uint8Array | null>;
}

export interface PublishedTables {
  readonly writer: Writer;
  readonly reader: Reader;
}

/**
 * One run of one live cell as other tabs of the notebook see it: whoever joins is given every table as it stands, then
 * every write by its number within the table. A mirror that does not take in what it is told is told no more; it joins
 * again. As long as there are no mirrors nothing leaves this tab.
 */
export class Publication {
  readonly #cell: string;
  readonly #run = crypto.randomUUID();
  readonly #reader: Reader;
  /** null once the run has ended. */
  #writer: Writer | null;
  readonly #send: (message: Told) => void;
  /** Bytes on their way, by mirror. */
  readonly #mirrors = new Map<string, number>();
  readonly #joining = new Set<string>();
  /** Of those that join, who fell behind and has asked anew. */
  readonly #again = new Set<string>();
  /** Writes so far, by relation. */
  readonly #numbers = new Map<string, number>();
  #shown: Shown = { report: null, problems: [], progress: null };
  #isShownStale = false;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #end: PublishedEnd | null = null;

  constructor(cell: string, { reader, writer }: PublishedTables, send: (message: Told) => void) {
    this.#cell = cell;
    this.#reader = reader;
    this.#writer = writer;
    this.#send = send;
  }

  /** Rows go to a table now. */
  write(
    relation: string,
    ipc: Uint8Array,
    retain: readonly Retention[],
    revision: Revision | null
  ): void {
    const number = (this.#numbers.get(relation) ?? 0) + 1;
    this.#numbers.set(relation, number);
    if (this.#mirrors.size === 0) return;
    const size = ipc.byteLength + messageSize;
    this.#tellAll({ tell: 'rows', size, relation, number, ipc, retain, revision });
  }

  report(report: unknown, problems: readonly Problem[]): void {
    this.#show({ ...this.#shown, report, problems });
  }

  progress(progress: Progress): void {
    this.#show({ ...this.#shown, progress });
  }

  end(end: PublishedEnd): void {
    this.#end = end;
    this.#writer = null;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#mirrors.size > 0) this.#tell(null, { tell: 'end', end });
    for (const mirror of [...this.#mirrors.keys()])
      if (!this.#joining.has(mirror)) this.#mirrors.delete(mirror);
  }

  /** Gives a mirror everything there is; one that is being given it already is told that it comes. */
  async join(mirror: string): Promise<void> {
    this.#tell(mirror, { tell: 'coming' });
    if (this.#joining.has(mirror)) {
      if (!this.#mirrors.has(mirror)) this.#again.add(mirror);
      return;
    }
    this.#joining.add(mirror);
    try {
      do await this.#giveAll(mirror);
      while (this.#again.delete(mirror));
    } catch (error) {
      this.leave(mirror);
      this.#tell(mirror, { tell: 'trouble', problem: problemOf(error) });
    } finally {
      this.#joining.delete(mirror);
    }
  }

  taken(mirror: string, size: number): void {
    const before = this.#mirrors.get(mirror);
    if (before !== undefined) this.#mirrors.set(mirror, Math.max(0, before - size));
  }

  leave(mirror: string): void {
    this.#mirrors.delete(mirror);
    this.#again.delete(mirror);
  }

  async #giveAll(mirror: string): Promise<void> {
    this.#mirrors.set(mirror, 0);
    for (const relation of this.#numbers.keys()) await this.#giveTable(mirror, relation);
    if (!this.#mirrors.has(mirror)) return;
    this.#tell(mirror, { tell: 'report', size: 0, shown: this.#shown });
    this.#tell(mirror, { tell: 'whole' });
    if (!this.#end) return;
    this.#tell(mirror, { tell: 'end', end: this.#end });
    this.#mirrors.delete(mirror);
  }

  #giveTable(mirror: string, relation: string): Promise<void> {
    const give = async () => {
      if (!this.#mirrors.has(mirror)) return;
      const number = this.#numbers.get(relation)!;
      const ipc = await this.#reader.readIpc(relation);
      // It may have left, or fallen behind, meanwhile.
      if (ipc && this.#mirrors.has(mirror))
        this.#tell(mirror, { tell: 'table', relation, number, ipc });
    };
    return this.#writer ? this.#writer.still(relation, give) : give();
  }

  /** The first report at once, then the newest after a while. */
  #show(shown: Shown): void {
    this.#shown = shown;
    this.#isShownStale = true;
    if (this.#timer === null && this.#mirrors.size > 0) this.#tellShown();
  }

  #tellShown(): void {
    this.#timer = null;
    if (!this.#isShownStale || this.#mirrors.size === 0) return;
    this.#isShownStale = false;
    this.#tellAll({ tell: 'report', size: reportSize, shown: this.#shown });
    this.#timer = setTimeout(() => this.#tellShown(), reportEvery);
  }

  #tellAll(word: Word & { readonly size: number }): void {
    for (const [mirror, before] of [...this.#mirrors]) {
      if (before + word.size <= mostUnderWay) this.#mirrors.set(mirror, before + word.size);
      else {
        this.#mirrors.delete(mirror);
        this.#tell(mirror, { tell: 'behind' });
      }
    }
    if (this.#mirrors.size > 0) this.#tell(null, word);
  }

  #tell(to: string | null, word: Word): void {
    this.#send({ ...word, cell: this.#cell, run: this.#run, to });
  }
}
