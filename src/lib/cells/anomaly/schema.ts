import * as v from 'valibot';
import { column, columnList, namedChoice, number, relation } from '#lib/cells/core/fields.ts';
import { methods } from './methods.ts';
import { options, words } from './options.ts';

export const schema = v.object({
  source: relation({ label: 'Source', help: 'the table whose rows are judged' }),
  time: v.optional(
    column(words('Time', 'when a row happened; for a budget and for methods in time', 'none'))
  ),
  value: v.optional(column({ label: 'Value', help: 'the column to judge' })),
  columns: v.optional(
    columnList(words('Columns', 'several columns; kmeans and those after it judge them together'))
  ),
  by: v.optional(columnList(words('By', 'each group is judged by itself', 'all rows together'))),
  method: v.optional(
    namedChoice(methods, words('Method', 'how far from the ordinary is measured', 'zscore'))
  ),
  threshold: v.optional(
    number({
      ...words(
        'Threshold',
        'the score beyond which a row is an anomaly',
        '3 for zscore and forecast, 1.5 for iqr, 3.5 for the others'
      ),
      min: 0
    })
  ),
  budget: v.optional(
    number({
      label: 'Budget',
      help: 'false alarms to expect per series and week, instead of a threshold',
      min: 0.000001
    })
  ),
  ...options
});

export type Config = v.InferOutput<typeof schema>;
