import * as v from 'valibot';
import { nearest } from '#lib/base/nearest.ts';
import { yamlBody } from '#lib/cells/core/body.ts';
import { defineKind } from '#lib/cells/core/define.ts';
import { column, columnList, number, relation } from '#lib/cells/core/fields.ts';
import { examples } from './examples.ts';

const methods = ['zscore', 'iqr', 'mad'] as const;

const method = v.pipe(
  v.string(`one of ${methods.join(', ')}`),
  v.picklist(methods, (issue) => {
    const near = typeof issue.input === 'string' ? nearest(issue.input, methods) : '';
    return `one of ${methods.join(', ')}${near ? ` (the nearest is ${near})` : ''}`;
  }),
  v.metadata({
    field: {
      control: 'choice' as const,
      options: methods,
      label: 'Method',
      help: 'how far from the ordinary is measured',
      fallback: 'zscore'
    }
  })
);

const schema = v.object({
  source: relation({ label: 'Source', help: 'the table whose rows are judged' }),
  time: v.optional(
    column({ label: 'Time', help: 'when a row happened; needed for a budget', fallback: 'none' })
  ),
  value: v.optional(column({ label: 'Value', help: 'the column to judge' })),
  columns: v.optional(
    columnList({ label: 'Columns', help: 'several columns; a row is as odd as its oddest' })
  ),
  by: v.optional(
    columnList({
      label: 'By',
      help: 'each group is judged by itself',
      fallback: 'all rows together'
    })
  ),
  method: v.optional(method),
  threshold: v.optional(
    number({
      label: 'Threshold',
      help: 'the score beyond which a row is an anomaly',
      fallback: '3 for zscore, 1.5 for iqr, 3.5 for mad',
      min: 0
    })
  ),
  budget: v.optional(
    number({
      label: 'Budget',
      help: 'false alarms to expect per series and week, instead of a threshold',
      min: 0.000001
    })
  )
});

export default defineKind({
  kind: 'anomaly',
  version: 1,
  title: 'Anomaly',
  summary: 'Rows far from the ordinary, each with its reason in numbers',
  group: 'demand',
  mode: 'compute',
  body: yamlBody(schema, (config) => {
    if (config.value === undefined && config.columns === undefined) {
      return {
        key: 'source',
        detail: 'Neither `value` nor `columns` says what to judge.',
        remedy: 'Add a line `value: …` with a column of numbers.'
      };
    }
    if (config.value !== undefined && config.columns !== undefined) {
      return {
        key: 'columns',
        detail: '`value` and `columns` cannot stand together.',
        remedy: 'Put the value among the columns, or take one of the two lines out.'
      };
    }
    if (config.threshold !== undefined && config.budget !== undefined) {
      return {
        key: 'budget',
        detail: '`threshold` and `budget` cannot stand together.',
        remedy: 'Take one of the two lines out.'
      };
    }
    if (config.budget !== undefined && config.time === undefined) {
      return {
        key: 'budget',
        detail: 'A `budget` per week needs to know the time of a row.',
        remedy: 'Add a line `time: …`, or state a `threshold` instead.'
      };
    }
    return null;
  }),
  reads: ({ config }) => [{ relation: config.source, key: 'source' }],
  outputs: [''],
  examples
});
