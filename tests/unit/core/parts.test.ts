import { describe, expect, test } from 'vitest';
import { Cancelled } from '#lib/base/problem.ts';
import { seeded } from '#lib/base/random.ts';
import type { Helpers, PartRun, RunContext } from '#lib/cells/core/context.ts';
import { inParts } from '#lib/cells/core/parts.ts';

const square: PartRun<number, number> = async (n, { checkpoint }) => {
  await checkpoint();
  return n * n;
};
const numbers = Array.from({ length: 30 }, (_, i) => i);
const squares = numbers.map((n) => n * n);
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function context(helpers?: Helpers, checkpoint = () => sleep(0).then(() => undefined)): RunContext {
  return {
    signal: new AbortController().signal,
    random: seeded(1),
    seed: 1,
    now: () => 0,
    progress: () => undefined,
    checkpoint,
    warn: () => undefined,
    fail: () => undefined,
    ...(helpers ? { helpers } : {})
  };
}

async function all<A>(answers: AsyncIterable<A>): Promise<A[]> {
  const out: A[] = [];
  for await (const answer of answers) out.push(answer);
  return out;
}

describe('parts', () => {
  test('that are not done when the reader has enough are null', async () => {
    for (const count of [0, 3]) {
      const enough = new AbortController();
      let begun = 0;
      const slow: PartRun<number, number> = async (n, ctx) => {
        if (++begun === 8) enough.abort();
        await sleep(n % 3);
        await ctx.checkpoint();
        return n * n;
      };
      const ask: Helpers['ask'] = async (n) => {
        const elsewhere = {
          checkpoint: async () => {
            if (enough.signal.aborted) throw new Cancelled();
          },
          note: () => undefined,
          report: () => undefined,
          recalled: () => false
        };
        return { answer: await slow(n as number, elsewhere) };
      };
      const helped = context(count > 0 ? { count, ask } : undefined);
      const answers = await all(inParts(slow, numbers, { ...helped, enough: enough.signal }));
      expect(answers).toHaveLength(numbers.length);
      answers.forEach((answer, n) => expect([null, n * n]).toContain(answer));
      const done = answers.filter((answer) => answer !== null).length;
      expect(done).toBeGreaterThan(2);
      expect(done).toBeLessThan(9);
      expect(begun).toBeLessThan(13);
    }
  });

  test('come in the order of the payloads whoever does them, and are done once', async () => {
    for (const count of [0, 1, 2, 5]) {
      const done: number[] = [];
      const random = seeded(count);
      const counted: PartRun<number, number> = (n, ctx) => {
        done.push(n);
        return square(n, ctx);
      };
      const ask = async (n: unknown) => {
        done.push(n as number);
        await sleep(4 * random());
        return { answer: (n as number) ** 2 };
      };
      expect(await all(inParts(counted, numbers, context({ count, ask })))).toEqual(squares);
      expect(done.sort((a, b) => a - b)).toEqual(numbers);
    }
  });

  test('refused or lost elsewhere are done here, and asking does not go round in circles', async () => {
    let asked = 0;
    const ask = async () => {
      asked++;
      await sleep(1);
      return null;
    };
    expect(await all(inParts(square, numbers, context({ count: 3, ask })))).toEqual(squares);
    expect(asked).toBeLessThan(4 * numbers.length);
    let turn = 0;
    const sometimes = async (n: unknown) => {
      await sleep(1);
      return turn++ % 2 === 0 ? null : { answer: (n as number) ** 2 };
    };
    const helpers = { count: 2, ask: sometimes };
    expect(await all(inParts(square, numbers, context(helpers)))).toEqual(squares);
  });

  test('end with what went wrong, here or there', async () => {
    const ask = () => Promise.reject(new Error('there'));
    await expect(all(inParts(square, numbers, context({ count: 1, ask })))).rejects.toThrow(
      'there'
    );
    const never = () => new Promise<null>(() => undefined);
    const stopped = () => Promise.reject(new Cancelled());
    const ctx = context({ count: 1, ask: never }, stopped);
    await expect(all(inParts(square, numbers, ctx))).rejects.toBeInstanceOf(Cancelled);
  });

  test('the last one under way elsewhere is waited for', async () => {
    const ask = async (n: unknown) => {
      await sleep(30);
      return { answer: (n as number) ** 2 };
    };
    expect(await all(inParts(square, [1, 2, 3], context({ count: 1, ask })))).toEqual([1, 4, 9]);
  });
});
