import type { Correspondence } from './letter.ts';

/** Groups remembered of a notebook, those heard of last. */
const most = 300;

/** Letters of a notebook in this browser's store, so that a reload does not lose what is on its way. */
export class MailStore {
  readonly #store: Storage | null;
  readonly #key: string;

  constructor(store: Storage | null, notebook: string) {
    this.#store = store;
    this.#key = `quartermaster:letters:${notebook}`;
  }

  read(): [string, Correspondence][] {
    try {
      const parsed: unknown = JSON.parse(this.#store?.getItem(this.#key) ?? '[]');
      return Array.isArray(parsed) ? (parsed as [string, Correspondence][]) : [];
    } catch {
      return [];
    }
  }

  write(mail: ReadonlyMap<string, Correspondence>): void {
    const kept = [...mail].filter(([, { known, letter }]) => letter || known.length > 0);
    try {
      if (kept.length === 0) this.#store?.removeItem(this.#key);
      else this.#store?.setItem(this.#key, JSON.stringify(kept.slice(-most)));
    } catch {
      // In a full store letters live as long as this page.
    }
  }
}
