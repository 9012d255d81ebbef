import * as v from 'valibot';
import * as f from '../core/fields.ts';
import { share } from './share.ts';

/** `on: {drift: {…}}`. */
export const driftSchema = v.object({
  forecast: v.optional(
    f.relation({ label: 'Forecast', help: 'The forecast cell whose errors are watched.' })
  ),
  actual: v.optional(
    f.relation({
      label: 'Actual',
      help: 'What came since: a table with the time and keys of the forecast.'
    })
  ),
  value: v.optional(f.text({ label: 'Value', help: 'The column of `actual` that was forecast.' })),
  inputs: v.optional(
    f.relation({ label: 'Inputs', help: 'A table whose columns are watched for other values.' })
  ),
  columns: v.optional(
    f.columnList({ label: 'Columns', help: 'The columns of `inputs` to watch.', fallback: 'all' })
  ),
  time: v.optional(
    f.text({ label: 'Time', help: 'The time of `inputs`.', fallback: 'its only date or time' })
  ),
  recent: v.optional(
    f.duration({ label: 'Recent', help: 'How long the recent rows reach back.', fallback: '4w' })
  ),
  reference: v.optional(
    f.duration({
      label: 'Reference',
      help: 'How long before these the rows reach back that they are compared with.',
      fallback: 'to the beginning'
    })
  ),
  psi: v.optional(
    f.number({
      label: 'PSI',
      help: 'Stability index from which on shares count as moved.',
      min: 0.01,
      fallback: '0.25'
    })
  ),
  false_alarms: v.optional(share),
  rows: v.optional(
    f.integer({
      label: 'Rows',
      help: 'Fewer rows on either side say nothing.',
      min: 2,
      fallback: '20'
    })
  )
});
