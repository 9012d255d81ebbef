import type { FolderStore } from '#lib/base/folder-store.ts';
import { formatBytes } from '#lib/base/format.ts';
import { hash128 } from '#lib/base/hash.ts';
import { Cancelled, ProblemError } from '#lib/base/problem.ts';
import { fail } from '#lib/problems/index.ts';

/** A file kept in this browser for a notebook. `size` and `modified` are those of the file it was copied from. */
export interface Copy {
  readonly notebook: string;
  readonly name: string;
  readonly size: number;
  readonly modified: number;
  /** When it was kept. */
  readonly at: number;
}

/** Bytes that this site holds on disk, and may hold. */
export interface Room {
  readonly used: number;
  readonly quota: number;
}

interface Keeping {
  readonly signal: AbortSignal;
  onBytes(this: void, written: number): void;
}

interface Stored {
  readonly folder: string;
  readonly copy: Copy;
}

const day = 86_400_000;
const minute = 60_000;

/**
 * Copies of the reader's files, a folder each: the bytes in `content`, and `meta.json` written last, so that a copy cut
 * short by a crash has no record and never counts. A newer copy of a file takes the place of the older one only when it
 * is whole. Files are written and read as streams.
 */
export class Copies {
  readonly #store: FolderStore;
  readonly #room: () => Promise<Room | null>;

  constructor(store: FolderStore, room: () => Promise<Room | null> = roomHere) {
    this.#store = store;
    this.#room = room;
  }

  /** Every whole copy of this browser, the newest first; remains of broken ones are swept away. */
  async list(): Promise<readonly Copy[]> {
    return (await this.#stored()).map(({ copy }) => copy);
  }

  /** The files kept for a notebook, as they were given: with their names and times, read from disk as needed. */
  async open(notebook: string): Promise<File[]> {
    const own = (await this.#stored()).filter(({ copy }) => copy.notebook === notebook);
    const files = await Promise.all(
      own.map(async ({ folder, copy }) => {
        const content = await this.#store.read(`${folder}/content`);
        return content && new File([content], copy.name, { lastModified: copy.modified });
      })
    );
    return files.filter((file) => file !== null);
  }

  /** Writes a copy. Fails with `storage.full` before a byte is written where there is no room for it. */
  async keep(notebook: string, file: File, at: number, options: Keeping): Promise<Copy> {
    const room = await this.#room();
    if (room && file.size > room.quota - room.used) throw await this.#full(file, room);
    const { name, size, lastModified: modified } = file;
    const folder = `${prefixOf(notebook, name)}-${hash128(`${at} ${modified} ${size}`).slice(0, 8)}`;
    const older = (await this.#stored()).filter(
      ({ copy }) => copy.notebook === notebook && copy.name === name
    );
    try {
      await this.#store.write(`${folder}/content`, counted(file, options));
      const copy: Copy = { notebook, name, size, modified, at };
      await this.#store.write(`${folder}/meta.json`, new Blob([JSON.stringify(copy)]));
      for (const { folder: old } of older) if (old !== folder) await this.#remove(old);
      return copy;
    } catch (error) {
      await this.#remove(folder);
      throw await this.#problem(error, file, options.signal);
    }
  }

  async letGo(notebook: string, name: string): Promise<void> {
    for (const { folder, copy } of await this.#stored()) {
      if (copy.notebook === notebook && copy.name === name) await this.#remove(folder);
    }
  }

  /** Lets go of copies whose notebook is gone for good. */
  async keepOnly(notebooks: ReadonlySet<string>): Promise<void> {
    for (const { folder, copy } of await this.#stored()) {
      if (!notebooks.has(copy.notebook)) await this.#remove(folder);
    }
  }

  room(): Promise<Room | null> {
    return this.#room();
  }

  async #stored(): Promise<Stored[]> {
    const found = await Promise.all(
      (await this.#store.folders()).map(async (folder) => {
        const copy = await this.#read(folder).catch(() => null);
        if (!copy) await this.#sweep(folder);
        return copy && { folder, copy };
      })
    );
    const newest = new Map<string, Stored>();
    for (const entry of found.filter((e) => e !== null)) {
      const key = prefixOf(entry.copy.notebook, entry.copy.name);
      if ((newest.get(key)?.copy.at ?? -1) < entry.copy.at) newest.set(key, entry);
    }
    return [...newest.values()].sort((a, b) => b.copy.at - a.copy.at);
  }

  async #read(folder: string): Promise<Copy | null> {
    const meta = await this.#store.read(`${folder}/meta.json`);
    if (!meta) return null;
    const copy = JSON.parse(await meta.text()) as Copy;
    const content = await this.#store.read(`${folder}/content`);
    return content?.size === copy.size ? copy : null;
  }

  /** Removes a folder without a whole copy, unless another tab may be writing it at this moment. */
  async #sweep(folder: string): Promise<void> {
    const files = await this.#store.files(folder).catch(() => []);
    const written = Math.max(0, ...files.map((file) => file.lastModified));
    const bytes = files.reduce((sum, file) => sum + file.size, 0);
    if (written < Date.now() - (bytes > 0 ? minute : day)) await this.#remove(folder);
  }

  async #remove(folder: string): Promise<void> {
    await this.#store.remove(folder).catch(() => undefined);
  }

  async #problem(error: unknown, file: File, signal: AbortSignal): Promise<Error> {
    if (signal.aborted) return new Cancelled();
    if (error instanceof ProblemError) return error;
    const name = error instanceof Error ? error.name : '';
    if (name === 'QuotaExceededError') return this.#full(file, await this.#room());
    const detail = error instanceof Error ? error.message : String(error);
    if (name === 'NotFoundError' || name === 'NotReadableError') {
      return fail('source.file-lost', { file: file.name, detail });
    }
    return fail('storage.copy-failed', { file: file.name, detail });
  }

  async #full(file: File, room: Room | null): Promise<Error> {
    const copies = (await this.#stored()).map(({ copy }) => copy);
    const kept = copies
      .filter(({ name }) => name !== file.name)
      .sort((a, b) => b.size - a.size)
      .slice(0, 4)
      .map(({ name, size }) => `\`${name}\` (${formatBytes(size)})`);
    return fail('storage.full', {
      file: file.name,
      needed: formatBytes(file.size),
      free: formatBytes(room ? Math.max(0, room.quota - room.used) : 0),
      kept: kept.join(', ')
    });
  }
}

async function roomHere(): Promise<Room | null> {
  const { usage, quota } = await navigator.storage.estimate();
  return usage === undefined || quota === undefined ? null : { used: usage, quota };
}

function prefixOf(notebook: string, name: string): string {
  return hash128(`${notebook}\n${name}`);
}

function counted(
  file: File,
  { signal, onBytes }: Keeping
): ReadableStream<Uint8Array<ArrayBuffer>> {
  let written = 0;
  const count = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform(chunk, controller) {
      signal.throwIfAborted();
      controller.enqueue(chunk);
      onBytes((written += chunk.length));
    }
  });
  return file.stream().pipeThrough(count);
}
