import { assert } from '#lib/base/assert.ts';
import { deferred } from '#lib/base/deferred.ts';
import { Cancelled } from '#lib/base/problem.ts';
import type { Helpers, PartContext, PartRun, RunContext, Unfinished } from './context.ts';

/** How often it is asked again whether a worker has become idle. */
const askEveryMs = 250;

export interface PartHooks<P> {
  /** What a part reports, by the place of its payload. */
  report?(this: void, at: number, value: unknown): void;
  /** The payload with which an unfinished part goes on; needed where parts can be unfinished. */
  goOn?(this: void, payload: P, unfinished: unknown): P;
  /** A part under way here when the reader has enough ends by itself, and is waited for. */
  readonly wrapsUp?: boolean;
}

/**
 * Works on every payload, here and in the workers that are idle, and yields the answers in the order of the payloads as
 * they come: what comes out does not depend on how many workers there were. `part` must do what the kind's `part.ts`
 * does. A part whose worker was lost is done again, one whose worker was wanted for something else goes on elsewhere.
 * Ends with Cancelled within a checkpoint of a stop; while the run is paused no part is begun. Once the reader has enough,
 * the parts that are not done by then are null.
 */
export async function* inParts<P, A>(
  part: PartRun<P, A>,
  payloads: readonly P[],
  ctx: RunContext,
  note: PartContext['note'] = () => undefined,
  { report, goOn, wrapsUp = false }: PartHooks<P> = {}
): AsyncGenerator<A | null, void, undefined> {
  const { helpers, saved, networks, enough } = ctx;
  const train = networks?.portable?.train;
  const left = [...payloads];
  const here = (at: number): PartContext => ({
    async checkpoint() {
      await ctx.checkpoint();
      if (enough?.aborted && !wrapsUp) throw new Cancelled();
    },
    note,
    report: (value) => report?.(at, value),
    recalled: () => false,
    ...(train ? { train } : {}),
    ...(saved ? { saved } : {}),
    ...(enough && wrapsUp ? { enough } : {})
  });
  if (!helpers || helpers.count < 1 || payloads.length < 2) {
    for (const [at, payload] of payloads.entries()) {
      yield enough?.aborted ? null : await unlessEnough(payload, at);
    }
    return;
  }
  const queue = new PartQueue(payloads.length);
  const answers = payloads.map(() => deferred<A | null>());
  for (const { promise } of answers) promise.catch(() => undefined);
  let underWay: number | null = null;
  const fail = (error: unknown) => {
    if (error instanceof Cancelled && enough?.aborted && !ctx.signal.aborted) return;
    queue.close();
    for (const answer of answers) answer.reject(error);
  };
  const suffice = () => {
    queue.close();
    answers.forEach((answer, at) => {
      if (!wrapsUp || at !== underWay) answer.resolve(null);
    });
  };
  enough?.addEventListener('abort', suffice, { once: true });
  if (enough?.aborted) suffice();
  void workHere().catch(fail);
  for (let i = 0; i < helpers.count; i++) void workThere(helpers.ask).catch(fail);
  try {
    for (const { promise } of answers) yield await promise;
  } finally {
    queue.close();
    enough?.removeEventListener('abort', suffice);
  }

  async function unlessEnough(payload: P, at: number): Promise<A | null> {
    try {
      return finished(await part(payload, here(at)));
    } catch (error) {
      if (error instanceof Cancelled && enough?.aborted && !ctx.signal.aborted) return null;
      throw error;
    }
  }

  async function workHere(): Promise<void> {
    for (;;) {
      await ctx.checkpoint();
      const at = await queue.next();
      if (at === null) return;
      underWay = at;
      answers[at]!.resolve(finished(await part(left[at]!, here(at))));
      underWay = null;
      queue.finish();
    }
  }

  /** Refused, it hands the part back and asks again after a while, or when another part is done. */
  async function workThere(ask: Helpers['ask']): Promise<void> {
    for (;;) {
      await ctx.checkpoint();
      const at = await queue.next();
      if (at === null) return;
      const lent = await ask(left[at]!, (value) => report?.(at, value));
      if (lent && !isUnfinished(lent.answer)) {
        answers[at]!.resolve(lent.answer as A);
        queue.finish();
        continue;
      }
      if (lent && isUnfinished(lent.answer)) left[at] = goOn!(left[at]!, lent.answer.unfinished);
      queue.giveBack(at);
      await queue.finished(askEveryMs);
    }
  }
}

function isUnfinished(answer: unknown): answer is Unfinished {
  return typeof answer === 'object' && answer !== null && 'unfinished' in answer;
}

/** A part that nobody recalls ends. */
function finished<A>(answer: A | Unfinished): A {
  assert(!isUnfinished(answer), 'a part that was not recalled ends');
  return answer;
}

/** The numbers of the parts not yet taken. */
class PartQueue {
  readonly #returned: number[] = [];
  readonly #count: number;
  #next = 0;
  #left: number;
  #closed = false;
  /** Settled and renewed when there may be a part to take, and when one is done. */
  #changed = deferred<void>();
  #finished = deferred<void>();

  constructor(count: number) {
    this.#count = count;
    this.#left = count;
  }

  /** The next part to do, waiting while all that are left are under way; null once all are done. */
  async next(): Promise<number | null> {
    for (;;) {
      if (this.#closed || this.#left === 0) return null;
      const at = this.#returned.shift() ?? (this.#next < this.#count ? this.#next++ : null);
      if (at !== null) return at;
      await this.#changed.promise;
    }
  }

  giveBack(part: number): void {
    this.#returned.push(part);
    this.#tell();
  }

  finish(): void {
    this.#left--;
    this.#tell();
    const done = this.#finished;
    this.#finished = deferred<void>();
    done.resolve();
  }

  close(): void {
    this.#closed = true;
    this.#tell();
    this.#finished.resolve();
  }

  /** Resolves when the next part is done, and after `ms` in any case. */
  async finished(ms: number): Promise<void> {
    const late = deferred<void>();
    const timer = setTimeout(() => late.resolve(), ms);
    await Promise.race([this.#finished.promise, late.promise]);
    clearTimeout(timer);
  }

  #tell(): void {
    const told = this.#changed;
    this.#changed = deferred<void>();
    told.resolve();
  }
}
