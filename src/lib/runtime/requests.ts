import { deferred, type Deferred } from '#lib/base/deferred.ts';

/** Cells that someone asked for and waits for. */
export interface Request {
  readonly cells: Set<string>;
  readonly done: Deferred<void>;
}

/** The requests that have not settled. A cell leaves them all when it is stopped, edited or removed. */
export class Requests {
  readonly #open = new Set<Request>();

  add(cells: Iterable<string>): Promise<void> {
    const request = { cells: new Set(cells), done: deferred<void>() };
    this.#open.add(request);
    return request.done.promise;
  }

  includes(cell: string): boolean {
    return [...this.#open].some((request) => request.cells.has(cell));
  }

  leave(cell: string): void {
    for (const request of this.#open) request.cells.delete(cell);
  }

  /** Replaces the cells of every request by what `revise` makes of them. */
  revise(revise: (cells: ReadonlySet<string>) => Iterable<string>): void {
    for (const { cells } of this.#open) {
      const revised = [...revise(cells)];
      cells.clear();
      for (const cell of revised) cells.add(cell);
    }
  }

  /** Resolves the requests none of whose cells is busy. */
  settle(isBusy: (cell: string) => boolean): void {
    for (const request of this.#open) {
      if ([...request.cells].some(isBusy)) continue;
      this.#open.delete(request);
      request.done.resolve();
    }
  }
}
