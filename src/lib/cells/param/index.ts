import { defineKind } from '../core/define.ts';
import { paramBody } from './body.ts';

/** What the control needs besides the configuration: the options taken from a column, as texts. */
export interface ParamReport {
  readonly options: readonly string[] | null;
  /** More values exist than are listed. */
  readonly more: boolean;
}

const param = defineKind({
  kind: 'param',
  version: 1,
  title: 'Parameter',
  summary: 'A value with a control, used in other cells as $name',
  group: 'data',
  mode: 'sql',
  body: paramBody,
  reads: ({ config }) =>
    config.optionsFrom === null
      ? []
      : [
          {
            relation: config.optionsFrom.relation,
            columns: [config.optionsFrom.column],
            key: 'options_from'
          }
        ],
  outputs: [''],
  examples: [
    {
      title: 'A horizon in weeks',
      name: 'horizon',
      body: 'type: integer\nmin: 1\nmax: 26\nvalue: 8\nlabel: Weeks to look ahead',
      given: {},
      expect: { horizon: { columns: ['value'], rows: 1 } }
    },
    {
      title: 'A product chosen from a table',
      name: 'product',
      body: 'type: select\noptions_from: products.sku\nvalue: 85123A',
      given: { products: 'sku,price\n85123A,2.55\n71053,3.39' },
      expect: { product: { columns: ['value'], rows: 1 } }
    },
    {
      title: 'A date from which to count',
      name: 'since',
      body: 'type: date\nvalue: 2011-06-01\nmin: 2010-12-01\nmax: 2011-12-09',
      given: {},
      expect: { since: { columns: ['value'], rows: 1 } }
    }
  ]
});

export default param;
