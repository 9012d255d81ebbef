import { defineKind } from '../core/define.ts';
import { cleanBody } from './body.ts';
import { kindOf, type Recipe } from './compile.ts';

/** What one step did, for the view. */
export interface StepReport {
  readonly step: number;
  readonly action: string;
  readonly rowsBefore: number;
  readonly rowsAfter: number;
  readonly rowsChanged: number;
  readonly valueBefore: number | null;
  readonly valueAfter: number | null;
  /** The step alone, over a table `before`. */
  readonly sql: string;
}

export interface CleanReport {
  readonly steps: readonly StepReport[];
  readonly recipe: Recipe;
  /** The recipe as one statement. */
  readonly sql: string;
  readonly value: string | null;
}

const clean = defineKind({
  kind: 'clean',
  version: 2,
  title: 'Clean',
  summary: 'A recipe of cleaning steps, each accounting for the rows it changed',
  group: 'data',
  mode: 'sql',
  body: cleanBody,
  reads: ({ config }) => [
    { relation: config.source, key: 'source' },
    ...config.steps.flatMap((step) =>
      (kindOf(step).reads?.(step.options) ?? []).map((relation) => ({ relation, key: 'steps' }))
    )
  ],
  sqlOf: ({ config }) => [
    ...(config.value === undefined ? [] : [config.value]),
    ...config.steps.flatMap((step) => kindOf(step).expressions?.(step.options) ?? [])
  ],
  outputs: ['', 'steps', 'parameters'],
  examples: [
    {
      title: 'Order lines: double rows, blanks and returns',
      name: 'tidy',
      body: [
        'source: orders',
        'value: Quantity * UnitPrice',
        'steps:',
        '  - dedupe: true',
        '  - trim: Description',
        '  - drop_missing: CustomerID',
        '  - filter: Quantity > 0 and UnitPrice > 0'
      ].join('\n'),
      given: {
        orders: [
          'InvoiceNo,Description,Quantity,UnitPrice,CustomerID',
          '536365,WHITE LANTERN ,6,2.55,17850',
          '536365,WHITE LANTERN ,6,2.55,17850',
          '536366,HAND WARMER,12,1.85,',
          'C536367,HAND WARMER,-1,1.85,17850',
          '536368, RED MUG,3,4.95,13047'
        ].join('\n')
      },
      expect: {
        tidy: {
          columns: ['InvoiceNo', 'Description', 'Quantity', 'UnitPrice', 'CustomerID'],
          rows: 2
        },
        tidy_steps: {
          columns: [
            'step',
            'action',
            'rows_before',
            'rows_after',
            'rows_changed',
            'value_before',
            'value_after'
          ],
          rows: 4
        }
      }
    },
    {
      title: 'A daily series: gaps filled, outliers capped',
      name: 'daily',
      body: [
        'source: demand',
        'steps:',
        '  - parse_date: { column: day, format: "%d/%m/%Y" }',
        '  - complete: { time: day, every: 1d, by: sku, fill: { units: 0 } }',
        '  - fill: { column: price, with: forward, by: sku, time: day }',
        '  - outliers: { column: units, method: iqr, by: sku, action: cap }',
        '  - derive: { revenue: units * price }'
      ].join('\n'),
      given: {
        demand: [
          'sku,day,units,price',
          'a,01/03/2011,5,2.5',
          'a,02/03/2011,6,2.5',
          'a,05/03/2011,90,2.4',
          'b,01/03/2011,2,9.0',
          'b,03/03/2011,3,9.5'
        ].join('\n')
      },
      expect: {
        daily: { columns: ['sku', 'day', 'units', 'price', 'revenue'], rows: 8 },
        daily_steps: {
          columns: ['step', 'action', 'rows_before', 'rows_after', 'rows_changed'],
          rows: 5
        }
      }
    }
  ]
});

export default clean;
