import * as v from 'valibot';
import { nearest } from '#lib/base/nearest.ts';
import { modelNames } from '#lib/analytics/forecast/models.ts';
import {
  boolean,
  choice,
  column,
  columnList,
  integer,
  listOf,
  nested,
  number,
  relation,
  scalar,
  text
} from '#lib/cells/core/fields.ts';
import { words } from './field-words.ts';
import { modelFields } from './model-fields.ts';
import { networkFields } from './network-fields.ts';

const modelName = v.pipe(
  v.string(`one or more of ${modelNames.join(', ')}`),
  v.check(
    (name) => modelNames.includes(name),
    (issue) => {
      const near = nearest(issue.input, modelNames);
      return `one or more of ${modelNames.join(', ')}${near ? ` (the nearest is ${near})` : ''}`;
    }
  )
);

/** The keys of a forecast. */
export const schema = v.object({
  source: relation(words('Source', 'the table with one row per series and step of time')),
  time: column(words('Time', 'the column of dates, timestamps or row numbers')),
  value: column(words('Value', 'the column to forecast')),
  by: v.optional(columnList(words('By', 'columns whose values name a series', 'one series'))),
  until: v.optional(
    text(
      words(
        'Until',
        'rows from this time on are left out, as if they had not come yet; the forecast begins there',
        'all rows'
      )
    )
  ),
  frequency: v.optional(
    choice(
      ['auto', 'hour', 'day', 'week', 'month', 'quarter', 'year'],
      words('Frequency', 'the step of time; auto finds the most common one', 'auto')
    )
  ),
  season: v.optional(
    nested(
      listOf(integer({ ...words('Season', 'rows in it'), min: 1, max: 100_000 })),
      words(
        'Season',
        'rows until the pattern comes round again, 1 for none; of a list mstl_ets takes all, other models the first',
        'by frequency'
      )
    )
  ),
  horizon: v.optional(
    integer({ ...words('Horizon', 'rows to forecast', 'by frequency'), min: 1, max: 10_000 })
  ),
  models: v.optional(
    v.pipe(
      listOf(modelName),
      v.metadata({
        field: {
          control: 'choices' as const,
          options: modelNames,
          ...words('Models', 'what to fit; the backtest chooses among them', 'auto')
        }
      })
    )
  ),
  levels: v.optional(
    nested(
      listOf(number({ ...words('Level', 'percent'), min: 1, max: 99.9 })),
      words('Levels', 'how many of a hundred actuals each band should hold', '[80, 95]')
    )
  ),
  intervals: v.optional(
    choice(
      ['conformal', 'analytic'],
      words('Intervals', 'bands from backtest errors, or from the model alone', 'conformal')
    )
  ),
  backtest: v.optional(
    nested(
      v.object({
        origins: v.optional(
          integer({ ...words('Origins', 'past moments to forecast from', '5'), min: 0, max: 100 })
        ),
        step: v.optional(
          integer({ ...words('Step', 'rows between two origins', 'the horizon'), min: 1 })
        ),
        horizon: v.optional(
          integer({ ...words('Horizon', 'rows forecast from each', 'the horizon'), min: 1 })
        )
      }),
      words('Backtest', 'origins, step, horizon', '5 origins one horizon apart')
    )
  ),
  select: v.optional(
    choice(
      ['mase', 'rmsse', 'wape', 'pinball'],
      words('Select', 'the measure that chooses the model of each series', 'mase')
    )
  ),
  rollup: v.optional(
    boolean(words('Roll-up', 'whether forecasts are also added up by each `by` column', 'false'))
  ),
  ...modelFields,
  ...networkFields,
  regressors: v.optional(
    columnList(words('Regressors', 'columns that explain the value, such as price or promotion'))
  ),
  future: v.optional(
    relation(words('Future', 'a table with by, time and the regressors of the rows to come'))
  ),
  adjustments: v.optional(
    nested(
      listOf(v.record(v.string(), scalar(words('Entry', 'one value')), 'a map of one adjustment')),
      words(
        'Adjustments',
        'values or factors that models learn from in the place of what came, such as for a stock-out or a one-off order: written as overrides are'
      )
    )
  ),
  overrides: v.optional(
    nested(
      listOf(v.record(v.string(), scalar(words('Entry', 'one value')), 'a map of one override')),
      words(
        'Overrides',
        'values or factors that people put in the place of forecasts: by, time or from and to, value or factor, note'
      )
    )
  )
});
