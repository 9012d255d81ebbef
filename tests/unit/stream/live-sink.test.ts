import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { columns, numeric } from '#lib/base/columns.ts';
import { LiveSink } from '#lib/runtime/live-sink.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const { signal } = new AbortController();
const rows = (count: number) => columns({ n: numeric(new Float64Array(count), 'integer') });
const pause = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

/** A sink whose writes take ten milliseconds each, and what was done to its table in what order. */
function writing() {
  const done: (string | number)[] = [];
  const sink = new LiveSink(
    async (name, batch) => {
      done.push(batch.length);
      await pause(10);
      done.push('written');
      return { name, rows: 0, fields: [] };
    },
    () => undefined
  );
  const still = (label: string) =>
    sink.still('log', async () => {
      done.push(label);
      await pause(10);
      done.push(`${label} done`);
    });
  return { done, still, sink };
}

/** Rows that come faster than they are written, until stopped. */
function flood(sink: LiveSink) {
  const timer = setInterval(() => void sink.append('log', rows(6000), [], signal), 4);
  return () => clearInterval(timer);
}

test('has a moment without a write as soon as the one under way is done, however fast rows come', async () => {
  const { sink, still, done } = writing();
  const stop = flood(sink);
  await vi.advanceTimersByTimeAsync(100);
  const from = done.length;
  let isDone = false;
  const waited = still('read').then(() => (isDone = true));
  await vi.advanceTimersByTimeAsync(25);
  expect(isDone).toBe(true);
  // Of the write that was under way, then what was wanted, then writes again.
  expect(done.slice(from, from + 3)).toEqual(['written', 'read', 'read done']);
  expect(done[from + 3]).toBeGreaterThan(0);
  stop();
  await waited;
});

test('those that want such a moment and writes take turns', async () => {
  const { sink, still, done } = writing();
  await sink.append('log', rows(1), [], signal);
  const all = Promise.all(['a', 'b', 'c'].map(still));
  await sink.append('log', rows(2), [], signal);
  await vi.advanceTimersByTimeAsync(15);
  await sink.append('log', rows(3), [], signal);
  await vi.advanceTimersByTimeAsync(100);
  await all;
  const order = [
    [1, 'written'],
    ['a', 'a done'],
    [5, 'written'],
    ['b', 'b done'],
    ['c', 'c done']
  ];
  expect(done).toEqual(order.flat());
  // Where nobody wants one, rows wait for company as ever.
  await sink.append('log', rows(4), [], signal);
  await vi.advanceTimersByTimeAsync(240);
  expect(done.length).toBe(order.length * 2);
  await vi.advanceTimersByTimeAsync(20);
  expect(done.at(-2)).toBe(4);
});

test('a failure in such a moment is that of whoever wanted it, and no write is lost', async () => {
  const { sink, done } = writing();
  await sink.append('log', rows(1), [], signal);
  const failed = sink.still('log', () => Promise.reject(new Error('gone')));
  const told = expect(failed).rejects.toThrow('gone');
  await sink.append('log', rows(2), [], signal);
  const flushed = sink.flush();
  await vi.advanceTimersByTimeAsync(50);
  await Promise.all([told, flushed]);
  expect(done).toEqual([1, 'written', 2, 'written']);
});

test('writes what waits by now also while more comes', async () => {
  const { sink, done } = writing();
  const stop = flood(sink);
  await vi.advanceTimersByTimeAsync(100);
  const from = done.length;
  let isDone = false;
  const flushed = sink.flush().then(() => (isDone = true));
  await vi.advanceTimersByTimeAsync(25);
  expect(isDone).toBe(true);
  expect(done.slice(from, from + 3)).toEqual(['written', expect.any(Number), 'written']);
  stop();
  await flushed;
});

test('everything is written once nothing more comes', async () => {
  const { sink, done } = writing();
  for (let i = 0; i < 30; i++) await sink.append('log', rows(3000), [], signal);
  const flushed = sink.flush();
  await vi.advanceTimersByTimeAsync(200);
  await flushed;
  const sizes = done.filter((one) => typeof one === 'number');
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(90_000);
});
