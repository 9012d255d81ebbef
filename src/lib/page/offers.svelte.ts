import type { ColumnFit, NamedColumn } from '#lib/state/column-fit.ts';

/** A file whose columns are not those that a source cell reads. */
interface FitOffer {
  readonly file: string;
  readonly cell: string;
  readonly fit: ColumnFit;
  readonly wants: readonly NamedColumn[];
}

/** Questions about files that wait for the reader's answer, one after another. */
export class Offers {
  #open = $state.raw<readonly { offer: FitOffer; answer: (use: boolean) => void }[]>([]);

  /** The question to show now. */
  get current(): FitOffer | null {
    return this.#open[0]?.offer ?? null;
  }

  /** Whether the reader wants to use the file all the same. */
  ask(offer: FitOffer): Promise<boolean> {
    return new Promise((answer) => {
      this.#open = [...this.#open, { offer, answer }];
    });
  }

  answer(use: boolean): void {
    const [first, ...rest] = this.#open;
    this.#open = rest;
    first?.answer(use);
  }
}
