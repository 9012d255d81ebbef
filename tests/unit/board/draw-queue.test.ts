import { expect, it } from 'vitest';
import { DrawQueue } from '#lib/charts/draw-queue.ts';

/** A page whose clock only drawing moves on. */
function pageOf() {
  const frames: (() => void)[] = [];
  const page = { time: 0, frames: 0 };
  const queue = new DrawQueue({ now: () => page.time, requestFrame: (then) => frames.push(then) });
  const frame = () => {
    const due = frames.splice(0);
    page.frames += due.length;
    for (const then of due) then();
    return due.length;
  };
  return { page, queue, frame };
}

it('draws the newest of what was asked for, and holds each frame to its budget', () => {
  const { page, queue, frame } = pageOf();
  const drawn: string[] = [];
  const whos = Array.from({ length: 10 }, (_, i) => ({ name: `${i}` }));
  const ask = (round: string) => {
    for (const who of whos) {
      queue.ask(who, () => {
        page.time += 1.4;
        drawn.push(round + who.name);
      });
    }
  };
  ask('a');
  ask('b');
  const each: number[] = [];
  for (let before = 0; frame() > 0; before = drawn.length) each.push(drawn.length - before);
  expect(drawn).toEqual(whos.map(({ name }) => `b${name}`));
  // Two of 1.4 milliseconds fit into three; a third would not.
  expect(each.every((count) => count === 2)).toBe(true);
});

it('draws one that alone is longer than a frame, and goes on after one that fails', () => {
  const { page, queue, frame } = pageOf();
  const drawn: number[] = [];
  for (let i = 0; i < 3; i++) {
    queue.ask({}, () => {
      page.time += 20;
      if (i === 1) throw new Error('broken');
      drawn.push(i);
    });
  }
  frame();
  expect(drawn).toEqual([0]);
  expect(frame).toThrow('broken');
  frame();
  expect(drawn).toEqual([0, 2]);
  expect(frame()).toBe(0);
});

it('forgets what has left the page', () => {
  const { queue, frame } = pageOf();
  const who = {};
  let count = 0;
  queue.ask(who, () => count++);
  queue.forget(who);
  frame();
  expect(count).toBe(0);
});
