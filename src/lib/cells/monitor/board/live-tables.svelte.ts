import { untrack } from 'svelte';
import type { ViewData } from '../../core/view.ts';
import type { MonitorReport } from '../report.ts';
import { readFeed, readKeys, type FeedPeriod, type KeyRow } from './rows.ts';

/** How often tables are asked again while they grow. */
const everyMs = 2000;

interface Wanted {
  readonly data: ViewData;
  readonly name: string;
  readonly report: MonitorReport;
  /** The stream that is watched; null while the text says none. */
  readonly stream: string | null;
  readonly running: boolean;
}

/** What a board reads from tables besides windows: which keys there are, and the health of the feed. */
export class LiveTables {
  keys = $state.raw<readonly KeyRow[]>([]);
  feed = $state.raw<{ readonly period: number; readonly periods: readonly FeedPeriod[] }>({
    period: 0,
    periods: []
  });
  #wanted: Wanted | null = null;
  #busy = false;
  #isOver = false;
  #askedAt = -Infinity;
  #timer: ReturnType<typeof setTimeout> | null = null;

  take(wanted: Wanted): void {
    this.#wanted = wanted;
    if (this.#isOver || this.#busy || this.#timer !== null) return;
    const wait = wanted.running ? Math.max(0, this.#askedAt + everyMs - performance.now()) : 0;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      void untrack(() => this.#read());
    }, wait);
  }

  /** Asks for nothing more: nobody looks at it. */
  end(): void {
    this.#isOver = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  async #read(): Promise<void> {
    const wanted = this.#wanted!;
    const { data, name, report, stream } = wanted;
    this.#busy = true;
    this.#askedAt = performance.now();
    const [keys, feed] = await Promise.all([
      report.by.length > 0 ? readKeys(data, name, report.by).catch(() => null) : [],
      stream !== null && data.fields(`${stream}_health`)
        ? readFeed(data, stream).catch(() => null)
        : null
    ]);
    if (keys) this.keys = keys;
    if (feed) this.feed = feed;
    this.#busy = false;
    if (this.#wanted !== wanted) this.take(this.#wanted!);
  }
}
