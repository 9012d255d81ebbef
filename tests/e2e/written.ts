import type { Page } from '@playwright/test';

declare global {
  interface Window {
    /** What was put into this browser's database and is there for good, as JSON. */
    written: { readonly store: string; readonly record: string }[];
  }
}

interface Putting {
  put: (this: IDBObjectStore, ...given: unknown[]) => IDBRequest;
}

/** From the next page that is opened on, notes what reaches the library and the journal of typing. */
export async function noteWrites(page: Page): Promise<void> {
  await page.addInitScript(() => {
    window.written = [];
    const stores = IDBObjectStore.prototype as unknown as Putting;
    const { put } = stores;
    stores.put = function (...given) {
      const { name: store, transaction } = this;
      if (store === 'journal' || store === 'notebooks') {
        const record = JSON.stringify(given[0]);
        transaction.addEventListener('complete', () => window.written.push({ store, record }));
      }
      return put.apply(this, given);
    };
  });
}

/** Resolves once a record that has `words` in it is in a store. */
export async function written(
  page: Page,
  store: 'journal' | 'notebooks',
  words: string
): Promise<void> {
  await page.waitForFunction(
    (wanted) =>
      window.written.some(
        ({ store, record }) => store === wanted.store && record.includes(wanted.words)
      ),
    { store, words },
    { timeout: 30_000 }
  );
}
