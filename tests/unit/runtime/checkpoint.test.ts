import { describe, expect, it } from 'vitest';
import { Cancelled } from '#lib/base/problem.ts';
import { makeCheckpoint } from '#lib/cells/core/checkpoint.ts';

function work(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

describe('a checkpoint', () => {
  it('lets a message in once 12 ms have passed, so that a busy loop can be stopped', async () => {
    const stop = new AbortController();
    const { port1, port2 } = new MessageChannel();
    port2.onmessage = () => stop.abort();
    port1.postMessage('stop');
    const checkpoint = makeCheckpoint(stop.signal);
    let rounds = 0;
    const loop = async () => {
      for (; rounds < 1000; rounds++) {
        work(2);
        await checkpoint();
      }
    };
    await expect(loop()).rejects.toBeInstanceOf(Cancelled);
    expect(rounds).toBeLessThan(100);
    port1.close();
  });

  it('does not yield before that', async () => {
    const checkpoint = makeCheckpoint(new AbortController().signal);
    let turned = false;
    setImmediate(() => (turned = true));
    for (let i = 0; i < 1000; i++) await checkpoint();
    expect(turned).toBe(false);
  });

  it('throws at once when stopped already', async () => {
    await expect(makeCheckpoint(AbortSignal.abort())()).rejects.toBeInstanceOf(Cancelled);
  });

  it('serves several runs at the same time', async () => {
    const signal = new AbortController().signal;
    const runs = Array.from({ length: 5 }, async () => {
      const checkpoint = makeCheckpoint(signal);
      for (let i = 0; i < 4; i++) {
        work(4);
        await checkpoint();
      }
      return 'done';
    });
    expect(await Promise.all(runs)).toEqual(Array(5).fill('done'));
  });
});
