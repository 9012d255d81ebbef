import * as v from 'valibot';
import { nearest } from '#lib/base/nearest.ts';
import { modelNames } from '#lib/analytics/forecast/models.ts';
import { yamlBody } from '#lib/cells/core/body.ts';
import { defineKind } from '#lib/cells/core/define.ts';
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
  scalar
} from '#lib/cells/core/fields.ts';
import { examples } from './examples.ts';

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

const words = (label: string, help: string, fallback?: string) =>
  fallback === undefined ? { label, help } : { label, help, fallback };

const order = (label: string, most: number) =>
  integer({ ...words(label, 'how many'), min: 0, max: most });

/** Orders small enough that a fit stays quick. */
const orders = (labels: readonly [string, string, string], field: ReturnType<typeof words>) =>
  nested(
    v.strictTuple(
      [order(labels[0], 9), order(labels[1], 2), order(labels[2], 9)],
      'three whole numbers such as [1, 1, 1], the first and last at most 9, the second at most 2'
    ),
    field
  );

const schema = v.object({
  source: relation(words('Source', 'the table with one row per series and step of time')),
  time: column(words('Time', 'the column of dates, timestamps or row numbers')),
  value: column(words('Value', 'the column to forecast')),
  by: v.optional(columnList(words('By', 'columns whose values name a series', 'one series'))),
  frequency: v.optional(
    choice(
      ['auto', 'hour', 'day', 'week', 'month', 'quarter', 'year'],
      words('Frequency', 'the step of time; auto finds the most common one', 'auto')
    )
  ),
  season: v.optional(
    integer({
      ...words('Season', 'rows until the pattern comes round again; 1 for none', 'by frequency'),
      min: 1
    })
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
  moving_average: v.optional(
    nested(
      v.object({
        window: v.optional(integer({ ...words('Window', 'rows in the mean'), min: 1 }))
      }),
      words('Moving average', 'window', 'one season, or 3 rows')
    )
  ),
  ses: v.optional(
    nested(
      v.object({
        alpha: v.optional(
          number({ ...words('Alpha', 'the weight of the newest value'), min: 0.0001, max: 0.9999 })
        )
      }),
      words('Simple smoothing', 'alpha', 'estimated')
    )
  ),
  holt: v.optional(
    nested(
      v.object({ damped: v.optional(boolean(words('Damped', 'whether the trend flattens out'))) }),
      words('Holt', 'damped', 'damped: false')
    )
  ),
  holt_winters: v.optional(
    nested(
      v.object({
        seasonal: v.optional(
          choice(
            ['auto', 'additive', 'multiplicative'],
            words('Season', 'how it enters; auto takes the lower AICc')
          )
        ),
        damped: v.optional(boolean(words('Damped', 'whether the trend flattens out')))
      }),
      words('Holt-Winters', 'seasonal, damped', 'seasonal: auto, damped: false')
    )
  ),
  regression: v.optional(
    nested(
      v.object({
        lags: v.optional(listOf(integer({ ...words('Lag', 'rows back'), min: 1, max: 1000 })))
      }),
      words('Regression', 'lags, the earlier rows it learns from', 'lags: [1, one season]')
    )
  ),
  ets: v.optional(
    nested(
      v.object({
        model: v.optional(
          v.pipe(
            v.string('three letters such as MAM or ZZZ'),
            v.regex(
              /^([AZ][NAZ][NAZ]|[MZ][NAZ][NAMZ])$/,
              'three letters for error, trend and season as in R (A, M or Z; N, A or Z; N, A, M or Z), a season M with an error M or Z'
            ),
            v.metadata({
              field: {
                control: 'text' as const,
                ...words('Form', 'letters for error, trend and season; Z chooses', 'ZZZ')
              }
            })
          )
        ),
        damped: v.optional(
          boolean(words('Damped', 'whether a trend flattens out', 'both are tried'))
        )
      }),
      words('ETS', 'model, damped', 'all forms, the lowest AICc')
    )
  ),
  theta: v.optional(
    nested(
      v.object({
        optimised: v.optional(
          boolean(words('Optimised', 'the dynamic optimised Theta model', 'false'))
        )
      }),
      words('Theta', 'optimised', 'optimised: false')
    )
  ),
  lstm: v.optional(
    nested(
      v.object({
        window: v.optional(
          integer({ ...words('Window', 'rows looked back over'), min: 2, max: 4096 })
        ),
        hidden: v.optional(
          integer({ ...words('Hidden', 'units in a layer', '64'), min: 1, max: 512 })
        ),
        layers: v.optional(integer({ ...words('Layers', 'layers of units', '1'), min: 1, max: 4 })),
        epochs: v.optional(
          integer({
            ...words('Epochs', 'passes over all windows', '40, 2,000 steps at most'),
            min: 1,
            max: 10_000
          })
        ),
        batch: v.optional(
          integer({ ...words('Batch', 'windows in a step', '64'), min: 1, max: 4096 })
        ),
        learning_rate: v.optional(
          number({ ...words('Learning rate', 'size of a step', '0.004'), min: 1e-6, max: 1 })
        ),
        quantiles: v.optional(
          listOf(number({ ...words('Quantile', 'between 0 and 1'), min: 0.001, max: 0.999 }))
        ),
        activation: v.optional(
          choice(['tanh', 'sigmoid'], words('Activation', 'of the cells', 'tanh'))
        ),
        seed: v.optional(integer(words('Seed', 'of weights and batches', 'of the notebook'))),
        backend: v.optional(
          choice(['auto', 'webgpu', 'wasm', 'cpu'], words('Backend', 'what trains', 'auto'))
        ),
        engine: v.optional(
          choice(['auto', 'tfjs'], words('Engine', 'own kernels, or TensorFlow.js', 'auto'))
        ),
        seeds: v.optional(
          integer({ ...words('Seeds', 'networks whose median counts', '1'), min: 1, max: 15 })
        ),
        seconds: v.optional(
          number({
            ...words('Seconds', 'of each training, in place of passes', 'by passes'),
            min: 0.1,
            max: 3600
          })
        ),
        patience: v.optional(
          integer({
            ...words('Patience', 'checks on the last horizon without gain before it stops', 'none'),
            min: 1,
            max: 1000
          })
        )
      }),
      words('LSTM', 'window, hidden, layers, epochs, quantiles, activation, seed, backend, engine')
    )
  ),
  regressors: v.optional(
    columnList(words('Regressors', 'columns that explain the value, such as price or promotion'))
  ),
  future: v.optional(
    relation(words('Future', 'a table with by, time and the regressors of the rows to come'))
  ),
  overrides: v.optional(
    nested(
      listOf(v.record(v.string(), scalar(words('Entry', 'one value')), 'a map of one override')),
      words(
        'Overrides',
        'values or factors that people put in the place of forecasts: by, time or from and to, value or factor, note'
      )
    )
  ),
  arima: v.optional(
    nested(
      v.object({
        order: v.optional(orders(['p', 'd', 'q'], words('Order', 'p, d, q', 'searched'))),
        seasonal: v.optional(
          orders(['P', 'D', 'Q'], words('Seasonal', 'P, D, Q', 'searched by sarima'))
        ),
        constant: v.optional(
          boolean(words('Constant', 'a mean without differences, a drift with one'))
        ),
        search: v.optional(
          choice(
            ['stepwise', 'full'],
            words('Search', 'better neighbours, or every order', 'stepwise')
          )
        )
      }),
      words('ARIMA', 'order, seasonal, constant, search', 'searched by AICc')
    )
  )
});

type Config = v.InferOutput<typeof schema>;

const trainsNetwork = (config: Config) => config.models?.includes('lstm') ?? false;

export default defineKind({
  kind: 'forecast',
  version: 3,
  title: 'Forecast',
  summary: 'What comes next for every series, with bands, and how far off each model was before',
  group: 'demand',
  mode: 'compute',
  body: yamlBody(schema, (config) => {
    const quantiles = config.lstm?.quantiles ?? [];
    if (quantiles.length > 0 && !quantiles.includes(0.5)) {
      return {
        key: 'lstm',
        detail: '`quantiles` of `lstm` do not hold 0.5, the forecast itself.',
        remedy: 'Write `quantiles: [0.1, 0.5, 0.9]`.'
      };
    }
    return null;
  }),
  costly: (cell) => trainsNetwork(cell.config),
  needsNetwork: (cell) => trainsNetwork(cell.config),
  reads: ({ config }) => [
    {
      relation: config.source,
      columns: [
        ...new Set([config.time, config.value, ...(config.by ?? []), ...(config.regressors ?? [])])
      ],
      key: 'source'
    },
    ...(config.future !== undefined && config.regressors !== undefined
      ? [{ relation: config.future, key: 'future' }]
      : [])
  ],
  outputs: [
    '',
    'all',
    'fitted',
    'backtest',
    'scores',
    'models',
    'pooled',
    'rollup',
    'tried',
    'coefficients',
    'components',
    'residuals',
    'attribution',
    'plan'
  ],
  examples
});
