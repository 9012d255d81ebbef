import { describe, expect, it } from 'vitest';
import { Cancelled } from '#lib/base/problem.ts';
import { makeCheckpoint } from '#lib/cells/core/checkpoint.ts';
import { Pause } from '#lib/cells/core/pause.ts';

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('a pause', () => {
  it('holds a run at its next checkpoint until it may go on, as often as asked', async () => {
    const pause = new Pause();
    const checkpoint = makeCheckpoint(new AbortController().signal, pause);
    let rounds = 0;
    let goesOn = true;
    const loop = (async () => {
      while (goesOn) {
        await sleep(1);
        await checkpoint();
        rounds++;
      }
    })();
    for (let i = 0; i < 3; i++) {
      pause.set(true);
      pause.set(true);
      await sleep(10);
      const held = rounds;
      await sleep(30);
      expect(rounds).toBe(held);
      pause.set(false);
      await sleep(30);
      expect(rounds).toBeGreaterThan(held);
    }
    goesOn = false;
    await loop;
  });

  it('lets a stop through at once', async () => {
    const pause = new Pause();
    const stop = new AbortController();
    pause.set(true);
    const held = makeCheckpoint(stop.signal, pause)();
    await sleep(5);
    const began = performance.now();
    stop.abort();
    await expect(held).rejects.toBeInstanceOf(Cancelled);
    expect(performance.now() - began).toBeLessThan(50);
    expect(pause.held).toBe(true);
  });
});
