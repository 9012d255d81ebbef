import { describe, expect, test } from 'vitest';
import { boolean, columns, numeric, text, toRows, type Columns } from '#lib/base/columns.ts';
import { ProblemError, type Problem } from '#lib/base/problem.ts';
import { seeded } from '#lib/base/random.ts';
import type { RunContext } from '#lib/cells/core/context.ts';
import script from '#lib/cells/script/index.ts';
import { lockDown } from '#lib/cells/script/lockdown.ts';
import run from '#lib/cells/script/run.ts';

const ctx: RunContext = {
  signal: new AbortController().signal,
  random: seeded(1, 'out'),
  seed: 1,
  now: () => Date.parse('2011-12-09T00:00Z'),
  progress: () => undefined,
  checkpoint: () => Promise.resolve(),
  warn: () => undefined,
  fail: () => undefined
};

const orders = columns({
  sku: text(['a', 'b', null]),
  units: numeric([5, null, 2], 'integer'),
  price: numeric([2, 3, 4]),
  day: numeric([0, 86_400_000, null], 'date'),
  sold: boolean([true, false, null])
});

async function ran(body: string, inputs: Record<string, Columns> = { orders }) {
  const cell = { name: 'out', kind: 'script', body, config: { text: body }, params: { k: 2 } };
  const { tables, report } = await run(cell, inputs, { ...ctx, random: seeded(1, 'out') });
  return { table: tables['out']!, log: report.log };
}

async function refused(body: string): Promise<Problem> {
  try {
    await ran(body);
  } catch (error) {
    if (error instanceof ProblemError) return error.problem;
    throw error;
  }
  throw new Error('It was not refused');
}

describe('a script', () => {
  test('sees its tables, Arquero and the parameters', async () => {
    const body =
      "return orders.filter((d) => d.units > 0).derive({ twice: aq.escape((d) => d.units * $params.k) }).select('sku', 'twice')";
    expect(toRows((await ran(body)).table)).toEqual([
      { sku: 'a', twice: 10 },
      { sku: null, twice: 4 }
    ]);
  });

  test('gives back what it was given, types and missing values included', async () => {
    expect((await ran('return orders')).table).toEqual(orders);
  });

  test.each([
    [
      'return [{ a: 1 }, { b: "x" }]',
      [
        { a: 1, b: null },
        { a: null, b: 'x' }
      ]
    ],
    [
      'return { a: [1, 2.5], b: Float64Array.of(1, 2) }',
      [
        { a: 1, b: 1 },
        { a: 2.5, b: 2 }
      ]
    ],
    [
      'return { a: [1n, null], b: [new Date(5), null] }',
      [
        { a: 1, b: 5 },
        { a: null, b: null }
      ]
    ],
    [
      'return { a: [1, "x"], b: [{ y: 1 }, [2]] }',
      [
        { a: '1', b: '{"y":1}' },
        { a: 'x', b: '[2]' }
      ]
    ],
    ['return { a: await Promise.resolve([true]) }', [{ a: true }]]
  ])('%s', async (body, rows) => {
    expect(toRows((await ran(body)).table)).toEqual(rows);
  });

  test('keeps what it logs, within bounds', async () => {
    const { log } = await ran(
      'console.log("n", 1, { a: [2] }); for (let i = 0; i < 500; i++) console.warn(i); return [{ a: 1 }]'
    );
    expect(log[0]).toBe('n 1 {"a":[2]}');
    expect(log).toHaveLength(201);
  });

  test('has seeded randomness and a clock that stands still', async () => {
    const body =
      'return [{ r: Math.random(), s: aq.op ? Math.floor(Math.PI) : 0, t: Date.now(), u: new Date() }]';
    const [first, second] = [await ran(body), await ran(body)];
    expect(second.table).toEqual(first.table);
    expect(toRows(first.table)[0]).toMatchObject({ s: 3, t: ctx.now(), u: ctx.now() });
  });

  test('reaches tables whose name JavaScript does not take', async () => {
    const { table } = await ran("return tables['new']", { new: orders });
    expect(table.length).toBe(3);
  });

  test('tells the line of an error', async () => {
    expect(await refused('const a = 1;\nlet b = ;\n')).toMatchObject({
      code: 'script.syntax',
      span: { line: 2, column: 9 }
    });
    expect(await refused('const a = 1;\n\nnull.foo;')).toMatchObject({
      code: 'script.error',
      span: { line: 3 }
    });
    expect(
      await refused('const f = () => {\n  throw new Error("no stock");\n};\nf();')
    ).toMatchObject({
      code: 'script.error',
      cause: 'Error: no stock',
      span: { line: 2 }
    });
  });

  test.each([
    '',
    'return 5',
    'return []',
    'return { a: 1 }',
    'return [1, 2]',
    'return { a: [1], b: [1, 2] }'
  ])('refuses %j as a table', async (body) => {
    expect((await refused(body)).code).toBe('script.result');
  });

  test('reads the tables of its flag', () => {
    const cell = {
      name: 'out',
      kind: 'script',
      body: '',
      config: { text: '' },
      params: {},
      flags: { reads: 'a, b' }
    };
    expect(script.reads(cell).map((r) => r.relation)).toEqual(['a', 'b']);
  });
});

test('a locked scope has no way out, on any level of its prototypes', () => {
  const prototype = { fetch: () => 1, kept: 2 };
  const scope = Object.create(prototype) as Record<string, unknown>;
  scope['WebSocket'] = class {};
  lockDown(scope);
  expect([scope['fetch'], scope['WebSocket'], prototype.fetch, scope['kept']]).toEqual([
    undefined,
    undefined,
    undefined,
    2
  ]);
  expect(() => Object.defineProperty(prototype, 'fetch', { value: 1 })).toThrow(TypeError);
});
