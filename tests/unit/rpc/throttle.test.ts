import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { throttle } from '#lib/rpc/throttle.ts';

beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => vi.useRealTimers());

it('sends the first at once, then one per interval, the newest of those between', () => {
  const sent: number[] = [];
  const { push } = throttle((n: number) => sent.push(n), 100);
  for (let i = 1; i <= 30; i++) {
    push(i);
    vi.advanceTimersByTime(10);
  }
  vi.advanceTimersByTime(100);
  expect(sent).toEqual([1, 10, 20, 30]);
});

it('reports from code that never yields, because the clock is read on every push', () => {
  const sent: number[] = [];
  const { push } = throttle((n: number) => sent.push(n), 100);
  const clock = vi.spyOn(performance, 'now');
  for (let i = 0; i < 5; i++) {
    clock.mockReturnValue(i * 120);
    push(i);
  }
  clock.mockRestore();
  expect(sent).toEqual([0, 1, 2, 3, 4]);
});

it('sends what is held back when it ends, and nothing afterwards', () => {
  const sent: number[] = [];
  const { push, flush } = throttle((n: number) => sent.push(n), 100);
  push(1);
  push(2);
  flush();
  push(3);
  vi.advanceTimersByTime(1000);
  expect(sent).toEqual([1, 2]);
});

it('combines what is held back as asked', () => {
  const sent: object[] = [];
  const { push } = throttle(
    (value: object) => sent.push(value),
    100,
    (earlier, later) => ({ ...earlier, ...later })
  );
  push({ live: 1 });
  push({ live: 2 });
  push({ progress: 5 });
  vi.advanceTimersByTime(100);
  expect(sent).toEqual([{ live: 1 }, { live: 2, progress: 5 }]);
});
