import { openFolderStore } from '#lib/base/folder-store.ts';
import { Cancelled, type Problem } from '#lib/base/problem.ts';
import { problem } from '#lib/problems/index.ts';
import { Copies, type Copy, type Room } from '#lib/storage/copies.ts';
import { problemOf } from './problem-of.ts';

/** A file as the page knows it. */
interface FileFacts {
  readonly name: string;
  readonly size: number;
  readonly modified: number;
}

/** A copy that is being written. */
interface Writing {
  readonly share: number;
  readonly stop: () => void;
}

/** The copies of files that this browser keeps, those of the open notebook and of all others, and what room there is. */
export class KeptFiles {
  /** Copies of every notebook, the newest first. */
  all = $state.raw<readonly Copy[]>([]);
  room = $state.raw<Room | null>(null);
  /** Whether this browser can keep copies; null until that is known. */
  available = $state.raw<boolean | null>(null);
  /** What went wrong with copies, by the name of the file. */
  problems = $state.raw<ReadonlyMap<string, Problem>>(new Map());
  #writing = $state.raw<ReadonlyMap<string, Writing>>(new Map());
  readonly #notebook: string;
  #copies: Promise<Copies | null> | null = null;

  constructor(notebook: string) {
    this.#notebook = notebook;
  }

  /** The copies of the open notebook. */
  readonly own: readonly Copy[] = $derived.by(() =>
    this.all.filter(({ notebook }) => notebook === this.#notebook)
  );

  get bytes(): number {
    return this.all.reduce((sum, { size }) => sum + size, 0);
  }

  /** The files kept for the open notebook, ready to be given. */
  async open(): Promise<readonly File[]> {
    const copies = await this.#open();
    if (!copies) return [];
    await this.refresh();
    return copies.open(this.#notebook).catch(() => []);
  }

  /** Whether the copy kept is of the file as it is. */
  isKept({ name, size, modified }: FileFacts): boolean {
    return this.own.some((c) => c.name === name && c.size === size && c.modified === modified);
  }

  /** The share of a copy that is written by now; null when none is being written. */
  share(name: string): number | null {
    return this.#writing.get(name)?.share ?? null;
  }

  stop(name: string): void {
    this.#writing.get(name)?.stop();
  }

  /** Writes a copy, and answers whether it is there. What goes wrong is told in `problems`. */
  async keep(file: File): Promise<boolean> {
    const { name } = file;
    if (this.#writing.has(name)) return false;
    const controller = new AbortController();
    const stop = () => controller.abort();
    this.#tell(name, null);
    this.#write(name, { share: 0, stop });
    try {
      const copies = await this.#open();
      if (!copies) {
        this.#tell(name, problem('storage.no-place', { file: name }));
        return false;
      }
      // Asked once the reader wants something to stay: the browser then does not clear it by itself.
      await navigator.storage.persist?.().catch(() => false);
      await copies.keep(this.#notebook, file, Date.now(), {
        signal: controller.signal,
        onBytes: (written) => this.#write(name, { share: written / Math.max(1, file.size), stop })
      });
      return true;
    } catch (error) {
      if (!(error instanceof Cancelled)) this.#tell(name, problemOf(error));
      return false;
    } finally {
      this.#write(name, null);
      await this.refresh();
    }
  }

  async letGo({ notebook, name }: Pick<Copy, 'notebook' | 'name'>): Promise<void> {
    await (await this.#open())?.letGo(notebook, name);
    this.#tell(name, null);
    await this.refresh();
  }

  /** Lets go of the copy of a file of the open notebook. */
  async letGoOwn(name: string): Promise<void> {
    await this.letGo({ notebook: this.#notebook, name });
  }

  /** Forgets copies of notebooks that are gone for good. */
  async keepOnly(notebooks: ReadonlySet<string>): Promise<void> {
    await (await this.#open())?.keepOnly(new Set([...notebooks, this.#notebook]));
    await this.refresh();
  }

  /** Looks again at what is kept and what room is left. */
  async refresh(): Promise<void> {
    const copies = await this.#open();
    if (!copies) return;
    this.all = await copies.list().catch(() => this.all);
    this.room = await copies.room().catch(() => null);
  }

  dismiss(name: string): void {
    this.#tell(name, null);
  }

  async #open(): Promise<Copies | null> {
    this.#copies ??= openFolderStore('copies')
      .catch(() => null)
      .then((store) => store && new Copies(store));
    const copies = await this.#copies;
    this.available = copies !== null;
    return copies;
  }

  #write(name: string, writing: Writing | null): void {
    const next = new Map(this.#writing);
    if (writing) next.set(name, writing);
    else next.delete(name);
    this.#writing = next;
  }

  #tell(name: string, trouble: Problem | null): void {
    const next = new Map(this.problems);
    if (trouble) next.set(name, trouble);
    else next.delete(name);
    this.problems = next;
  }
}
