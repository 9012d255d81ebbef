import * as v from 'valibot';
import * as f from '../core/fields.ts';
import { driftSchema } from './drift-schema.ts';
import { effectSchema } from './effect-schema.ts';
import { share } from './share.ts';

export const alertStates = [
  'pending',
  'firing',
  'resolved',
  'no_data',
  'error',
  'unknown'
] as const;

/** `monitor.alert`, a monitor, or a table of alerts. */
const source = v.pipe(
  v.string('a monitor and an alert, such as shop.low_stock'),
  v.nonEmpty('a monitor and an alert, such as shop.low_stock')
);

const onSchema = v.object({
  alert: v.optional(source),
  monitor: v.optional(v.string('the name of a monitor')),
  alerts: v.optional(v.string('a table of alerts')),
  drift: v.optional(driftSchema),
  schedule: v.optional(f.duration({ label: 'Schedule', help: 'How often.' })),
  of: v.optional(v.string('a table whose rows tell the time')),
  time: v.optional(v.string('the column of its time')),
  state: v.optional(v.picklist(alertStates, `one of ${alertStates.join(', ')}`))
});

const gateSchema = v.object({
  max_change: v.optional(share),
  backtest: v.optional(
    f.integer({
      label: 'Backtest',
      help: 'Windows on which the new value must beat the old.',
      min: 1
    })
  ),
  window: v.optional(
    f.integer({ label: 'Window', help: 'Periods of demand in a window.', min: 1, fallback: '7' })
  ),
  confidence: v.optional(share),
  least_gain: v.optional(share),
  metric: v.optional(
    f.choice(['cost', 'fill_rate'], {
      label: 'Metric',
      help: 'What a stock is judged by.',
      fallback: 'cost, where `effect` states any'
    })
  ),
  forecast: v.optional(
    f.relation({
      label: 'Forecast',
      help: 'The forecast whose backtest decides between models.',
      fallback: 'that of on: {drift}'
    })
  )
});

export const adjustSchema = v.object({
  on: f.nested(
    v.pipe(
      v.unknown(),
      v.transform((value) => (typeof value === 'string' ? { alert: value } : value)),
      onSchema
    ),
    {
      label: 'On',
      help: 'What calls for a change: an alert, written monitor.alert, or {monitor, alert, state}; or drift, {drift: {forecast, inputs}}; or a schedule, {schedule: 1d, of: TABLE}.'
    }
  ),
  set: v.optional(f.relation({ label: 'Set', help: 'The parameter that is to change.' })),
  refit: v.optional(
    f.relation({ label: 'Refit', help: 'The forecast cell that is to be fitted anew.' })
  ),
  propose: v.optional(
    f.relation({
      label: 'Propose',
      help: 'The table of figures by item, such as orders or reorder points, that someone is to accept.'
    })
  ),
  column: v.optional(
    f.column({
      label: 'Column',
      help: 'The figure that is proposed.',
      of: 'propose',
      fallback: 'order_now, reorder_point, quantity, else the only number'
    })
  ),
  present: v.optional(
    f.column({
      label: 'Present',
      help: 'The figure in use now, to hold the first proposal against.',
      of: 'propose',
      fallback: 'none'
    })
  ),
  to: v.optional(
    f.expression({
      label: 'To',
      help: 'Its new value, or an expression over `old` and the columns of the alert, such as `old * 1.25` or `old + value`.'
    })
  ),
  min: v.optional(
    f.number({ label: 'Least', help: 'The least value it may be given.', fallback: 'no limit' })
  ),
  max: v.optional(
    f.number({
      label: 'Greatest',
      help: 'The greatest value it may be given.',
      fallback: 'no limit'
    })
  ),
  gate: v.optional(
    f.nested(gateSchema, {
      label: 'Gate',
      help: 'What a change must pass: {max_change: 25%}, the most that the value may move in a day; {backtest: 8}, windows on which it must beat the old value.',
      fallback: 'no bound on the change'
    })
  ),
  effect: v.optional(
    f.nested(effectSchema, {
      label: 'Effect',
      help: 'The stock that the parameter, or the figures, decide on, to replay demand with and without a change.',
      fallback: 'not measured'
    })
  ),
  cooldown: v.optional(
    f.duration({
      label: 'Cooldown',
      help: 'How long after a proposal nothing new is proposed, in the time of the events.',
      fallback: '1h'
    })
  ),
  max_per_day: v.optional(
    f.integer({
      label: 'Most per day',
      help: 'How many proposals a day may have, in the time of the events.',
      min: 1,
      fallback: '3'
    })
  ),
  approve: v.optional(
    f.choice(['human', 'auto'], {
      label: 'Approve',
      help: 'Who decides: a person, or the gate alone.',
      fallback: 'human'
    })
  ),
  decisions: v.optional(
    f.nested(f.listOf(v.record(v.string(), v.string('a value'), 'a map of names to values')), {
      label: 'Decisions',
      help: 'What was decided so far; the cell writes it.',
      fallback: 'none'
    })
  )
});
