import { database } from './database.ts';

/** An edit reaches the journal at most this long after it was made. */
export const journalDelay = 250;

/**
 * Keeps what is typed safe from a killed tab. Every edit is written within `journalDelay`, also in the middle
 * of continuous typing: the first edit starts the clock, later ones only replace the text to be written.
 * `loadNotebook` puts a journaled text in the place of the saved one; `saveNotebook` clears the entry.
 */
export class Journal {
  readonly #id: string;
  readonly #write: (id: string, text: string) => Promise<void>;
  #pending: string | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #writing: Promise<void> = Promise.resolve();
  #failed: ((error: unknown) => void) | undefined;

  constructor(id: string, options: { onFailure?: (error: unknown) => void } = {}, write = append) {
    this.#id = id;
    this.#write = write;
    this.#failed = options.onFailure;
  }

  note(text: string): void {
    this.#pending = text;
    this.#timer ??= setTimeout(() => void this.flush(), journalDelay);
  }

  /** Writes what is pending now; resolves when it is on its way to disk. */
  flush(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const text = this.#pending;
    if (text === null) return this.#writing;
    this.#pending = null;
    this.#writing = this.#writing
      .then(() => this.#write(this.#id, text))
      .catch((error: unknown) => this.#failed?.(error));
    return this.#writing;
  }
}

async function append(id: string, text: string): Promise<void> {
  const db = await database();
  await db.put('journal', { id, text, at: Date.now() });
}
