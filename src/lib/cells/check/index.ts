import { defineKind } from '../core/define.ts';
import { checkBody } from './body.ts';
import type { Verdict } from './judge.ts';

export type { Verdict } from './judge.ts';

export interface CheckReport {
  readonly source: string;
  readonly checks: readonly Verdict[];
  readonly passed: number;
  readonly failed: number;
}

const check = defineKind({
  kind: 'check',
  version: 2,
  title: 'Check',
  summary: 'What must hold for a table: rows, keys, references and totals',
  group: 'data',
  mode: 'sql',
  body: checkBody,
  reads: ({ config }) => [
    { relation: config.source, key: 'source' },
    ...config.expect.flatMap((expected) =>
      expected.kind === 'references'
        ? Object.values(expected.options.references).map((target) => ({
            relation: target.slice(0, target.indexOf('.')),
            columns: [target.slice(target.indexOf('.') + 1)],
            key: 'expect'
          }))
        : expected.kind === 'like'
          ? [{ relation: expected.options.like, key: 'expect' }]
          : []
    )
  ],
  sqlOf: ({ config }) =>
    config.expect.flatMap((expected) =>
      expected.kind === 'condition'
        ? [expected.options.condition]
        : expected.kind === 'value'
          ? [expected.options.value]
          : []
    ),
  outputs: [''],
  examples: [
    {
      title: 'Order lines hold together',
      name: 'orders_ok',
      body: [
        'source: orders',
        'expect:',
        '  - Quantity > 0',
        '  - unique: [InvoiceNo, StockCode]',
        '  - not_null: CustomerID',
        '  - rows: { min: 1, max: 1000 }',
        '  - references: { StockCode: products.sku }',
        '  - value: sum(Quantity * UnitPrice)',
        '    equals: 39.45',
        '    tolerance: 0.005'
      ].join('\n'),
      given: {
        orders:
          'InvoiceNo,StockCode,Quantity,UnitPrice,CustomerID\n536365,85123A,6,2.55,17850\n536365,71053,3,3.40,17850\n536366,71053,4,3.4875,13047',
        products: 'sku,name\n85123A,LANTERN\n71053,WARMER'
      },
      expect: {
        orders_ok: { columns: ['check', 'passed', 'failing_rows', 'detail'], rows: 6 }
      }
    },
    {
      title: 'A gate: readers wait until the totals agree',
      name: 'gate',
      body: [
        'source: stock',
        'gate: true',
        'expect:',
        '  - on_hand >= 0',
        '  - value: sum(on_hand)',
        '    equals: 12',
        '    name: closing stock'
      ].join('\n'),
      given: { stock: 'sku,on_hand\na,5\nb,7' },
      expect: { gate: { columns: ['check', 'passed', 'failing_rows', 'detail'], rows: 2 } }
    },
    {
      title: 'The file of this week looks like that of last week',
      name: 'same_shape',
      body: 'source: this_week\nexpect:\n  - like: last_week',
      given: {
        last_week:
          'sku,units,site\na,5,North\nb,7,North\nc,6,North\nd,5,South\ne,9,South\nf,4,South',
        this_week:
          'sku,units,site\na,6,North\nb,7,North\nc,5,North\nd,6,South\ne,8,South\ng,4,South'
      },
      expect: { same_shape: { columns: ['check', 'passed', 'failing_rows', 'detail'], rows: 6 } }
    }
  ]
});

export default check;
