import {
  eventsFolder,
  logLock,
  notebookFolder,
  ownerFile,
  type LogOwner
} from '#lib/live/log/log-places.ts';
import { manifestFiles, rowsSeen } from '#lib/live/log/manifest.ts';
import { firstOf } from '#lib/live/log/segment.ts';

/** The log of one stream, of whatever source it has had. */
export interface EventLogSize {
  /** Where it lies. */
  readonly folder: string;
  readonly log: string;
  /** Whose it is; null where that was not written down. */
  readonly owner: LogOwner | null;
  /** With what its monitors keep. */
  readonly bytes: number;
  /** Events that are still there, as of the last time its state was saved. */
  readonly events: number;
}

type Locks = Pick<LockManager, 'request'>;

/**
 * The logs that streams have left on disk, as a page sees them: folders of this origin's private files, one for each
 * notebook and in it one for each stream. One that a tab has open is listed, and left alone.
 */
export class EventLogs {
  readonly #root: FileSystemDirectoryHandle;
  readonly #locks: Locks | undefined;

  constructor(root: FileSystemDirectoryHandle, locks?: Locks) {
    this.#root = root;
    this.#locks = locks;
  }

  /** null where there are no private files. */
  static async open(): Promise<EventLogs | null> {
    if (typeof navigator === 'undefined' || !navigator.storage?.getDirectory) return null;
    const origin = await navigator.storage.getDirectory();
    const root = await origin.getDirectoryHandle(eventsFolder, { create: true });
    return new EventLogs(root, navigator.locks);
  }

  /** The largest first. */
  async list(): Promise<readonly EventLogSize[]> {
    const found: EventLogSize[] = [];
    for (const [folder, inner] of await foldersIn(this.#root)) {
      for (const [log, directory] of await foldersIn(inner))
        found.push({ folder, log, ...(await sizeOf(directory)) });
    }
    return found.sort((a, b) => b.bytes - a.bytes);
  }

  /** Takes a log away; false where a tab has it open. */
  async letGo({ folder, log }: Pick<EventLogSize, 'folder' | 'log'>): Promise<boolean> {
    const inner = await this.#root.getDirectoryHandle(folder);
    return this.#unlessOpen(folder, log, async () => {
      await inner.removeEntry(log, { recursive: true });
    });
  }

  /** Takes away the logs of all other notebooks, but for those that a tab has open. */
  async keepOnly(notebooks: Iterable<string>): Promise<void> {
    const known = new Set(Array.from(notebooks, notebookFolder));
    for (const [folder, inner] of await foldersIn(this.#root)) {
      if (known.has(folder)) continue;
      const logs = await foldersIn(inner);
      const gone = await Promise.all(
        logs.map(([log]) => this.letGo({ folder, log }).catch(() => false))
      );
      // A log that was made meanwhile keeps the folder.
      if (gone.every(Boolean)) await this.#root.removeEntry(folder).catch(() => undefined);
    }
  }

  async #unlessOpen(folder: string, log: string, work: () => Promise<void>): Promise<boolean> {
    const guarded = async () => {
      try {
        await work();
        return true;
      } catch (error) {
        if (error instanceof DOMException && error.name === 'NoModificationAllowedError')
          return false;
        throw error;
      }
    };
    if (!this.#locks) return guarded();
    return this.#locks.request(logLock(folder, log), { ifAvailable: true }, (lock) =>
      lock ? guarded() : false
    );
  }
}

async function sizeOf(
  directory: FileSystemDirectoryHandle
): Promise<Pick<EventLogSize, 'owner' | 'bytes' | 'events'>> {
  const files = await filesIn(directory);
  const below = await Promise.all(
    (await foldersIn(directory)).map(async ([, inner]) => (await sizeOf(inner)).bytes)
  );
  const bytes = [...files.map(({ size }) => size), ...below].reduce((sum, size) => sum + size, 0);
  const firsts = files.flatMap(({ name }) => firstOf(name) ?? []);
  const rows = rowsSeen(await manifestsOf(files), 'intake');
  const events = firsts.length === 0 ? 0 : Math.max(0, rows - Math.min(...firsts) + 1);
  return { owner: await ownerOf(files), bytes, events };
}

function manifestsOf(files: readonly File[]): Promise<Uint8Array[]> {
  const names: readonly string[] = manifestFiles;
  return Promise.all(
    files
      .filter(({ name }) => names.includes(name))
      .map(async (file) => new Uint8Array(await file.arrayBuffer()))
  );
}

async function ownerOf(files: readonly File[]): Promise<LogOwner | null> {
  const file = files.find(({ name }) => name === ownerFile);
  try {
    return file ? (JSON.parse(await file.text()) as LogOwner) : null;
  } catch {
    // It is being written.
    return null;
  }
}

async function filesIn(directory: FileSystemDirectoryHandle): Promise<File[]> {
  const files: File[] = [];
  for await (const handle of directory.values()) {
    if (handle.kind !== 'file') continue;
    // A state that was switched meanwhile is gone.
    const file = await handle.getFile().catch(() => null);
    if (file) files.push(file);
  }
  return files;
}

async function foldersIn(
  directory: FileSystemDirectoryHandle
): Promise<[string, FileSystemDirectoryHandle][]> {
  const found: [string, FileSystemDirectoryHandle][] = [];
  for await (const [name, handle] of directory.entries()) {
    if (handle.kind === 'directory') found.push([name, handle]);
  }
  return found;
}
