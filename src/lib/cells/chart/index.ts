import type { Field } from '#lib/base/columns.ts';
import { defineKind } from '../core/define.ts';
import { chartBody } from './body.ts';
import type { JsonMap } from './walk.ts';

export { mostRows } from './rows.ts';

/** One table behind the chart: fetch `sql` with at most `mostRows` rows and give it to the data set `relation`. */
export interface DrawnSource {
  readonly relation: string;
  readonly sql: string;
  /** Rows that `sql` gives in all. */
  readonly rows: number;
  /** Rows that are drawn of them. */
  readonly shown: number;
}

export interface ChartReport {
  /** The specification to draw, types filled in from the tables. */
  readonly spec: JsonMap;
  readonly sources: readonly DrawnSource[];
  readonly fields: Readonly<Record<string, readonly Field[]>>;
  /** Rows of all tables together. */
  readonly rows: number;
}

const chart = defineKind({
  kind: 'chart',
  version: 1,
  title: 'Chart',
  summary: 'A Vega-Lite chart drawn from a table',
  group: 'data',
  mode: 'sql',
  body: chartBody,
  reads: ({ config }) => config.relations.map((relation) => ({ relation, key: 'data' })),
  outputs: [],
  examples: [
    {
      title: 'Units per week as a line',
      name: 'units',
      body: JSON.stringify(
        {
          data: { name: 'weekly' },
          mark: { type: 'line', point: true },
          encoding: {
            x: { field: 'week', type: 'temporal' },
            y: { field: 'units', type: 'quantitative' },
            color: { field: 'sku' }
          }
        },
        null,
        2
      ),
      given: { weekly: 'week,sku,units\n2011-03-07,a,5\n2011-03-14,a,8\n2011-03-07,b,2' },
      expect: {}
    },
    {
      title: 'Sales per country as bars, the largest first',
      name: 'countries',
      body: JSON.stringify(
        {
          data: { name: 'orders' },
          mark: 'bar',
          encoding: {
            y: { field: 'Country', type: 'nominal', sort: '-x' },
            x: { aggregate: 'sum', field: 'Sales', type: 'quantitative' }
          }
        },
        null,
        2
      ),
      given: { orders: 'Country,Sales\nUnited Kingdom,15.3\nFrance,20.1\nUnited Kingdom,22' },
      expect: {}
    }
  ]
});

export default chart;
