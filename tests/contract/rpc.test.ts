import { afterEach, describe, expect, it } from 'vitest';
import { Cancelled, ProblemError, type Problem } from '#lib/base/problem.ts';
import { fail } from '#lib/problems/index.ts';
import { connect } from '#lib/rpc/client.ts';
import { Transferred, type Handlers } from '#lib/rpc/contract.ts';
import { serve } from '#lib/rpc/server.ts';
import type { WorkerLike } from '#lib/runtime/worker-slot.ts';
import { thread } from '../unit/rpc/thread.ts';

interface Arithmetic {
  add: { params: { a: number; b: number }; result: number };
  count: { params: { to: number }; result: number; progress: number };
  wait: { params: null; result: string };
  buffer: { params: { bytes: Uint8Array }; result: Uint8Array };
  refuse: { params: null; result: null };
  crash: { params: null; result: null };
}

const handlers: Handlers<Arithmetic> = {
  add: async ({ a, b }) => a + b,
  count: async ({ to }, { progress }) => {
    for (let i = 1; i <= to; i++) progress(i);
    return to;
  },
  wait: (_, { signal }) =>
    new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(new Cancelled()));
    }),
  buffer: async ({ bytes }) => new Transferred(bytes, [bytes.buffer as ArrayBuffer]),
  refuse: async () => {
    throw fail('config.template', {}, { line: 3 });
  },
  crash: async () => {
    throw new TypeError('boom');
  }
};

const ports: MessagePort[] = [];
const threads: WorkerLike[] = [];

afterEach(() => {
  for (const port of ports.splice(0)) port.close();
  for (const worker of threads.splice(0)) worker.terminate();
});

function started(code: string): WorkerLike {
  const worker = thread(code);
  threads.push(worker);
  return worker;
}

function channel() {
  const { port1, port2 } = new MessageChannel();
  ports.push(port1, port2);
  return { client: port1, server: port2 };
}

function open() {
  const { client, server } = channel();
  serve<Arithmetic>(server, handlers);
  return connect<Arithmetic>(client, { name: 'sums' });
}

async function problemOf(answer: Promise<unknown>): Promise<Problem> {
  const error = await answer.then(
    () => null,
    (reason: unknown) => reason
  );
  expect(error).toBeInstanceOf(ProblemError);
  return (error as ProblemError).problem;
}

describe('a channel', () => {
  it('answers each call with its own result, whatever the order', async () => {
    const { call } = open();
    const sums = await Promise.all(
      Array.from({ length: 50 }, (_, i) => call('add', { a: i, b: 1 }))
    );
    expect(sums).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
  });

  it('holds calls made before the other side serves', async () => {
    const { client, server } = channel();
    const { call, ready } = connect<Arithmetic>(client);
    const early = call('add', { a: 2, b: 3 });
    serve<Arithmetic>(server, handlers);
    expect(await early).toBe(5);
    expect(await ready).toContain('count');
  });

  it('reports progress of the call it belongs to, few times and the last always', async () => {
    const { call } = open();
    const seen: number[] = [];
    const other: number[] = [];
    await Promise.all([
      call('count', { to: 5000 }, { onProgress: (n) => seen.push(n) }),
      call('count', { to: 3 }, { onProgress: (n) => other.push(n) })
    ]);
    expect(seen[0]).toBe(1);
    expect(seen.at(-1)).toBe(5000);
    expect(seen.length).toBeLessThan(10);
    expect(other.at(-1)).toBe(3);
  });

  it('tells a call that what it has is enough, and takes its answer', async () => {
    const { client, server } = channel();
    serve<{ gather: { params: null; result: number } }>(server, {
      gather: (_, { enough }) =>
        new Promise((resolve) => enough.addEventListener('abort', () => resolve(7)))
    });
    const { call } = connect<{ gather: { params: null; result: number } }>(client);
    const enough = new AbortController();
    const [early, late] = [new AbortController(), enough];
    early.abort();
    const answers = [
      call('gather', null, { enough: early.signal }),
      call('gather', null, { enough: late.signal })
    ];
    expect(await answers[0]).toBe(7);
    enough.abort();
    expect(await answers[1]).toBe(7);
  });

  it('moves buffers both ways instead of copying them', async () => {
    const { call } = open();
    const bytes = new Uint8Array([1, 2, 3]);
    const answer = call('buffer', { bytes }, { transfer: [bytes.buffer] });
    expect(bytes.byteLength).toBe(0);
    expect([...(await answer)]).toEqual([1, 2, 3]);
  });

  it('brings problems across whole and bugs with their stack', async () => {
    const { call } = open();
    const refused = await problemOf(call('refuse', null));
    expect(refused.code).toBe('config.template');
    expect(refused.span).toEqual({ line: 3 });
    const crashed = await problemOf(call('crash', null));
    expect(crashed.code).toBe('worker.bug');
    expect(crashed.cause).toBe('TypeError: boom');
    expect(String(crashed.data?.['stack'])).toContain('rpc.test.ts');
  });

  it('makes a problem of what cannot be cloned', async () => {
    const { call } = open();
    const params = { a: 1, b: (() => 2) as unknown as number };
    expect((await problemOf(call('add', params))).code).toBe('worker.bug');
    expect(await call('add', { a: 1, b: 1 })).toBe(2);
  });

  it('names a method that the other side lacks, also to calls made before it was known', async () => {
    const { client, server } = channel();
    const { call, ready } = connect<Arithmetic>(client, { name: 'sums' });
    const early = problemOf(call('add', { a: 1, b: 1 }));
    serve<{ other: Arithmetic['add'] }>(server, { other: async () => 0 });
    expect((await early).code).toBe('worker.unknown-method');
    await ready;
    const late = await problemOf(call('add', { a: 1, b: 1 }));
    expect(late.data).toEqual({ worker: 'sums', method: 'add', known: 'other' });
  });
});

describe('a cancel', () => {
  it('stops the call it belongs to and no other', async () => {
    const { call } = open();
    const stop = new AbortController();
    const stopped = call('wait', null, { signal: stop.signal });
    const other = call('add', { a: 1, b: 2 });
    stop.abort();
    await expect(stopped).rejects.toBeInstanceOf(Cancelled);
    expect(await other).toBe(3);
  });

  it('before the call is never sent', async () => {
    const { call } = open();
    await expect(
      call('add', { a: 1, b: 2 }, { signal: AbortSignal.abort() })
    ).rejects.toBeInstanceOf(Cancelled);
  });

  it('that comes too late yields the result, which stands on the other side', async () => {
    const { call } = open();
    const stop = new AbortController();
    const answer = call('add', { a: 20, b: 22 }, { signal: stop.signal });
    stop.abort();
    expect(await answer).toBe(42);
  });

  it('after the answer changes nothing', async () => {
    const { call } = open();
    const stop = new AbortController();
    expect(await call('add', { a: 1, b: 1 }, { signal: stop.signal })).toBe(2);
    stop.abort();
    expect(await call('add', { a: 2, b: 2 })).toBe(4);
  });
});

describe('a lost worker', () => {
  it('rejects every pending call and every later one when its port closes', async () => {
    const { client, server } = channel();
    serve<Arithmetic>(server, handlers);
    const told: string[] = [];
    const { call, ready } = connect<Arithmetic>(client, {
      name: 'sums',
      onLost: (problem) => told.push(problem.code)
    });
    await ready;
    const pending = [problemOf(call('wait', null)), problemOf(call('wait', null))];
    server.close();
    for (const problem of await Promise.all(pending)) {
      expect(problem.code).toBe('worker.lost');
      expect(problem.data?.['worker']).toBe('sums');
    }
    expect(told).toEqual(['worker.lost']);
    expect((await problemOf(call('add', { a: 1, b: 1 }))).code).toBe('worker.lost');
  });

  it('is noticed when a thread throws', async () => {
    const endpoint = started(
      `parentPort.on('message', () => { throw new Error('out of memory'); });`
    );
    const { call } = connect<Arithmetic>(endpoint, { name: 'thread' });
    const problem = await problemOf(call('add', { a: 1, b: 1 }));
    expect(problem.code).toBe('worker.lost');
    expect(problem.cause).toContain('out of memory');
  });

  it('is noticed when a thread ends', async () => {
    const endpoint = started(`parentPort.on('message', () => process.exit(1));`);
    const { call } = connect<Arithmetic>(endpoint, { name: 'thread' });
    expect((await problemOf(call('wait', null))).code).toBe('worker.lost');
  });

  it('closed on purpose rejects with the reason given', async () => {
    const { call, close, ready } = open();
    await ready;
    const pending = call('wait', null);
    close(new Cancelled());
    await expect(pending).rejects.toBeInstanceOf(Cancelled);
  });
});
