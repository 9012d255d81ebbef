import { describe, expect, test } from 'vitest';
import { buildGraph, type GraphOptions } from '#lib/notebook/graph.ts';
import { parse } from '#lib/notebook/parse.ts';
import { kinds, notebookText } from './kinds.ts';

type Cells = readonly (readonly [info: string, body: string])[];

function graphOf(cells: Cells, options?: GraphOptions) {
  return buildGraph(parse(notebookText(cells)), kinds, options);
}

function codes(graph: ReturnType<typeof graphOf>, id: string): string[] {
  return graph.byId.get(id)!.problems.map((p) => p.code);
}

const horizon = ['yaml param:horizon', 'type: integer\nvalue: 8'] as const;

describe('the graph', () => {
  test('orders cells by what they read, not by the page', () => {
    const graph = graphOf([
      ['sql query:c', 'select * from b join a using (k)'],
      ['sql query:b', 'select * from a'],
      ['sql query:x', 'select 1'],
      ['sql query:a', 'select 1']
    ]);
    expect(graph.order).toEqual(['x', 'a', 'b', 'c']);
    expect(graph.byId.get('a')?.downstream).toEqual(['c', 'b']);
    expect(graph.byId.get('c')?.upstream).toEqual(['b', 'a']);
  });

  test('takes inputs from keys, SQL text, SQL fragments, chart data and reads=', () => {
    const graph = graphOf([
      ['sql query:weekly', 'select 1 as units'],
      ['sql query:banned', 'select 1 as sku'],
      ['yaml forecast:demand', 'source: Weekly\nvalue: units\nfilter: sku not in (from banned)'],
      ['json chart:plan', '{ "data": { "name": "demand_scores" } }'],
      ['js script:s reads=weekly,demand_all', 'return weekly']
    ]);
    expect(graph.byId.get('demand')?.reads).toEqual([
      { relation: 'Weekly', columns: ['units'], key: 'source' },
      { relation: 'banned' }
    ]);
    expect(graph.byId.get('plan')?.upstream).toEqual(['demand']);
    expect(graph.byId.get('s')?.upstream).toEqual(['weekly', 'demand']);
    expect(graph.byId.get('s')?.cell?.flags).toEqual({ reads: 'weekly,demand_all' });
    expect(graph.byId.get('demand')?.outputs).toEqual(['demand', 'demand_scores', 'demand_all']);
    expect(graph.producers.get('demand_all')).toBe('demand');
    expect(graph.cells.flatMap((c) => c.problems)).toEqual([]);
  });

  test('gives cells their flags, cost and seed', () => {
    const graph = graphOf([
      ['sql query:weekly show=result', 'select 1'],
      ['yaml forecast:demand run=manual', 'source: weekly\nvalue: units\nhorizon: 12']
    ]);
    expect(graph.byId.get('weekly')).toMatchObject({
      show: 'result',
      runFlag: 'auto',
      costly: false
    });
    expect(graph.byId.get('demand')).toMatchObject({
      show: 'both',
      runFlag: 'manual',
      costly: true
    });
    expect(graph.seed).toBe(1);
  });

  test('bodies have one kind of line end', () => {
    const text = notebookText([['sql query:a', 'select\n1']]).replaceAll('\n', '\r\n');
    expect(buildGraph(parse(text), kinds).byId.get('a')?.cell?.body).toBe('select\n1');
  });
});

describe('parameters', () => {
  const use = ['yaml forecast:demand', 'source: weekly\nvalue: units\nhorizon: $Horizon'] as const;
  const weekly = ['sql query:weekly', 'select $horizon as units'] as const;

  test('are values in YAML and edges for both languages', () => {
    const graph = graphOf([use, weekly, horizon, ['sql query:other', 'select 1']]);
    expect(graph.params).toEqual({ horizon: 8 });
    expect(graph.byId.get('demand')?.cell?.config).toMatchObject({ horizon: 8 });
    expect(graph.byId.get('weekly')?.upstream).toEqual(['horizon']);
    expect(graph.byId.get('demand')?.upstream).toEqual(['horizon', 'weekly']);
    expect(graph.byId.get('weekly')?.cell?.params).toEqual({ horizon: 8 });
    expect(graph.byId.get('other')?.cell?.params).toEqual({});
  });

  test('scripts take them as $params', () => {
    const graph = graphOf([
      horizon,
      ['js script:s', "return [{ a: $params.horizon, b: $params?.['horizon'] }];"],
      ['js script:other', 'const horizon = $params; return [{ horizon }];']
    ]);
    expect(graph.byId.get('s')?.upstream).toEqual(['horizon']);
    expect(graph.byId.get('s')?.cell?.params).toEqual({ horizon: 8 });
    expect(graph.byId.get('other')?.cell?.params).toEqual({});
  });

  test('a parameter is a relation too', () => {
    const graph = graphOf([horizon, ['sql query:a', 'select value from horizon']]);
    expect(graph.byId.get('a')?.upstream).toEqual(['horizon']);
  });

  test('overrides stand in for the written value', () => {
    const graph = graphOf([horizon, weekly, use], { params: { HORIZON: '12' } });
    expect(graph.params).toEqual({ horizon: 12 });
    expect(graph.byId.get('demand')?.costly).toBe(true);
  });

  test('a wrong override is the param cell’s problem; users of it say where to look', () => {
    const graph = graphOf([horizon, weekly, use], { params: { horizon: '99' } });
    expect(codes(graph, 'horizon')).toEqual(['config.value']);
    expect(codes(graph, 'weekly')).toEqual(['cell.param-faulty']);
    expect(codes(graph, 'demand')).toContain('cell.param-faulty');
  });

  test('one may use another, wherever it stands', () => {
    const graph = graphOf([['yaml param:b', 'type: integer\nvalue: $horizon'], horizon]);
    expect(graph.params).toEqual({ b: 8, horizon: 8 });
    expect(graph.order).toEqual(['horizon', 'b']);
  });

  test('that need each other are a cycle', () => {
    const graph = graphOf([
      ['yaml param:a', 'type: integer\nvalue: $b'],
      ['yaml param:b', 'type: integer\nvalue: $a']
    ]);
    expect(codes(graph, 'a')).toContain('cell.cycle');
    expect(codes(graph, 'b')).toContain('cell.cycle');
    expect(graph.params).toEqual({});
  });

  test('an unknown one is a problem with its place', () => {
    const graph = graphOf([horizon, ['sql query:a', 'select 1,\n $horizn']]);
    expect(graph.byId.get('a')?.problems[0]).toMatchObject({
      code: 'config.param-unknown',
      span: { line: 2, column: 2 }
    });
  });

  test('in strings and comments are none', () => {
    const graph = graphOf([['sql query:a', "select '$x' -- $y"]]);
    expect(codes(graph, 'a')).toEqual([]);
  });
});

describe('faults are problems on cells', () => {
  test('a duplicate name stands on every one of them, with the other places', () => {
    const graph = graphOf([
      ['sql query:orders', 'select 1'],
      ['sql query:Orders', 'select 2'],
      ['sql query:reader', 'select * from orders']
    ]);
    expect(graph.cells.map((c) => c.id)).toEqual(['orders', 'Orders#2', 'reader']);
    expect(graph.byId.get('orders')?.problems[0]).toMatchObject({
      code: 'cell.duplicate',
      data: { others: 'line 5' }
    });
    expect(graph.byId.get('Orders#2')?.problems[0]?.cause).toContain('line 1');
    expect(graph.byId.get('reader')?.status).toBe('ready');
    expect(graph.order).toEqual(['reader']);
  });

  test('names are compared in composed form', () => {
    const graph = graphOf([
      ['sql query:caf\u00e9', 'select 1'],
      ['sql query:cafe\u0301', 'select 2']
    ]);
    expect(graph.cells.map((c) => c.status)).toEqual(['faulty', 'faulty']);
  });

  test('run=off frees the name', () => {
    const graph = graphOf([
      ['sql query:orders run=off', 'select 1'],
      ['sql query:orders', 'select 2']
    ]);
    expect(graph.cells.map((c) => [c.id, c.status])).toEqual([
      ['orders#2', 'off'],
      ['orders', 'ready']
    ]);
  });

  test('a cycle stands with its path on every cell of it, and on no other', () => {
    const graph = graphOf([
      ['sql query:a', 'select * from c'],
      ['sql query:b', 'select * from a'],
      ['sql query:c', 'select * from b'],
      ['sql query:after', 'select * from c']
    ]);
    for (const id of ['a', 'b', 'c']) {
      expect(graph.byId.get(id)?.problems).toMatchObject([
        { code: 'cell.cycle', data: { path: 'a → b → c → a' } }
      ]);
    }
    expect(graph.byId.get('after')?.status).toBe('ready');
    expect(graph.order).toEqual(['after']);
  });

  test('two circles that share a cell each show their own way round', () => {
    const graph = graphOf([
      ['sql query:hub', 'select * from p, q'],
      ['sql query:p', 'select * from hub'],
      ['sql query:q', 'select * from hub']
    ]);
    expect(graph.byId.get('q')?.problems[0]?.data?.['path']).toBe('hub → q → hub');
    expect(graph.byId.get('p')?.problems[0]?.data?.['path']).toBe('hub → p → hub');
  });

  test('a self-read, also through a secondary table', () => {
    const graph = graphOf([
      ['sql query:a', 'select *\nfrom a'],
      ['yaml forecast:f', 'source: f_scores\nvalue: x']
    ]);
    expect(graph.byId.get('a')?.problems).toMatchObject([
      { code: 'cell.self-read', span: { line: 2, column: 6 } }
    ]);
    expect(codes(graph, 'f')).toEqual(['cell.self-read']);
  });

  test('a CTE of the cell’s own name is no self-read', () => {
    const graph = graphOf([['sql query:a', 'with a as (select 1) select * from a']]);
    expect(graph.byId.get('a')?.status).toBe('ready');
  });

  test('an unknown table under a key, with the nearest and its place', () => {
    const graph = graphOf([
      ['sql query:weekly', 'select 1'],
      ['yaml forecast:f', 'value: x\nsource: weekley'],
      ['json chart:c', '{ "data": { "name": "weekl" } }'],
      ['sql query:q', 'select * from nowhere']
    ]);
    expect(graph.byId.get('f')?.problems).toMatchObject([
      {
        code: 'cell.relation-unknown',
        hint: 'Did you mean `weekly`?',
        span: { line: 2, column: 9 }
      }
    ]);
    expect(graph.byId.get('c')?.problems).toMatchObject([
      { code: 'cell.relation-unknown', span: { line: 1, column: 21 } }
    ]);
    expect(graph.byId.get('q')?.status).toBe('ready');
  });

  test('an unknown kind is kept, warned of and never ready; its readers wait for it', () => {
    const graph = graphOf([
      ['yaml forcast:future', 'whatever: &a [1'],
      ['yaml forecast:f', 'source: future_more\nvalue: x']
    ]);
    expect(graph.byId.get('future')).toMatchObject({
      status: 'unknown-kind',
      cell: null,
      problems: [
        { code: 'cell.kind-unknown', severity: 'warning', hint: 'Did you mean `forecast`?' }
      ]
    });
    expect(graph.byId.get('f')).toMatchObject({ status: 'ready', upstream: ['future'] });
  });

  test('broken fences, names and flags', () => {
    const graph = buildGraph(
      parse(
        `${notebookText([
          ['sql query:1st', 'select 1'],
          ['sql query:b run=sometimes', 'select 1'],
          ['sql query:c color=red', 'select 1']
        ])}\n\`\`\`\`sql query:d\nselect 1`
      ),
      kinds
    );
    expect(graph.cells.map((c) => c.problems.map((p) => p.code))).toEqual([
      ['cell.name-invalid'],
      ['cell.flags-invalid'],
      ['cell.flag-unknown'],
      ['cell.unclosed']
    ]);
    expect(graph.cells.map((c) => c.status)).toEqual(['faulty', 'faulty', 'ready', 'faulty']);
    expect(graph.byId.get('d')?.problems[0]?.hint).toContain('````');
  });

  test('a name that is another cell’s secondary table', () => {
    const graph = graphOf([
      ['sql query:weekly', 'select 1'],
      ['yaml forecast:demand', 'source: weekly\nvalue: x'],
      ['sql query:demand_scores', 'select 1']
    ]);
    expect(graph.byId.get('demand')?.problems).toMatchObject([
      {
        code: 'cell.output-taken',
        data: { table: 'demand_scores', owner: 'demand_scores', line: 10 }
      }
    ]);
    expect(graph.byId.get('demand_scores')?.problems).toMatchObject([
      { code: 'cell.output-taken', data: { owner: 'demand', line: 5 } }
    ]);
  });

  test('reading a cell that is off, by SQL, key and parameter', () => {
    const graph = graphOf([
      ['sql query:weekly run=off', 'select 1'],
      ['yaml param:horizon run=off', 'type: integer\nvalue: 3'],
      ['sql query:a', 'select * from weekly'],
      ['yaml forecast:f', 'source: weekly\nvalue: x'],
      ['yaml forecast:g', 'source: a\nvalue: x\nhorizon: $horizon'],
      ['sql query:b', 'select $horizon']
    ]);
    for (const id of ['a', 'f', 'g', 'b']) expect(codes(graph, id)).toContain('cell.reads-off');
    expect(codes(graph, 'g')).not.toContain('config.param-unknown');
  });

  test('a cell whose upstream is faulty stays ready', () => {
    const graph = graphOf([
      ['yaml forecast:f', 'value: x'],
      ['sql query:a', 'select * from f']
    ]);
    expect(graph.byId.get('f')?.status).toBe('faulty');
    expect(graph.byId.get('a')).toMatchObject({ status: 'ready', upstream: ['f'] });
  });

  test('a merge conflict', () => {
    const graph = graphOf([
      ['sql query:a', '<<<<<<< HEAD\nselect 1\n=======\nselect 2\n>>>>>>> b']
    ]);
    expect(codes(graph, 'a')).toEqual(['cell.conflict']);
  });

  test('{{ in SQL is reserved', () => {
    expect(codes(graphOf([['sql query:a', 'select {{ x }}']]), 'a')).toEqual(['config.template']);
    expect(codes(graphOf([['sql query:a', "select '{{'"]]), 'a')).toEqual([]);
  });
});
