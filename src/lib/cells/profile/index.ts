import * as v from 'valibot';
import { yamlBody } from '../core/body.ts';
import { defineKind } from '../core/define.ts';
import { relation } from '../core/fields.ts';

/** Counts in equal classes from `from` to `to`; times are milliseconds. */
export interface Histogram {
  readonly from: number;
  readonly to: number;
  readonly counts: readonly number[];
}

export interface ColumnProfile {
  readonly column: string;
  /** The engine's type. */
  readonly type: string;
  readonly rows: number;
  readonly missing: number;
  readonly distinct: number;
  readonly min: string | null;
  readonly max: string | null;
  readonly mean: number | null;
  readonly sd: number | null;
  readonly q05: number | null;
  readonly q50: number | null;
  readonly q95: number | null;
  readonly top: string | null;
  readonly finding: string | null;
  /** For numbers, dates and times. */
  readonly histogram: Histogram | null;
  /** The most frequent values, as texts; at most five. */
  readonly frequent: readonly { readonly value: string; readonly count: number }[];
}

export interface ProfileReport {
  readonly source: string;
  readonly rows: number;
  /** Rows that are exact copies of another; null above five million rows, where they are not counted. */
  readonly duplicates: number | null;
  readonly columns: readonly ColumnProfile[];
}

const profile = defineKind({
  kind: 'profile',
  version: 1,
  title: 'Profile',
  summary: 'Every column of a table at a glance, and what stands out',
  group: 'data',
  mode: 'sql',
  body: yamlBody(v.object({ source: relation({ label: 'Source', help: 'The table to look at' }) })),
  reads: ({ config }) => [{ relation: config.source, key: 'source' }],
  outputs: [''],
  examples: [
    {
      title: 'Order lines',
      name: 'columns',
      body: 'source: orders',
      given: {
        orders:
          'InvoiceNo,Day,Quantity,Country\n536365,2010-12-01,6,United Kingdom\n536366,2010-12-01,-2,United Kingdom\n536367,2010-12-05,12,\n536367,2010-12-05,12,'
      },
      expect: { columns: { columns: profileColumns(), rows: 4 } }
    },
    {
      title: 'A table without rows',
      name: 'nothing',
      body: 'source: empty',
      given: { empty: 'sku,units' },
      expect: { nothing: { columns: profileColumns(), rows: 2 } }
    }
  ]
});

export default profile;

function profileColumns(): string[] {
  return 'column type rows missing distinct min max mean sd q05 q50 q95 top finding'.split(' ');
}
