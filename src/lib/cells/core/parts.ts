import { deferred } from '#lib/base/deferred.ts';
import type { Helpers, PartContext, PartRun, RunContext } from './context.ts';

/**
 * Works on every payload, here and in the workers that are idle, and yields the answers in the order of the payloads as
 * they come: what comes out does not depend on how many workers there were. `part` must be what the kind's `part.ts`
 * exports. A part whose worker was lost is done here. Ends with Cancelled within a checkpoint of a stop.
 */
export async function* inParts<P, A>(
  part: PartRun<P, A>,
  payloads: readonly P[],
  ctx: RunContext,
  note: PartContext['note'] = () => undefined
): AsyncGenerator<A, void, undefined> {
  const { helpers } = ctx;
  const here: PartContext = { checkpoint: () => ctx.checkpoint(), note };
  if (!helpers || helpers.count < 1 || payloads.length < 2) {
    for (const payload of payloads) yield await part(payload, here);
    return;
  }
  const queue = new PartQueue(payloads.length);
  const answers = payloads.map(() => deferred<A>());
  for (const { promise } of answers) promise.catch(() => undefined);
  const fail = (error: unknown) => {
    queue.close();
    for (const answer of answers) answer.reject(error);
  };
  void workHere().catch(fail);
  for (let i = 0; i < helpers.count; i++) void workThere(helpers.ask).catch(fail);
  try {
    for (const { promise } of answers) yield await promise;
  } finally {
    queue.close();
  }

  async function workHere(): Promise<void> {
    for (;;) {
      await ctx.checkpoint();
      const at = await queue.next();
      if (at === null) return;
      answers[at]!.resolve(await part(payloads[at]!, here));
      queue.finish();
    }
  }

  /** Refused, it hands the part back and asks again when another part is done. */
  async function workThere(ask: Helpers['ask']): Promise<void> {
    for (;;) {
      const at = await queue.next();
      if (at === null) return;
      const lent = await ask(payloads[at]!);
      if (lent) {
        answers[at]!.resolve(lent.answer as A);
        queue.finish();
      } else {
        queue.giveBack(at);
        await queue.finished();
      }
    }
  }
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

  /** Resolves when the next part is done. */
  finished(): Promise<void> {
    return this.#finished.promise;
  }

  #tell(): void {
    const told = this.#changed;
    this.#changed = deferred<void>();
    told.resolve();
  }
}
