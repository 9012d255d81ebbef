import { ProblemError } from '#lib/base/problem.ts';
import { relationStatement } from '#lib/sql/statement.ts';
import type { Body } from '../core/body.ts';
import { defineKind } from '../core/define.ts';

/** A query as read: `statement` is the one statement of the body, ready to run. */
export interface QueryConfig {
  readonly text: string;
  readonly statement: string;
}

const body: Body<QueryConfig> = {
  language: 'sql',
  parse(text) {
    try {
      const config = { text, statement: relationStatement(text) };
      return { config, problems: [], usesParams: [] };
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      return { config: null, problems: [error.problem], usesParams: [] };
    }
  }
};

const query = defineKind({
  kind: 'query',
  version: 1,
  title: 'Query',
  summary: 'One SQL statement over any of the tables; its result is a table',
  group: 'data',
  mode: 'sql',
  body,
  reads: () => [],
  sqlOf: ({ config }) => [config.statement],
  outputs: [''],
  examples: [
    {
      title: 'Units per week and product',
      name: 'weekly',
      body: [
        "select date_trunc('week', day) as week, sku, sum(units) as units",
        'from orders',
        'where units > 0',
        'group by all',
        'order by week, sku'
      ].join('\n'),
      given: {
        orders: 'day,sku,units\n2011-03-01,a,5\n2011-03-02,a,3\n2011-03-09,a,2\n2011-03-09,b,-1'
      },
      expect: { weekly: { columns: ['week', 'sku', 'units'], rows: 2 } }
    },
    {
      title: 'Running stock with a parameter',
      name: 'stock',
      body: [
        'select day, sku, units,',
        '  $opening + sum(units) over (partition by sku order by day) as on_hand',
        'from moves;'
      ].join('\n'),
      params: { opening: 100 },
      given: { moves: 'day,sku,units\n2011-03-01,a,-5\n2011-03-02,a,-7\n2011-03-02,b,4' },
      expect: { stock: { columns: ['day', 'sku', 'units', 'on_hand'], rows: 3 } }
    }
  ]
});

export default query;
