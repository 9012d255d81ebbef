import type { Columns } from '#lib/base/columns.ts';
import type { Carried, CarriedFigure } from '../carried.ts';
import { FeedPath, type FeedPathSnapshot } from './feed-path.ts';

/** The events of every feed: of all keys together, or of those that are equal in some of their columns. Memory: seconds with events in open windows. */
export class Feeds implements Carried {
  readonly lost = null;
  readonly #nameOf: ((slot: number) => string) | null;
  /** The feed of a key, by slot. */
  readonly #ofSlot: (FeedPath | undefined)[] = [];
  readonly #feeds = new Map<string, FeedPath>();
  #horizon = -Infinity;
  #times: Float64Array = new Float64Array(0);
  #slots: Int32Array = new Int32Array(0);

  /** `nameOf`: the name of a key's feed, by slot; null: there is one of all keys together, which stays. */
  constructor(nameOf: ((slot: number) => string) | null) {
    this.#nameOf = nameOf;
  }

  prepare(_: Columns, times: Float64Array, slots: Int32Array): void {
    this.#times = times;
    this.#slots = slots;
  }

  add(from: number, to: number): void {
    for (let row = from; row < to; row++) {
      const time = this.#times[row]!;
      if (time === time) this.feedOf(this.#slots[row]!).add(time);
    }
  }

  settle(time: number): void {
    this.#horizon = time;
  }

  feedOf(slot: number): FeedPath {
    const feed = (this.#ofSlot[slot] ??= this.#named(this.#nameOf?.(slot) ?? ''));
    if (feed.settledThrough + 1000 <= this.#horizon) feed.settle(this.#horizon);
    return feed;
  }

  /** A feed is known as long as any of its keys is. */
  mayForget(): boolean {
    return true;
  }

  forget(slots: readonly number[], live: readonly number[]): void {
    for (const slot of slots) this.#ofSlot[slot] = undefined;
    if (!this.#nameOf) return;
    const kept = new Set(live.map((slot) => this.feedOf(slot)));
    for (const [name, feed] of this.#feeds) if (!kept.has(feed)) this.#feeds.delete(name);
  }

  snapshot(): unknown {
    const feeds = [...this.#feeds].map(([name, feed]) => [name, feed.snapshot()]);
    return { feeds, horizon: this.#horizon };
  }

  restore(snapshot: unknown): void {
    const { feeds, horizon } = snapshot as { feeds: [string, FeedPathSnapshot][]; horizon: number };
    this.#horizon = horizon;
    this.#ofSlot.length = 0;
    this.#feeds.clear();
    for (const [name, state] of feeds) this.#named(name).restore(state);
  }

  #named(name: string): FeedPath {
    let feed = this.#feeds.get(name);
    if (!feed) this.#feeds.set(name, (feed = new FeedPath()));
    return feed;
  }
}

const feedNames = ['feed_silence', 'feed_gap', 'feed_rate'] as const;
type FeedName = (typeof feedNames)[number];

export function isFeedCall(name: string): name is FeedName {
  return (feedNames as readonly string[]).includes(name);
}

/**
 * Health of a key's feed in event time: `feed_silence`, seconds from its last event to the window's end; `feed_gap`,
 * the longest time in the window without an event, in seconds, told from one second on; `feed_rate`, events a second. Missing before
 * the feed's first event.
 */
export function feedFigure(name: FeedName, state: Feeds): CarriedFigure {
  return {
    type: 'number',
    at: (slot, start, end) => {
      const feed = state.feedOf(slot);
      if (!feed.knownBefore(end)) return Number.NaN;
      const { events, silence, gap } = feed.over(start, end);
      if (name === 'feed_rate') return (1000 * events) / (end - start);
      return (name === 'feed_silence' ? silence : gap) / 1000;
    }
  };
}
