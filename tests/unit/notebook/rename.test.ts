import { describe, expect, test } from 'vitest';
import { ProblemError } from '#lib/base/problem.ts';
import { renameScriptParam, renameVariables } from '#lib/notebook/js-names.ts';
import { parse } from '#lib/notebook/parse.ts';
import { print } from '#lib/notebook/print.ts';
import { rename } from '#lib/notebook/rename.ts';
import { kinds, notebookText } from './kinds.ts';

type Cells = readonly (readonly [info: string, body: string])[];

function renamed(cells: Cells, from: string, to: string): string {
  return print(rename(parse(notebookText(cells)), from, to, kinds));
}

function codeOf(cells: Cells, from: string, to: string): string {
  try {
    renamed(cells, from, to);
  } catch (error) {
    if (error instanceof ProblemError) return error.problem.code;
    throw error;
  }
  return 'none';
}

describe('rename', () => {
  test('rewrites every reference and nothing else', () => {
    const cells = (name: string, ref: string, quoted: string): Cells => [
      [`yaml forecast:${name} run=manual`, 'source: weekly # orders of a week\nvalue: demand'],
      [
        'sql query:q',
        `select ${ref}.yhat, demand, 'demand' -- demand\nfrom ${ref} join "${quoted}_scores" using (k)`
      ],
      [
        'yaml forecast:next',
        `# demand\nsource:   ${ref}   # demand\nvalue: "demand"\nfilter: demand > 1 and k in (from ${ref}_all)`
      ],
      [
        'json chart:c',
        `{ "title": "demand", "layer": [{ "data": {"name": "${quoted}"}, "x": "demand" }] }`
      ],
      [
        `js script:s reads=weekly,${ref}_scores`,
        `return ${ref}_scores.filter((d) => d.demand_scores) // demand`
      ],
      ['yaml teleport:t', 'source: demand'],
      ['sql query:weekly', 'with demand as (select 1) select * from demand']
    ];
    expect(renamed(cells('demand', 'demand', 'demand'), 'Demand', 'plan')).toBe(
      notebookText(cells('plan', 'plan', 'plan'))
    );
  });

  test('a parameter is renamed where it is a value, bound or read', () => {
    const cells = (name: string): Cells => [
      [`yaml param:${name}`, 'type: integer\nvalue: 8'],
      ['sql query:weekly', `select $${name}, '$horizon' from ${name} -- $horizon`],
      [
        'yaml forecast:f',
        `source: weekly\nvalue: horizon\nhorizon: $${name} # $horizon\nfilter: x < $${name}`
      ]
    ];
    expect(renamed(cells('horizon'), 'horizon', 'weeks')).toBe(notebookText(cells('weeks')));
  });

  test('a reserved word is quoted in SQL only', () => {
    const cells: Cells = [
      ['sql query:a', 'select 1'],
      ['sql query:b', 'from a'],
      ['yaml forecast:f', 'source: a\nvalue: x']
    ];
    const text = renamed(cells, 'a', 'order');
    expect(text).toContain('from "order"');
    expect(text).toContain('source: order\n');
  });

  test('a cell whose YAML does not fit is rewritten by its schema, one that is off like any other', () => {
    const cells: Cells = [
      ['sql query:a', 'select 1'],
      ['yaml forecast:f', 'source: a\nhorizon: a'],
      ['sql query:off run=off', 'from a']
    ];
    const text = renamed(cells, 'a', 'b');
    expect(text).toContain('source: b\nhorizon: a');
    expect(text).toContain('from b');
  });

  test('of two cells with the name only the first changes, and no reference', () => {
    const cells: Cells = [
      ['sql query:a', 'select 1'],
      ['sql query:A', 'select 2'],
      ['sql query:r', 'from a']
    ];
    expect(renamed(cells, 'a', 'b')).toBe(
      notebookText([['sql query:b', 'select 1'], ...cells.slice(1)])
    );
  });

  test('only the letter case, line ends and composition', () => {
    const windows = notebookText([
      ['sql query:a', 'select 1'],
      ['sql query:b', 'from\na']
    ]).replaceAll('\n', '\r\n');
    expect(print(rename(parse(windows), 'a', 'A', kinds))).toBe(
      windows.replace('query:a', 'query:A').replace('from\r\na', 'from\r\nA')
    );
    expect(renamed([['sql query:a', 'select 1']], 'a', 'cafe\u0301')).toContain(
      'query:caf\u00e9\n'
    );
  });

  test('a name that cannot be is a problem', () => {
    const cells: Cells = [
      ['sql query:a', 'select 1'],
      ['sql query:b', 'with w as (select 1) select * from a join w using (k)'],
      ['yaml forecast:f', 'source: a\nvalue: x'],
      ['sql query:free run=off', 'select 1'],
      ['sql query:g_scores', 'select 1']
    ];
    expect(codeOf(cells, 'a', '1st')).toBe('notebook.name-invalid');
    expect(codeOf(cells, 'a', '')).toBe('notebook.name-invalid');
    expect(codeOf(cells, 'a', 'B')).toBe('notebook.name-taken');
    expect(codeOf(cells, 'a', 'f_scores')).toBe('notebook.name-taken');
    expect(codeOf(cells, 'f', 'g')).toBe('notebook.name-taken');
    expect(codeOf(cells, 'a', 'w')).toBe('notebook.name-shadow');
    expect(codeOf(cells, 'a', 'free')).toBe('none');
  });

  test('both sides of a conflict get the name', () => {
    const text =
      '<<<<<<< HEAD\n```sql query:a\nselect 1\n```\n=======\n```sql query:a run=off\nselect 2\n```\n>>>>>>> x\n';
    expect(print(rename(parse(text), 'a', 'b', kinds))).toBe(text.replaceAll('query:a', 'query:b'));
  });
});

describe('parameters of a script', () => {
  test.each([
    ['a * $params.horizon + $params.horizons', 'a * $params.weeks + $params.horizons'],
    ["$params?.horizon ?? $params['horizon']", "$params?.weeks ?? $params['weeks']"],
    ['horizon + x.$params2.horizon', 'horizon + x.$params2.horizon']
  ])('%s', (js, expected) => {
    expect(renameScriptParam(js, 'horizon', 'weeks')).toBe(expected);
  });
});

describe('variables of a script', () => {
  const names = new Map([['orders', 'sales']]);

  test.each([
    ['orders.filter(d => d.orders)', 'sales.filter(d => d.orders)'],
    ['[...orders, orders]', '[...sales, sales]'],
    ['f(a, orders, b)', 'f(a, sales, b)'],
    ['({ orders: orders, a: 1 })', '({ orders: sales, a: 1 })'],
    ['({ a, orders })', '({ a, orders: sales })'],
    ['x ? orders : y', 'x ? sales : y'],
    [
      '\'orders\' + "orders" + `orders ${orders} ${`${orders}`} orders`',
      '\'orders\' + "orders" + `orders ${sales} ${`${sales}`} orders`'
    ],
    ['// orders\n/* orders */ orders', '// orders\n/* orders */ sales'],
    ['x.replace(/orders[/"]/g, orders) / orders', 'x.replace(/orders[/"]/g, sales) / sales'],
    ['a?.orders ?? orders', 'a?.orders ?? sales'],
    ['const my_orders = orders2', 'const my_orders = orders2'],
    ['return orders;', 'return sales;']
  ])('%s', (js, expected) => {
    expect(renameVariables(js, names)).toBe(expected);
  });

  test('what is no JavaScript keeps its bytes', () => {
    for (const js of ['`${', "'", '/*', '}}}', '\\', '`a', '/'])
      expect(renameVariables(js, names)).toBe(js);
  });
});
