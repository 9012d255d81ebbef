import { ProblemError, type Problem } from '#lib/base/problem.ts';
import { problem } from '#lib/problems/index.ts';
import type { Board } from './board.ts';
import type { LiveEnv } from './env.ts';
import { FeedOver, LinkLost, type Frame, type OpenLink } from './link.ts';
import { pause } from './pause.ts';

export interface Supervision {
  readonly env: LiveEnv;
  readonly board: Board;
  /** What problems call the other side. */
  readonly host: string;
  readonly signal: AbortSignal;
  /** Milliseconds without a frame after which an open connection counts as dead; 0: never. */
  readonly silence: number;
  /** Where to go on; whoever reads frames may move it. */
  readonly resume: { cursor: string | null };
}

/** An open connection that has stood so long counts as a success, even if nothing came. */
const steady = 5000;

/**
 * Keeps a connection up: makes it, reads it, and makes it again where it broke off, after waits that double from
 * `first` to `most`, each between half and all of it at random. A connection that has never been open is tried `tries`
 * times; then its problem is thrown, as is at once one that no waiting mends. One over which something has come is never given up.
 */
export async function* supervised(
  open: OpenLink,
  { env, board, host, signal, silence, resume }: Supervision
): AsyncGenerator<Frame, void, undefined> {
  for (let failures = 0; !signal.aborted;) {
    const began = env.now();
    let isOpen = false;
    let lost = new LinkLost(problem('feed.ended', { host }));
    board.connecting();
    const link = new Watched(signal, silence);
    // What a broker has kept for us can come before it has answered our question.
    const opened = () => {
      if (isOpen) return;
      isOpen = true;
      link.heard();
      board.open();
    };
    try {
      const frames = open({
        resume,
        signal: link.signal,
        opened,
        warn: (found) => board.warn(found),
        queue: board.queue
      });
      for await (const frame of frames) {
        opened();
        failures = 0;
        if (frame.cursor !== undefined) resume.cursor = frame.cursor;
        link.held = true;
        yield frame;
        link.held = false;
        link.heard();
      }
    } catch (error) {
      if (error instanceof FeedOver || signal.aborted) return;
      const retries = error instanceof ProblemError && board.messages > 0;
      if (retries) lost = new LinkLost(error.problem);
      else if (error instanceof LinkLost) lost = error;
      else if (!link.isSilent) throw error;
    } finally {
      link.end();
    }
    if (signal.aborted) return;
    if (link.isSilent) lost = silent(host, silence);
    if (isOpen && env.now() - began > steady) failures = 0;
    failures++;
    if (board.opened === 0 && failures >= env.backoff.tries) throw new ProblemError(asError(lost));
    const longest = Math.min(env.backoff.most, env.backoff.first * 2 ** (failures - 1));
    const wait = Math.max(lost.wait, longest * (0.5 + 0.5 * env.random()));
    board.waiting(env.now() + wait, lost.problem);
    await pause(wait, signal);
  }
}

/** Nobody reads of a retry that does not come. */
function asError({ problem: found }: LinkLost): Problem {
  return found.severity === 'error' ? found : { ...found, severity: 'error' };
}

function silent(host: string, silence: number): LinkLost {
  return new LinkLost(problem('feed.silent', { host, seconds: Math.round(silence / 1000) }));
}

/** The signal of one connection: aborted with the feed's, and when nothing is heard for too long. */
class Watched {
  isSilent = false;
  /** The reader is busy with what came: nothing can be heard meanwhile. */
  held = false;
  readonly #controller = new AbortController();
  readonly #outer: AbortSignal;
  readonly #silence: number;
  #heardAt = performance.now();
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(outer: AbortSignal, silence: number) {
    this.#outer = outer;
    this.#silence = silence;
    outer.addEventListener('abort', this.#abort, { once: true });
    if (silence > 0) this.#watch(silence);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  heard(): void {
    this.#heardAt = performance.now();
  }

  end(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#outer.removeEventListener('abort', this.#abort);
    this.#controller.abort();
  }

  readonly #abort = (): void => this.#controller.abort();

  #watch(ms: number): void {
    this.#timer = setTimeout(() => {
      const left = this.#heardAt + this.#silence - performance.now();
      if (left > 0 || this.held) return this.#watch(Math.max(left, 100));
      this.isSilent = true;
      this.#controller.abort();
    }, ms);
  }
}
