import type { FolderStore } from '#lib/base/folder-store.ts';
import type { SavedStates } from '#lib/cells/core/context.ts';

const mostAgeMs = 7 * 86_400_000;
const mostBytes = 256 << 20;

export interface SavedRunsLimits {
  readonly ageMs?: number;
  readonly bytes?: number;
  readonly now?: () => number;
}

/** What one run has saved. */
export interface SavedRun extends SavedStates {
  /** Lets go of everything, after what is still being written. */
  forget(this: void): Promise<void>;
}

/**
 * What runs leave for themselves, a folder for each fingerprint. Folders that nobody has come back to for a week go,
 * and the oldest ones when the whole passes 256 MB. Without a store, or with one that refuses, nothing is kept.
 */
export class SavedRuns {
  readonly #open: () => Promise<FolderStore | null>;
  readonly #limits: Required<SavedRunsLimits>;
  #store: Promise<FolderStore | null> | null = null;

  constructor(
    open: () => Promise<FolderStore | null>,
    { ageMs = mostAgeMs, bytes = mostBytes, now = Date.now }: SavedRunsLimits = {}
  ) {
    this.#open = open;
    this.#limits = { ageMs, bytes, now };
  }

  of(fingerprint: string): SavedRun {
    const folder = fingerprint.replace(/[^\w.-]/g, '_');
    const path = (name: string) => `${folder}/${name.replace(/[^\w.-]/g, '_')}`;
    let queue: Promise<unknown> = Promise.resolve();
    const inTurn = <T>(work: (store: FolderStore) => Promise<T>): Promise<T | null> => {
      const done = queue.then(async () => {
        const store = await this.#ready();
        return store && work(store);
      });
      queue = done.catch(() => undefined);
      return done;
    };
    return {
      load: (name) =>
        inTurn(async (store) => {
          const file = await store.read(path(name));
          return file && new Uint8Array(await file.arrayBuffer());
        }).catch(() => null),
      save: async (name, bytes) => {
        await inTurn((store) => store.write(path(name), new Blob([bytes]))).catch(() => undefined);
      },
      forget: async () => {
        await inTurn((store) => store.remove(folder)).catch(() => undefined);
      }
    };
  }

  #ready(): Promise<FolderStore | null> {
    this.#store ??= this.#open()
      .then(async (store) => {
        if (store) await this.#sweep(store);
        return store;
      })
      .catch(() => null);
    return this.#store;
  }

  async #sweep(store: FolderStore): Promise<void> {
    const entries = await Promise.all(
      (await store.folders()).map(async (folder) => {
        const files = await store.files(folder).catch(() => []);
        const bytes = files.reduce((sum, file) => sum + file.size, 0);
        return { folder, bytes, at: Math.max(0, ...files.map((file) => file.lastModified)) };
      })
    );
    let total = 0;
    for (const { folder, bytes, at } of entries.sort((a, b) => b.at - a.at)) {
      total += bytes;
      const old = at < this.#limits.now() - this.#limits.ageMs;
      if (old || total > this.#limits.bytes) await store.remove(folder).catch(() => undefined);
    }
  }
}
