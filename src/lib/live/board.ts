import type { Problem } from '#lib/base/problem.ts';
import type { FeedStatus } from '#lib/cells/core/feed.ts';
import type { QueueFigures } from './link.ts';

/** How a feed stands, kept up to date by those who run it. */
export class Board {
  messages = 0;
  bytes = 0;
  unreadable = 0;
  misfits = 0;
  readonly queue: QueueFigures = { waiting: 0, dropped: 0 };
  readonly #now: () => number;
  readonly #changed: () => void;
  #state: FeedStatus['state'] = 'connecting';
  #since: number;
  #retryAt: number | null = null;
  #opened = 0;
  #isResumed = false;
  #trouble: Problem | null = null;
  /** Since when there is no connection. */
  #lostAt: number | null;
  #breaks: { from: number; to: number }[] = [];
  #warnings: Problem[] = [];
  readonly #told = new Set<string>();

  constructor(now: () => number, changed: () => void) {
    this.#now = now;
    this.#changed = changed;
    this.#since = this.#lostAt = now();
  }

  get opened(): number {
    return this.#opened;
  }

  connecting(): void {
    if (this.#state === 'open') this.#lostAt = this.#now();
    this.#set('connecting', null);
  }

  open(): void {
    this.#trouble = null;
    if (this.#lostAt !== null && (this.#opened++ > 0 || this.#isResumed))
      this.#breaks.push({ from: this.#lostAt, to: this.#now() });
    this.#lostAt = null;
    this.#set('open', null);
  }

  waiting(retryAt: number, trouble: Problem): void {
    if (this.#state === 'open') this.#lostAt = this.#now();
    this.#trouble = trouble;
    this.#set('waiting', retryAt);
  }

  /** The feed goes on from an earlier one, the last rows of which came at `at`: what passed since could not be heard. */
  resumed(at: number): void {
    this.#lostAt = at;
    this.#isResumed = true;
  }

  /** There is something to hand over, though no rows. */
  touched(): void {
    this.#changed();
  }

  /** A time in which nothing could come, whatever the connection says. */
  addBreak(from: number, to: number): void {
    this.#breaks.push({ from, to });
    this.#changed();
  }

  ended(): void {
    this.#set('ended', null);
  }

  /** Keeps a problem to be told, once for each code and column. */
  warn(problem: Problem): void {
    const key = `${problem.code} ${String(problem.data?.['column'] ?? '')}`;
    if (this.#told.has(key)) return;
    this.#told.add(key);
    this.#warnings.push(problem);
  }

  takeWarnings(): readonly Problem[] {
    const warnings = this.#warnings;
    this.#warnings = [];
    return warnings;
  }

  takeBreaks(): readonly { readonly from: number; readonly to: number }[] {
    const breaks = this.#breaks;
    this.#breaks = [];
    return breaks;
  }

  status(): FeedStatus {
    return {
      state: this.#state,
      since: this.#since,
      retryAt: this.#retryAt,
      lostAt: this.#lostAt,
      opened: this.#opened,
      trouble: this.#trouble,
      messages: this.messages,
      bytes: this.bytes,
      queued: this.queue.waiting,
      dropped: this.queue.dropped,
      unreadable: this.unreadable,
      misfits: this.misfits
    };
  }

  #set(state: FeedStatus['state'], retryAt: number | null): void {
    this.#state = state;
    this.#since = this.#now();
    this.#retryAt = retryAt;
    this.#changed();
  }
}
