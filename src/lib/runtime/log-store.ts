import { deferred } from '#lib/base/deferred.ts';
import { hash128 } from '#lib/base/hash.ts';
import type { LogFolder } from '#lib/live/log/log-files.ts';
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
    const name = `${prefixOf(cell)}-${hash128(canonicalConfig(identity)).slice(0, 16)}`;
    const release = await this.#lock(name, signal, onWait);
    try {
      const log = await StreamLog.open(await folder.folder(name), this.#options.pace);
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
      if (!name.startsWith(`${prefixOf(cell)}-`)) continue;
      const release = await this.#lock(name, signal, () => undefined);
      await folder!.removeFolder(name).finally(release);
    }
  }

  async #folder(): Promise<LogFolder | null> {
    if (this.notebook === '') return null;
    const all = await this.#options.folder();
    return all && all.folder(hash128(this.notebook));
  }

  /** Resolves with what lets the lock go, once this tab has it. */
  async #lock(name: string, signal: AbortSignal, onWait: () => void): Promise<() => void> {
    const { locks } = this.#options;
    const held = deferred<void>();
    if (!locks) return () => undefined;
    const full = `quartermaster:log:${hash128(this.notebook)}:${name}`;
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

function prefixOf(cell: string): string {
  return hash128(cell.toLowerCase()).slice(0, 16);
}
