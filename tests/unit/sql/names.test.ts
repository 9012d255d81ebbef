import { describe, expect, test } from 'vitest';
import { sqlNames } from '#lib/sql/names.ts';

const known = ['orders', 'sku_list', '库存_周', 'Weekly', 'a', 'b', 'select'];

const cases: [why: string, sql: string, names: string[]][] = [
  ['FROM', 'select * from orders', ['orders']],
  ['FROM first', 'from orders select sku', ['orders']],
  [
    'any case, spelled as known',
    'SELECT * FROM ORDERS JOIN weekly USING (sku)',
    ['orders', 'Weekly']
  ],
  ['quoted', 'select * from "Orders"', ['orders']],
  ['a keyword, quoted', 'select * from "select"', ['select']],
  ['other scripts', 'select 数量 from 库存_周', ['库存_周']],
  ['comma list', 'select * from a, b', ['a', 'b']],
  ['comma after ON', 'select * from a join orders on a.x = orders.x, b', ['a', 'orders', 'b']],
  ['list literal in ON holds no relations', 'from a join orders on x in [1, b]', ['a', 'orders']],
  ['join in parentheses', 'select * from (a join b using (k)) j', ['a', 'b']],
  ['subquery', 'select * from (select * from orders) t', ['orders']],
  ['IN subquery', 'qty > 0 and sku in (select sku from sku_list)', ['sku_list']],
  ['EXISTS, FROM first', 'select 1 where exists (from orders)', ['orders']],
  ['scalar subquery after a function name', 'select max((select x from a)) from b', ['a', 'b']],
  ['set operations', 'select 1 from a union all by name from b', ['a', 'b']],
  ['EXCEPT', '(select x from a) except (table b)', ['a', 'b']],
  ['LATERAL', 'from a, lateral (select * from b where b.x = a.x)', ['a', 'b']],
  ['PIVOT statement', 'pivot orders on a, b using sum(q)', ['orders']],
  ['PIVOT of a subquery', 'pivot (from orders) on a', ['orders']],
  ['PIVOT in FROM', 'from orders pivot (sum(q) for a in (1, 2))', ['orders']],
  ['UNPIVOT', 'unpivot orders on a, b into name k value v', ['orders']],
  ['DESCRIBE and SUMMARIZE', 'from (summarize orders)', ['orders']],
  ['DESCRIBE a query', 'describe select * from orders', ['orders']],
  ['TABLE', 'table orders', ['orders']],
  ['prefix alias', 'from x: orders', ['orders']],
  ['schema main', 'select * from main.orders', ['orders']],
  ['qualifier', 'orders.qty > 3', ['orders']],
  ['qualified star', 'select orders.* from x', ['orders']],
  ['column of a struct column', 'select orders.q.abs() from x', ['orders']],
  ['in strings', "select 'from orders', e'\\' from a', $$ from b $$, $t$ from b $t$", []],
  ['in comments', 'select 1 -- from orders\n/* from a /* nested */ from b */', []],
  ['bare column', 'select orders, a from x where b > 1 group by orders', []],
  ['after a dot', 'select x.orders from y x', []],
  ['another schema', 'select * from archive.orders', []],
  ['after AS', 'select 1 as orders, cast(x as a)', []],
  ['alias without AS', 'select orders.q from x orders', []],
  ['alias with AS', 'select orders.q from x as orders', []],
  ['prefix alias shadows', 'select a.q from a: x', []],
  ['alias of an outer query', 'from x a where exists (select 1 from y where y.k = a.k)', []],
  ['method of a column', 'select orders.upper() from x', []],
  ['function in FROM', 'from orders(1)', []],
  ['extract', 'select extract(year from orders), trim(both from a) from x', []],
  ['IS DISTINCT FROM', 'select * from x where y is not distinct from orders', []],
  ['OVER', 'select sum(q) over (partition by orders order by a) from x', []],
  ['CTE', 'with orders as (select 1) select * from orders', []],
  ['quoted CTE', 'with "Orders"(x) as materialized (select 1) select * from orders', []],
  ['CTE in a nested query', 'with a as (select 1) select * from (select * from a) z', []],
  ['CTE seen by a later one', 'with a as (select 1), x as (from a) from x', []],
  ['CTE not seen by an earlier one', 'with x as (from a), a as (select 1) from x, a', ['a']],
  [
    'CTE that reads what it hides',
    'with orders as (from orders where q > 0) from orders',
    ['orders']
  ],
  ['recursive CTE reads itself', 'with recursive a as (select 1 union all from a) from a', []],
  ['CTE of a subquery ends with it', 'from (with a as (select 1) from a) x, a', ['a']],
  ['main.x is never a CTE', 'with a as (select 1) from main.a', ['a']],
  ['CTE as qualifier', 'with a as (select 1 x) select a.x from a', []],
  ['a FROM clause ends', 'select * from x where a = b order by a, b limit 3', []],
  [
    'join words are not names',
    'from a left join b on true asof join orders using (t)',
    ['a', 'b', 'orders']
  ],
  ['table function then alias', "from read_csv('x.csv') a where a.x > 0", []],
  ['semicolon', 'from a; from b', ['a', 'b']],
  ['nothing', '', []],
  ['stray brackets', ')) from a, ((( from b', ['a', 'b']]
];

describe('sqlNames', () => {
  test.each(cases)('%s', (_, sql, names) => {
    expect(sqlNames(sql, known)).toEqual(names);
  });

  test('deep nesting does not overflow', () => {
    const deep = 20_000;
    const sql = `${'select * from ('.repeat(deep)} from orders ${')'.repeat(deep)}`;
    expect(sqlNames(sql, known)).toEqual(['orders']);
  });
});
