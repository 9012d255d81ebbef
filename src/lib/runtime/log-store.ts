import { deferred } from '#lib/base/deferred.ts';
import { hash128 } from '#lib/base/hash.ts';
import { writeWhole, type LogFolder } from '#lib/live/log/log-files.ts';
import {
  cellPrefix,
  logLock,
  notebookFolder,
  ownerFile,
  type LogOwner
} from '#lib/live/log/log-places.ts';
import { StreamLog, type Pace } from '#lib/live/log/stream-log.ts';
import { canonicalConfig } from './canonical.ts';
import { unlessAborted } from './live-log.ts';

/** A log that is open, until it is closed. */
export interface OpenLog {
  readonly log: StreamLog;
  close(): void;
}

export interface LogStoreOptions {
  /** null where nothing can be kept. */
  readonly folder: () => Promise<LogFolder | null>;
  readonly locks: LockManager | undefined;
  readonly pace?: Pace;
}

/**
 * The logs of the streams of one notebook: a folder for each cell and source, which one tab at a time has open (a Web
 * Lock, released by itself when the tab dies). Without a notebook's id or storage there are none.
 */
export class LogStore {
  notebook = '';
  readonly #options: LogStoreOptions;

  constructor(options: LogStoreOptions) {
    this.#options = options;
  }

  /**
   * Opens the log of a cell whose source has that identity; `onWait` is called if another tab has it, until which lets it
   * go. null where nothing can be kept.
   */
  async open(
    cell: string,
    identity: unknown,
    signal: AbortSignal,
    onWait: () => void
  ): Promise<OpenLog | null> {
    const folder = await this.#folder();
    if (!folder) return null;
    const name = `${cellPrefix(cell)}${hash128(canonicalConfig(identity)).slice(0, 16)}`;
    const release = await this.#lock(name, signal, onWait);
    try {
      const own = await folder.folder(name);
      await this.#sign(own, cell);
      const log = await StreamLog.open(own, this.#options.pace);
      return {
        log,
        close: () => {
          log.close();
          release();
        }
      };
    } catch (error) {
      release();
      throw error;
    }
  }

  /** Removes what is kept for a cell, of whatever source, once nobody has it open. */
  async forget(cell: string, signal: AbortSignal): Promise<void> {
    const folder = await this.#folder();
    for (const name of (await folder?.folders()) ?? []) {
      if (!name.startsWith(cellPrefix(cell))) continue;
      const release = await this.#lock(name, signal, () => undefined);
      await folder!.removeFolder(name).finally(release);
    }
  }

  async #folder(): Promise<LogFolder | null> {
    if (this.notebook === '') return null;
    const all = await this.#options.folder();
    return all && all.folder(notebookFolder(this.notebook));
  }

  /** Writes down whose log it is: the names of folders do not tell. */
  async #sign(folder: LogFolder, cell: string): Promise<void> {
    if ((await folder.files()).some(({ name, bytes }) => name === ownerFile && bytes > 0)) return;
    const owner: LogOwner = { notebook: this.notebook, cell };
    await writeWhole(folder, ownerFile, new TextEncoder().encode(JSON.stringify(owner)));
  }

  /** Resolves with what lets the lock go, once this tab has it. */
  async #lock(name: string, signal: AbortSignal, onWait: () => void): Promise<() => void> {
    const { locks } = this.#options;
    const held = deferred<void>();
    if (!locks) return () => undefined;
    const full = logLock(notebookFolder(this.notebook), name);
    const got = deferred<boolean>();
    const ask = (options: LockOptions) =>
      locks.request(full, options, (lock) => {
        got.resolve(lock !== null);
        return lock ? held.promise : undefined;
      });
    ask({ ifAvailable: true }).catch((error: unknown) => got.reject(error));
    const release = () => held.resolve();
    if (await got.promise) return release;
    onWait();
    const later = deferred<void>();
    locks
      .request(full, { signal }, () => {
        later.resolve();
        return held.promise;
      })
      .catch((error: unknown) => later.reject(error));
    await unlessAborted(later.promise, signal);
    return release;
  }
}
