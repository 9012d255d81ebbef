import * as v from 'valibot';
import { defineKind } from '../core/define.ts';
import { sourceBody } from './body.ts';

/** What a source brought in; the type lives with the loader that fills it. */
export type { LoadReport as SourceReport } from '../core/loader.ts';

const source = defineKind({
  kind: 'source',
  version: 2,
  title: 'Source',
  summary: 'A file of yours, or a bundled data set, as a table',
  group: 'data',
  mode: 'load',
  body: sourceBody,
  reads: () => [],
  sqlOf: ({ config }) => (config.filter === undefined ? [] : [config.filter]),
  reaches: ({ config }) => config.url ?? config.engine?.connection ?? null,
  outputs: ['', 'rejects'],
  examples: [
    {
      title: 'A bundled data set',
      name: 'lines',
      body: 'example: online-retail',
      given: {},
      expect: {
        lines: {
          columns: [
            'InvoiceNo',
            'StockCode',
            'Description',
            'Quantity',
            'InvoiceDate',
            'UnitPrice',
            'CustomerID',
            'Country'
          ],
          rows: 541_909
        },
        lines_rejects: { columns: ['line', 'column', 'value', 'reason', 'file'], rows: 0 }
      }
    },
    {
      title: 'Several CSV files under a contract',
      name: 'orders',
      body: [
        'file: orders*.csv',
        'columns:',
        '  day: date',
        '  sku: text',
        '  qty: integer',
        'on_bad_rows: reject'
      ].join('\n'),
      given: {
        'orders-1.csv': 'day,sku,qty\n2011-03-01,0012,5\n2011-03-02,0013,many',
        'orders-2.csv': 'day,sku,qty\n2011-03-03,0012,7'
      },
      expect: {
        orders: { columns: ['day', 'sku', 'qty'], rows: 2 },
        orders_rejects: { columns: ['line', 'column', 'value', 'reason', 'file'], rows: 1 }
      }
    },
    {
      title: 'A spreadsheet export with commas as decimals',
      name: 'prices',
      body: [
        'file: preise.csv',
        'options:',
        '  decimal: ","',
        '  thousands: "."',
        '  date_format: "%d.%m.%Y"',
        '  null: ["-", n/a]'
      ].join('\n'),
      given: { 'preise.csv': 'Artikel;ab;Preis\nA;01.02.2011;1.234,50\nB;15.02.2011;-' },
      expect: { prices: { columns: ['Artikel', 'ab', 'Preis'], rows: 2 } }
    }
  ]
});

export default source;
export type SourceConfig = v.InferOutput<typeof sourceBody.schema>;
