import { Cancelled } from '#lib/base/problem.ts';
import type { FeedItem, FeedMark, FeedRequest } from '#lib/cells/core/feed.ts';
import { Bell } from './bell.ts';
import { Board } from './board.ts';
import { Batcher } from './decode/batcher.ts';
import { FrameReader } from './decode/reader.ts';
import type { LiveEnv } from './env.ts';
import { linkOf, newClient } from './sources/index.ts';
import { supervised } from './supervise.ts';

/** Rows handed over at once, how long the first of them waits for company, and how often a quiet feed tells how it stands. */
const batchRows = 10_000;
const gatherMs = 100;
const quietMs = 1000;
/** A worker whose timers are so late was frozen, and could not hear. */
const frozenMs = 15_000;

export interface FeedSignals {
  /** Stops the feed; what it has is given up. */
  readonly stop: AbortSignal;
  /** Ends the feed as if its source had: what has been read is still handed over. */
  readonly finish: AbortSignal;
}

/** What of a feed its mark is made of. */
interface Reading {
  readonly reader: FrameReader;
  readonly place: () => unknown;
}

/**
 * The rows of a live source as they come, and how it stands: after every batch, at every change of state, and once a
 * second. Nothing is read ahead of the consumer by more than a batch and the source's own queue; who asks for the next
 * item has put the rows of the last one where they are to stay, and only then are they acknowledged to the source. With
 * a mark it goes on from there. Ends when the source ends for good or `finish` is asked for; throws Cancelled on `stop`,
 * and the problem of a source that cannot be used.
 */
export async function* openFeed(
  request: FeedRequest,
  env: LiveEnv,
  { stop, finish }: FeedSignals,
  mark: FeedMark | null = null
): AsyncGenerator<FeedItem, void, undefined> {
  const feed = new Feed(request, env, mark);
  const end = () => feed.end();
  stop.addEventListener('abort', end, { once: true });
  finish.addEventListener('abort', end, { once: true });
  if (stop.aborted || finish.aborted) end();
  try {
    while (!feed.isOver) {
      await feed.next();
      if (stop.aborted) throw new Cancelled();
      yield feed.item();
      feed.acknowledge();
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
  readonly #client: string;
  readonly #mark: FeedMark | null;
  #reading: Reading | null = null;
  #ended = false;
  #changed = false;
  #lastRowAt: number;
  /** Of frames whose rows wait to be handed over, and of those handed over last. */
  #unanswered: (() => void)[] = [];
  #answers: (() => void)[] = [];
  readonly #pulse: ReturnType<typeof setInterval>;

  constructor(request: FeedRequest, env: LiveEnv, mark: FeedMark | null) {
    this.#env = env;
    this.#mark = mark;
    this.#client = mark?.client ?? newClient(env);
    this.#lastRowAt = env.now();
    this.#board = new Board(env.now, () => {
      this.#changed = true;
      this.#news.ring();
    });
    if (mark) this.#board.resumed(mark.at);
    this.#batcher = new Batcher({ ...request, board: this.#board, settled: mark?.columns ?? null });
    this.#pulse = this.#watchForFreezes();
    void this.#pump(request);
  }

  get isOver(): boolean {
    return this.#ended && this.#batcher.rows === 0 && !this.#changed;
  }

  /** The rows of the last item are where they are to stay. */
  acknowledge(): void {
    const answers = this.#answers;
    this.#answers = [];
    for (const answer of answers) answer();
  }

  end(): void {
    clearInterval(this.#pulse);
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
    this.#answers = this.#answers.concat(this.#unanswered);
    this.#unanswered = [];
    this.#room.ring();
    return {
      rows,
      at: rows ? this.#lastRowAt : this.#env.now(),
      status: this.#board.status(),
      breaks: this.#board.takeBreaks(),
      warnings: this.#board.takeWarnings(),
      mark: this.#markNow()
    };
  }

  #markNow(): FeedMark {
    const reading = this.#reading;
    return {
      cursor: reading?.reader.cursor ?? this.#mark?.cursor ?? null,
      place: reading?.place() ?? this.#mark?.place ?? null,
      client: this.#client,
      columns: this.#batcher.settled,
      header: reading?.reader.header ?? null,
      at: this.#lastRowAt
    };
  }

  /** A tab that is hidden long enough may be frozen: what passed meanwhile could not be heard. */
  #watchForFreezes(): ReturnType<typeof setInterval> {
    let last = this.#env.now();
    return setInterval(() => {
      const now = this.#env.now();
      if (now - last > frozenMs) this.#board.addBreak(last, now);
      last = now;
    }, quietMs);
  }

  async #pump(request: FeedRequest): Promise<void> {
    const board = this.#board;
    try {
      const mark = this.#mark;
      const link = linkOf(request, this.#env, this.#client, mark?.place ?? null);
      const resume = { cursor: mark?.cursor ?? null };
      const reader = new FrameReader({
        ...link.reading,
        columns: request.columns,
        header: mark?.header ?? null,
        cursor: resume.cursor,
        batcher: this.#batcher,
        board
      });
      this.#reading = { reader, place: link.place ?? (() => null) };
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
        frame.onRead?.();
        if (frame.acknowledge) this.#unanswered.push(frame.acknowledge);
        // With nothing of it to hand over, an item is made all the same: it says so.
        if (frame.acknowledge && this.#batcher.rows === 0) this.#board.touched();
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
