import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ProblemError, type Problem } from '#lib/base/problem.ts';
import { bindParams, paramsUsed } from '#lib/sql/bind.ts';
import { quoteName, quoteText, writeName } from '#lib/sql/quote.ts';
import { renameParam, renameRelations } from '#lib/sql/rename.ts';
import { scanSql } from '#lib/sql/scan.ts';
import { relationStatement } from '#lib/sql/statement.ts';

const fragments = fc.constantFrom(
  ...`' '' " "" $ $$ $t$ $x -- /* */ ( ) [ ] , ; . :: e' E'\\ x from select with as a b 1 .5 1e5 0x1F`.split(
    ' '
  ),
  ' ',
  '\n',
  '\r',
  '数量',
  'é'
);
const sqlText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(fragments, { maxLength: 30 }).map((parts) => parts.join(''))
);

function problemOf(act: () => unknown): Problem {
  try {
    act();
  } catch (error) {
    if (error instanceof ProblemError) return error.problem;
    throw error;
  }
  throw new Error('no problem');
}

describe('scanSql', () => {
  test('tokens cover any text without gaps', () => {
    fc.assert(
      fc.property(sqlText, (sql) => {
        const tokens = scanSql(sql);
        expect(tokens.map((t) => sql.slice(t.from, t.to)).join('')).toBe(sql);
        expect(tokens.every((t) => t.to > t.from)).toBe(true);
      })
    );
  });

  const kinds = (sql: string) =>
    scanSql(sql)
      .filter((t) => t.kind !== 'space')
      .map((t) => `${t.kind}:${t.value}`);

  test.each([
    [`'it''s'`, [`string:'it''s'`]],
    [`e'a\\'b' x`, [`string:e'a\\'b'`, 'word:x']],
    ['$t$ $$ $t$;', ['string:$t$ $$ $t$', 'symbol:;']],
    ['"a""b".c', ['quoted:a"b', 'symbol:.', 'word:c']],
    ['/* a /* b */ c */d', ['comment:/* a /* b */ c */', 'word:d']],
    [
      '1.5e-3 .5 0x1F 1_000 t.a',
      ['number:1.5e-3', 'number:.5', 'number:0x1F', 'number:1_000', 'word:t', 'symbol:.', 'word:a']
    ],
    ['$horizon+$数量', ['param:horizon', 'symbol:+', 'param:数量']],
    ['a$b x::int', ['word:a$b', 'word:x', 'symbol:::', 'word:int']]
  ])('%s', (sql, tokens) => {
    expect(kinds(sql)).toEqual(tokens);
  });

  test('what does not end is said so', () => {
    expect(scanSql("'abc").at(-1)?.closed).toBe(false);
    expect(scanSql('$t$ abc $$').at(-1)?.closed).toBe(false);
    expect(scanSql('/* /* */').at(-1)?.closed).toBe(false);
    expect(scanSql('"abc""').at(-1)?.closed).toBe(false);
  });
});

describe('bindParams', () => {
  const params = { Horizon: 8, label: "it's", neg: -5, on: true, none: null, day: '2024-01-01' };

  test.each([
    ['select $horizon', 'select 8'],
    ['x = $LABEL', "x = 'it''s'"],
    ['1-$neg', '1-(-5)'],
    ['$on or $none is null', 'TRUE or NULL is null'],
    ['date > $day', "date > '2024-01-01'"],
    [`'$horizon' -- $horizon`, `'$horizon' -- $horizon`],
    ["'a'$label", "'a' 'it''s'"]
  ])('%s', (sql, bound) => {
    expect(bindParams(sql, params)).toBe(bound);
  });

  test('an unknown name is a problem with its place', () => {
    const problem = problemOf(() => bindParams('select 1,\n  $horizont', params));
    expect(problem.code).toBe('config.param-unknown');
    expect(problem.span).toEqual({ line: 2, column: 3, toLine: 2, toColumn: 12 });
  });

  test('a bound text is one string token whatever it holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const tokens = scanSql(bindParams('$v', { v: value })).filter((t) => t.kind === 'string');
        expect(tokens.map((t) => t.value.slice(1, -1).replaceAll("''", "'")).join('\0')).toBe(
          value
        );
      })
    );
  });

  test('paramsUsed names each once', () => {
    expect(paramsUsed("$a + $B + $A || '$c'")).toEqual(['a', 'B']);
  });
});

describe('names in SQL', () => {
  test('are quoted where they must be', () => {
    expect([writeName('orders'), writeName('数量'), writeName('order'), writeName('a b')]).toEqual([
      'orders',
      '数量',
      '"order"',
      '"a b"'
    ]);
    expect(quoteName('a"b')).toBe('"a""b"');
    expect(quoteText("it's")).toBe("'it''s'");
  });

  test('are renamed where they are relations, and nowhere else', () => {
    const sql = `with x as (from Orders) select orders.q, orders, 'orders' -- orders\nfrom "orders" join x as z on z.orders = orders.q`;
    expect(renameRelations(sql, new Map([['orders', 'order']]))).toBe(
      `with x as (from "order") select "order".q, orders, 'orders' -- orders\nfrom "order" join x as z on z.orders = "order".q`
    );
  });

  test('all at once', () => {
    const swap = new Map([
      ['a', 'b'],
      ['b', 'a']
    ]);
    expect(renameRelations('from a, b', swap)).toBe('from b, a');
  });

  test('parameters are renamed outside strings', () => {
    expect(renameParam("$h + $H + $hh || '$h'", 'h', 'weeks')).toBe(
      "$weeks + $weeks + $hh || '$h'"
    );
  });
});

describe('relationStatement', () => {
  test.each([
    ['select 1;', 'select 1'],
    ['-- why\nfrom a ; -- end\n', '-- why\nfrom a'],
    ["select ';'", "select ';'"],
    ['(select 1) union (select 2)', '(select 1) union (select 2)'],
    ['with a as (select 1) select * from a', 'with a as (select 1) select * from a'],
    ['summarize orders', 'FROM (summarize orders)'],
    ['; select 1', '  select 1']
  ])('%s', (sql, statement) => {
    expect(relationStatement(sql)).toBe(statement);
  });

  test.each([
    ['', 'statement.empty', { line: 1 }],
    [' -- nothing\n;', 'statement.empty', { line: 1 }],
    ['select 1;\nselect 2', 'statement.many', { line: 2, column: 1, toLine: 2, toColumn: 9 }],
    ['drop table a', 'statement.not-relation', { line: 1, column: 1, toLine: 1, toColumn: 5 }],
    [
      'with a as (select 1)\ninsert into b from a',
      'statement.not-relation',
      { line: 2, column: 1, toLine: 2, toColumn: 7 }
    ],
    ["select 'a\n", 'statement.unclosed', { line: 1, column: 8, toLine: 2, toColumn: 1 }],
    ['select 1 /* ', 'statement.unclosed', { line: 1, column: 10, toLine: 1, toColumn: 13 }]
  ])('refuses %j', (sql, code, span) => {
    const problem = problemOf(() => relationStatement(sql));
    expect(problem.code).toBe(code);
    expect(problem.span).toEqual(span);
  });
});
