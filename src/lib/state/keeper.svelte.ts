import type { Origin } from '#lib/storage/database.ts';
import { Journal } from '#lib/storage/journal.ts';
import { saveNotebook } from '#lib/storage/library.ts';
import { saveSnapshots, type Snapshots } from '#lib/storage/snapshots.ts';

const savePause = 1500;
const snapshotPause = 2000;

/**
 * Keeps a notebook: every edit is journaled at once, the whole is saved when typing pauses, results are kept for
 * the next visit. A notebook that was never edited is never written.
 */
export class Keeper {
  readonly id: string;
  /** When the text on screen was last written whole; null while nothing has been. */
  savedAt = $state.raw<number | null>(null);
  dirty = $state(false);
  failure = $state.raw<string | null>(null);
  readonly #origin: Origin;
  readonly #journal: Journal;
  readonly #firstSave: (() => void) | undefined;
  #text: string;
  #title: string;
  #stored: boolean;
  #suspended = false;
  #saveTimer: ReturnType<typeof setTimeout> | null = null;
  #snapshotTimer: ReturnType<typeof setTimeout> | null = null;
  #snapshots: (() => Snapshots) | null = null;

  constructor(options: {
    readonly id: string;
    readonly text: string;
    readonly title: string;
    readonly origin: Origin;
    /** Whether the notebook is in the library already. */
    readonly stored: boolean;
    /** Told when a notebook is written for the first time and so has an address. */
    readonly onFirstSave?: () => void;
  }) {
    this.id = options.id;
    this.#text = options.text;
    this.#title = options.title;
    this.#origin = options.origin;
    this.#stored = options.stored;
    this.#firstSave = options.onFirstSave;
    this.#journal = new Journal(this.id, { onFailure: (error) => this.#failed(error) });
  }

  /** From now on nothing is written: the text on screen is not the reader's. */
  suspend(): void {
    this.#suspended = true;
  }

  /** Takes an edit. */
  note(text: string, title: string): void {
    if (this.#suspended) return;
    this.#text = text;
    this.#title = title;
    this.dirty = true;
    if (!this.#stored) {
      void this.save();
      return;
    }
    this.#journal.note(text);
    if (this.#saveTimer !== null) clearTimeout(this.#saveTimer);
    this.#saveTimer = setTimeout(() => void this.save(), savePause);
  }

  /** Writes the whole notebook now. */
  async save(): Promise<boolean> {
    if (this.#suspended) return false;
    if (this.#saveTimer !== null) clearTimeout(this.#saveTimer);
    this.#saveTimer = null;
    const text = this.#text;
    const first = !this.#stored;
    this.#stored = true;
    try {
      const at = Date.now();
      await this.#journal.flush();
      await saveNotebook({ id: this.id, text, title: this.#title, origin: this.#origin, at });
      this.savedAt = at;
      this.failure = null;
      if (this.#text === text) this.dirty = false;
      if (first) this.#firstSave?.();
      return true;
    } catch (error) {
      this.#stored = !first;
      this.#failed(error);
      return false;
    }
  }

  /** Keeps results a little after the last cell settled. */
  settle(snapshots: () => Snapshots): void {
    if (this.#suspended) return;
    this.#snapshots = snapshots;
    if (this.#snapshotTimer !== null) clearTimeout(this.#snapshotTimer);
    this.#snapshotTimer = setTimeout(() => void this.#saveSnapshots(), snapshotPause);
  }

  async #saveSnapshots(): Promise<void> {
    if (this.#snapshotTimer !== null) clearTimeout(this.#snapshotTimer);
    this.#snapshotTimer = null;
    const snapshots = this.#snapshots;
    this.#snapshots = null;
    if (snapshots === null || this.#suspended) return;
    await saveSnapshots(this.id, snapshots()).catch((error: unknown) => this.#failed(error));
  }

  /** The page is being hidden or closed: what is typed goes to disk now, then the results. */
  async flush(): Promise<void> {
    if (this.dirty) await this.#journal.flush();
    await this.#saveSnapshots();
  }

  dispose(): void {
    if (this.#snapshotTimer !== null) clearTimeout(this.#snapshotTimer);
    if (this.#saveTimer !== null) void this.save();
  }

  #failed(error: unknown): void {
    this.failure = error instanceof Error ? error.message : String(error);
  }
}
