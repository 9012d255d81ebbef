import type { LogFile, LogFolder } from '#lib/live/log/log-files.ts';

/** What a page that dies leaves of a write that is not flushed yet: that many of its bytes. */
export class Crash extends Error {}

/**
 * A folder in memory that dies when so many bytes have been written or changes made, in the middle of a write if that is
 * where it happens; `survived` is then what a disk would hold.
 */
export class MemoryFolder implements LogFolder {
  readonly contents = new Map<string, Uint8Array>();
  readonly below = new Map<string, MemoryFolder>();
  /** Bytes and changes that are still done; shared with the folders below. */
  readonly budget: { left: number };
  quota = Infinity;
  readonly #open = new Set<string>();

  constructor(budget = { left: Infinity }) {
    this.budget = budget;
  }

  /** What a disk holds after a crash, ready to be opened again. */
  survived(left = Infinity): MemoryFolder {
    return this.#copy({ left });
  }

  #copy(budget: { left: number }): MemoryFolder {
    const copy = new MemoryFolder(budget);
    for (const [name, bytes] of this.contents) copy.contents.set(name, bytes.slice());
    for (const [name, folder] of this.below) copy.below.set(name, folder.#copy(budget));
    return copy;
  }

  files() {
    const list = [...this.contents].map(([name, bytes]) => ({ name, bytes: bytes.length }));
    return Promise.resolve(list);
  }

  open(name: string): Promise<LogFile> {
    if (this.#open.has(name)) throw new DOMException(name, 'NoModificationAllowedError');
    if (!this.contents.has(name)) {
      this.#spend(1);
      this.contents.set(name, new Uint8Array());
    }
    this.#open.add(name);
    const get = () => this.contents.get(name)!;
    const set = (bytes: Uint8Array) => this.contents.set(name, bytes);
    return Promise.resolve({
      size: () => get().length,
      read: (into, at) => {
        const found = get().subarray(at, at + into.length);
        into.set(found);
        return found.length;
      },
      write: (bytes, at) => {
        const all = Math.max(get().length, at + bytes.length);
        const total = [...this.contents.values()].reduce((sum, b) => sum + b.length, 0);
        if (total + all - get().length > this.quota)
          throw new DOMException('full', 'QuotaExceededError');
        const done = Math.min(bytes.length, this.budget.left);
        const next = new Uint8Array(Math.max(get().length, at + done));
        next.set(get());
        next.set(bytes.subarray(0, done), at);
        set(next);
        this.#spend(bytes.length);
      },
      truncate: (size) => {
        this.#spend(1);
        const next = new Uint8Array(size);
        next.set(get().subarray(0, size));
        set(next);
      },
      flush: () => this.#spend(0),
      close: () => void this.#open.delete(name)
    });
  }

  remove(name: string): Promise<void> {
    this.#spend(1);
    if (this.#open.has(name)) throw new DOMException(name, 'NoModificationAllowedError');
    this.contents.delete(name);
    return Promise.resolve();
  }

  folder(name: string): Promise<LogFolder> {
    let folder = this.below.get(name);
    if (!folder) this.below.set(name, (folder = new MemoryFolder(this.budget)));
    return Promise.resolve(folder);
  }

  folders() {
    return Promise.resolve([...this.below.keys()]);
  }

  removeFolder(name: string): Promise<void> {
    this.#spend(1);
    this.below.delete(name);
    return Promise.resolve();
  }

  #spend(cost: number): void {
    if (this.budget.left < cost || this.budget.left <= 0) {
      this.budget.left = 0;
      throw new Crash();
    }
    this.budget.left -= cost;
  }
}
