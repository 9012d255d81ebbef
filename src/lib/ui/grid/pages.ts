import type { Columns } from '#lib/base/columns.ts';

/**
 * The pages of a long table, asked for when rows come into sight and kept, the last used longest.
 * Asking twice for a page on its way asks once. A page that fails is reported and asked for again next time.
 */
export class PageCache {
  readonly size: number;
  private readonly load: (offset: number, limit: number) => Promise<Columns>;
  private readonly changed: () => void;
  private readonly failed: (error: unknown) => void;
  private readonly most: number;
  private readonly pages = new Map<number, Columns>();
  private readonly waiting = new Map<number, Promise<void>>();

  constructor(
    load: (offset: number, limit: number) => Promise<Columns>,
    options: {
      readonly changed: () => void;
      readonly failed: (error: unknown) => void;
      readonly size?: number;
      readonly most?: number;
    }
  ) {
    this.load = load;
    this.changed = options.changed;
    this.failed = options.failed;
    this.size = options.size ?? 200;
    this.most = options.most ?? 40;
  }

  /** The page that holds `row` and the row's place in it, if it has come. */
  at(row: number): { readonly page: Columns; readonly index: number } | null {
    const number = Math.floor(row / this.size);
    const page = this.pages.get(number);
    const index = row - number * this.size;
    return page && index < page.length ? { page, index } : null;
  }

  has(from: number, to: number): boolean {
    for (let n = Math.floor(from / this.size); n * this.size < to; n++) {
      if (!this.pages.has(n)) return false;
    }
    return true;
  }

  /** Asks for the rows from `from` up to `to`; resolves when all are there or have failed. */
  async want(from: number, to: number): Promise<void> {
    const asked: Promise<void>[] = [];
    for (let n = Math.floor(from / this.size); n * this.size < to; n++) {
      const page = this.pages.get(n);
      if (page) {
        this.pages.delete(n);
        this.pages.set(n, page);
      } else asked.push(this.ask(n));
    }
    await Promise.all(asked);
  }

  private ask(n: number): Promise<void> {
    const before = this.waiting.get(n);
    if (before) return before;
    const promise = this.load(n * this.size, this.size)
      .then((page) => {
        this.pages.set(n, page);
        for (const old of this.pages.keys()) {
          if (this.pages.size <= this.most) break;
          this.pages.delete(old);
        }
      }, this.failed)
      .finally(() => {
        this.waiting.delete(n);
        this.changed();
      });
    this.waiting.set(n, promise);
    return promise;
  }
}
