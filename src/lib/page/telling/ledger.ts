import type { Notice } from './notice.ts';

const most = 2000;

/**
 * What this browser has told of a notebook already. A notification is claimed before it is told, so that it is told
 * once at most, whatever happens in between: another tab, a reload, a monitor that starts anew.
 */
export class Ledger {
  readonly #store: Storage | null;
  readonly #key: string;

  constructor(store: Storage | null, notebook: string) {
    this.#store = store;
    this.#key = `quartermaster:told:${notebook}`;
  }

  /** Whether there is news in it that nobody was told by `way`; it counts as told from now on. */
  claim(way: string, notice: Notice): boolean {
    const told = this.#read();
    const items = itemsOf(notice).map((item) => `${way} ${notice.receiver} ${item}`);
    const news = items.filter((item) => !told.has(item));
    if (news.length === 0) return false;
    for (const item of news) told.add(item);
    this.#write([...told].slice(-most));
    return true;
  }

  #read(): Set<string> {
    try {
      const parsed: unknown = JSON.parse(this.#store?.getItem(this.#key) ?? '[]');
      const items: unknown[] = Array.isArray(parsed) ? parsed : [];
      return new Set(items.filter((item): item is string => typeof item === 'string'));
    } catch {
      return new Set();
    }
  }

  #write(items: readonly string[]): void {
    try {
      this.#store?.setItem(this.#key, JSON.stringify(items));
    } catch {
      // A full store forgets what was told: the next visit may tell it again.
    }
  }
}

/** Each transition in a notification once; a repeat is news of its own. */
function itemsOf({ id, isRepeat, alerts }: Notice): string[] {
  if (isRepeat) return [id];
  return alerts.map((a) => `${a.fingerprint} ${a.starts_at} ${a.ends_at ?? ''}`);
}
