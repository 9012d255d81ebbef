import { Cancelled } from '#lib/base/problem.ts';
import type { FeedItem, FeedRequest } from '#lib/cells/core/feed.ts';
import { Bell } from './bell.ts';
import { Board } from './board.ts';
import { Batcher } from './decode/batcher.ts';
import { FrameReader } from './decode/reader.ts';
import type { LiveEnv } from './env.ts';
import { linkOf } from './sources/index.ts';
import { supervised } from './supervise.ts';

/** Rows handed over at once, how long the first of them waits for company, and how often a quiet feed tells how it stands. */
const batchRows = 10_000;
const gatherMs = 100;
const quietMs = 1000;

export interface FeedSignals {
  /** Stops the feed; what it has is given up. */
  readonly stop: AbortSignal;
  /** Ends the feed as if its source had: what has been read is still handed over. */
  readonly finish: AbortSignal;
}

/**
 * The rows of a live source as they come, and how it stands: after every batch, at every change of state, and once a
 * second. Nothing is read ahead of the consumer by more than a batch and the source's own queue. Ends when the source
 * ends for good or `finish` is asked for; throws Cancelled on `stop`, and the problem of a source that cannot be used.
 */
export async function* openFeed(
  request: FeedRequest,
  env: LiveEnv,
  { stop, finish }: FeedSignals
): AsyncGenerator<FeedItem, void, undefined> {
  const feed = new Feed(request, env);
  const end = () => feed.end();
  stop.addEventListener('abort', end, { once: true });
  finish.addEventListener('abort', end, { once: true });
  if (stop.aborted || finish.aborted) end();
  try {
    while (!feed.isOver) {
      await feed.next();
      if (stop.aborted) throw new Cancelled();
      yield feed.item();
    }
    if (feed.failure) throw feed.failure.error;
  } finally {
    stop.removeEventListener('abort', end);
    finish.removeEventListener('abort', end);
    feed.end();
  }
}

class Feed {
  failure: { readonly error: unknown } | null = null;
  readonly #env: LiveEnv;
  readonly #controller = new AbortController();
  /** Rung for the consumer: there is something to hand over. */
  readonly #news = new Bell();
  /** Rung for the pump: there is room again. */
  readonly #room = new Bell();
  readonly #board: Board;
  readonly #batcher: Batcher;
  #ended = false;
  #changed = false;
  #lastRowAt: number;

  constructor(request: FeedRequest, env: LiveEnv) {
    this.#env = env;
    this.#lastRowAt = env.now();
    this.#board = new Board(env.now, () => {
      this.#changed = true;
      this.#news.ring();
    });
    this.#batcher = new Batcher({ ...request, board: this.#board });
    void this.#pump(request);
  }

  get isOver(): boolean {
    return this.#ended && this.#batcher.rows === 0 && !this.#changed;
  }

  end(): void {
    this.#controller.abort();
    this.#ended = true;
    this.#news.ring();
    this.#room.ring();
  }

  /** Resolves when there is something to tell. */
  async next(): Promise<void> {
    const quietUntil = performance.now() + quietMs;
    while (this.#batcher.rows === 0 && !this.#changed && !this.#ended) {
      const left = quietUntil - performance.now();
      if (left <= 0) return;
      await this.#news.wait(left);
    }
    const gatherUntil = performance.now() + gatherMs;
    while (this.#batcher.rows > 0 && this.#batcher.rows < batchRows && !this.#ended) {
      const left = gatherUntil - performance.now();
      if (left <= 0) return;
      await this.#news.wait(left);
    }
  }

  item(): FeedItem {
    this.#changed = false;
    const rows = this.#batcher.take();
    this.#room.ring();
    return {
      rows,
      at: rows ? this.#lastRowAt : this.#env.now(),
      status: this.#board.status(),
      breaks: this.#board.takeBreaks(),
      warnings: this.#board.takeWarnings()
    };
  }

  async #pump(request: FeedRequest): Promise<void> {
    const board = this.#board;
    try {
      const link = linkOf(request, this.#env);
      const resume = { cursor: null as string | null };
      const reader = new FrameReader({
        ...link.reading,
        columns: request.columns,
        batcher: this.#batcher,
        board
      });
      const supervision = {
        env: this.#env,
        board,
        host: link.host,
        signal: this.#controller.signal,
        silence: link.quiet ? 0 : request.silence,
        resume
      };
      for await (const frame of supervised(link.open, supervision)) {
        if (this.#ended) break;
        const before = this.#batcher.rows;
        this.#lastRowAt = this.#env.now();
        reader.read(frame, this.#lastRowAt);
        if (reader.cursor !== null) resume.cursor = reader.cursor;
        if (before === 0 || this.#batcher.rows >= batchRows) this.#news.ring();
        while (this.#batcher.rows >= batchRows && !this.#ended) await this.#room.wait();
      }
    } catch (error) {
      this.failure = { error };
    }
    board.ended();
    this.#ended = true;
    this.#news.ring();
  }
}
