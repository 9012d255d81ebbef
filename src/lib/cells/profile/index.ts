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
  /** `distinct` is an estimate, and `top` that of a sample. */
  readonly estimated: boolean;
}

/** How much harm a finding does if nobody acts: wrong figures, doubtful figures, untidiness, or nothing but a hint. */
export type Severity = 'severe' | 'moderate' | 'minor' | 'note';

/** A cleaning step as a recipe holds it: the step's name and its options. */
export type StepText = Readonly<Record<string, unknown>>;

/** Something in the table that an analyst would want to know, with the way to mend it. */
export interface Finding {
  readonly finding: FindingCode;
  readonly severity: Severity;
  /** The column it is about; null for the whole row. */
  readonly column: string | null;
  /** Rows concerned; rows that are missing for gaps in time. */
  readonly rows: number;
  /** The money in these rows, by the table's amount or quantity × price; null without either. */
  readonly value: number | null;
  readonly example: string | null;
  /** One sentence that says what was seen. */
  readonly detail: string;
  /** Steps of a clean cell that mend it, in order; none where there is nothing to mend. */
  readonly steps: readonly StepText[];
  /** A SELECT of the rows concerned; null where no particular rows are. */
  readonly show: string | null;
}

export const findingCodes = [
  'duplicate-rows',
  'cancelled-orders',
  'service-codes',
  'other-scale',
  'read-as-thousands',
  'negative-stock',
  'time-gaps',
  'lead-time',
  'numbers-in-text',
  'dates-in-text',
  'spelling-variants',
  'blanks',
  'missing-values',
  'constant-column',
  'intermittent-demand'
] as const;
export type FindingCode = (typeof findingCodes)[number];

export interface ProfileReport {
  readonly source: string;
  readonly rows: number;
  /** Rows that are exact copies of another; null above five million rows, where they are not counted. */
  readonly duplicates: number | null;
  readonly columns: readonly ColumnProfile[];
  /** Worst first. */
  readonly findings: readonly Finding[];
  /** The amount by which money is told, as SQL; null without one. */
  readonly money: string | null;
}

const findingColumns = ['finding', 'severity', 'column', 'rows', 'value', 'example', 'step'];

const profile = defineKind({
  kind: 'profile',
  version: 2,
  title: 'Profile',
  summary: 'Every column of a table at a glance, and what is wrong with it in supply terms',
  group: 'data',
  mode: 'sql',
  body: yamlBody(v.object({ source: relation({ label: 'Source', help: 'The table to look at' }) })),
  reads: ({ config }) => [{ relation: config.source, key: 'source' }],
  outputs: ['', 'findings'],
  examples: [
    {
      title: 'Order lines',
      name: 'columns',
      body: 'source: orders',
      given: {
        orders:
          'InvoiceNo,Day,Quantity,Country\n536365,2010-12-01,6,United Kingdom\n536366,2010-12-01,-2,United Kingdom\n536367,2010-12-05,12,\n536367,2010-12-05,12,'
      },
      expect: {
        columns: { columns: profileColumns(), rows: 4 },
        columns_findings: { columns: findingColumns, rows: 1 }
      }
    },
    {
      title: 'A table without rows',
      name: 'nothing',
      body: 'source: empty',
      given: { empty: 'sku,units' },
      expect: {
        nothing: { columns: profileColumns(), rows: 2 },
        nothing_findings: { columns: findingColumns, rows: 0 }
      }
    }
  ]
});

export default profile;

function profileColumns(): string[] {
  return 'column type rows missing distinct min max mean sd q05 q50 q95 top finding'.split(' ');
}
