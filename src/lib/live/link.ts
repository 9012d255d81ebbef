import type { Problem } from '#lib/base/problem.ts';

/** What came in one piece: text, bytes, or what has been read already. */
export interface Frame {
  readonly data: string | Uint8Array | readonly Readonly<Record<string, unknown>>[];
  /** Columns that the envelope adds to what is inside, such as the topic. */
  readonly envelope?: Readonly<Record<string, unknown>>;
  /** Where to go on once this frame is read. */
  readonly cursor?: string;
  /** Called as soon as its rows are read: what the link tells of its place counts from here. */
  readonly onRead?: () => void;
  /** Called once its rows are where they are to stay. */
  readonly acknowledge?: () => void;
  /** Bytes on the wire, for the figures; default: the length of `data`. */
  readonly size?: number;
}

/** What an attempt to connect is given. */
export interface Attempt {
  /** Where the frames read so far ended; null before the first. It moves while they are read. */
  readonly resume: { readonly cursor: string | null };
  /** Ends the connection, also while it is being made. */
  readonly signal: AbortSignal;
  /** To be called when the connection stands. */
  opened(this: void): void;
  /** Tells once of something that goes worse than it could. */
  warn(this: void, problem: Problem): void;
  /** Messages in the source's own queue, and those it gave up. */
  readonly queue: QueueFigures;
}

export interface QueueFigures {
  waiting: number;
  dropped: number;
}

/**
 * Connects once and yields what comes until the other side ends it. Throws `LinkLost` for what may be better next time,
 * a ProblemError for what will not, and `FeedOver` when the source says that there is nothing more. Ends without a word
 * when the signal is aborted.
 */
export type OpenLink = (attempt: Attempt) => AsyncGenerator<Frame, void, undefined>;

/** A connection that broke, or that could not be made for a reason that may pass. */
export class LinkLost extends Error {
  readonly problem: Problem;
  /** The least wait before the next attempt, as the other side asked for. */
  readonly wait: number;

  constructor(problem: Problem, wait = 0) {
    super(problem.message);
    this.problem = problem;
    this.wait = wait;
  }
}

/** The source has ended for good. */
export class FeedOver extends Error {}
