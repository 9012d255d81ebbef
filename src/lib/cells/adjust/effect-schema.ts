import * as v from 'valibot';
import * as f from '../core/fields.ts';

const cost = (label: string, help: string) =>
  v.optional(f.number({ label, help, min: 0, fallback: '0' }));

/** `effect: {…}`: the stock that a parameter or proposed figures decide on. */
export const effectSchema = v.object({
  demand: f.relation({ label: 'Demand', help: 'The table of demand: a row per item and period.' }),
  time: v.optional(
    f.column({
      label: 'Time',
      help: 'The column of the period.',
      of: 'demand',
      fallback: 'its only date or time'
    })
  ),
  value: f.column({ label: 'Value', help: 'The column of units asked for.', of: 'demand' }),
  by: v.optional(
    f.columnList({
      label: 'By',
      help: 'The columns that tell items apart.',
      of: 'demand',
      fallback: 'one item'
    })
  ),
  lead_time: v.optional(
    f.text({
      label: 'Lead time',
      help: 'Periods from order to receipt, or a column of `demand` with them.',
      fallback: '0'
    })
  ),
  reorder_point: v.optional(
    f.expression({
      label: 'Reorder point',
      help: 'When to order, over the parameter or the figure proposed, `mean` and `sd` of demand in a period and `lead_time`, such as `mean * (lead_time + safety_days)`.',
      fallback: 'the figure proposed, if it is one'
    })
  ),
  order_up_to: v.optional(
    f.expression({
      label: 'Order up to',
      help: 'The level to order up to, over the same names and `reorder_point`.'
    })
  ),
  order_quantity: v.optional(
    f.expression({
      label: 'Order quantity',
      help: 'What to order instead: multiples of this.',
      fallback: 'the mean of a period'
    })
  ),
  unmet: v.optional(
    f.choice(['lost', 'backorder'], {
      label: 'Unmet',
      help: 'What becomes of demand that is not on the shelf.',
      fallback: 'lost'
    })
  ),
  holding: cost('Holding', 'Cost of a unit on hand for a period.'),
  stockout: cost('Stock-out', 'Cost of a unit lost, or of one backordered for a period.'),
  order: cost('Order', 'Cost of an order.')
});
