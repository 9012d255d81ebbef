import * as v from 'valibot';
import { yamlBody } from '#lib/cells/core/body.ts';
import { defineKind } from '#lib/cells/core/define.ts';
import {
  boolean,
  choice,
  column,
  columnList,
  integer,
  namedChoice,
  nested,
  number,
  relation
} from '#lib/cells/core/fields.ts';
import { examples } from './examples.ts';
import { methods, methodsInTime, methodsOfWindows } from './methods.ts';

const words = (label: string, help: string, fallback?: string) =>
  fallback === undefined ? { label, help } : { label, help, fallback };

const season = integer({
  ...words('Season', 'rows until the pattern comes round again; 1 for none', 'by frequency'),
  min: 1,
  max: 100_000
});
const window = (fallback: string) =>
  v.optional(
    integer({
      ...words('Window', 'neighbouring rows of one column judged together', fallback),
      min: 1,
      max: 1000
    })
  );

const schema = v.object({
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
  seasonal: v.optional(
    nested(
      v.object({
        season: v.optional(season),
        window: v.optional(
          integer({
            ...words('Window', 'seasons that the seasonal smoother spans', 'a constant season'),
            min: 3
          })
        ),
        robust: v.optional(boolean(words('Robust', 'whether outliers lose their weight', 'true')))
      }),
      words('Seasonal', 'season, window, robust', 'season: by frequency, robust: true')
    )
  ),
  forecast: v.optional(
    nested(
      v.object({
        season: v.optional(season),
        history: v.optional(
          integer({
            ...words('History', 'rows that the smoothing weights are estimated on', '1000'),
            min: 20,
            max: 100_000
          })
        )
      }),
      words('Forecast', 'season, history', 'season: by frequency, history: 1000')
    )
  ),
  novelty: v.optional(
    nested(
      v.object({
        season: v.optional(season),
        prototypes: v.optional(
          integer({ ...words('Prototypes', 'values kept of a series', '400'), min: 8, max: 10_000 })
        ),
        refractory: v.optional(
          integer({
            ...words('Refractory', 'rows after a score in which only greater ones count'),
            min: 0,
            max: 100_000
          })
        )
      }),
      words(
        'Novelty',
        'season, prototypes, refractory',
        'prototypes: 400, refractory: by frequency'
      )
    )
  ),
  kmeans: v.optional(
    nested(
      v.object({
        k: v.optional(integer({ ...words('K', 'clusters', '4'), min: 1, max: 200 })),
        restarts: v.optional(
          integer({
            ...words('Restarts', 'starts, the best of which is kept', '10'),
            min: 1,
            max: 100
          })
        ),
        window: window('1')
      }),
      words('K-means', 'k, restarts, window', 'k: 4, restarts: 10')
    )
  ),
  dbscan: v.optional(
    nested(
      v.object({
        eps: v.optional(
          number({
            ...words(
              'Eps',
              'radius of a neighbourhood, in standard deviations',
              'read off the rows'
            ),
            min: 1e-9
          })
        ),
        min_points: v.optional(
          integer({
            ...words('Least points', 'rows in the neighbourhood of a core row, itself included'),
            min: 1,
            max: 10_000
          })
        )
      }),
      words('DBSCAN', 'eps, min_points', 'min_points: twice the columns, at least 5')
    )
  ),
  isolation_forest: v.optional(
    nested(
      v.object({
        trees: v.optional(integer({ ...words('Trees', 'trees', '100'), min: 1, max: 2000 })),
        sample: v.optional(
          integer({ ...words('Sample', 'rows that a tree is grown on', '256'), min: 2, max: 8192 })
        ),
        window: window('1')
      }),
      words('Isolation forest', 'trees, sample, window', 'trees: 100, sample: 256')
    )
  ),
  autoencoder: v.optional(
    nested(
      v.object({
        hidden: v.optional(
          integer({ ...words('Hidden', 'units of the hidden layers', '32'), min: 1, max: 512 })
        ),
        code: v.optional(
          integer({
            ...words('Code', 'units of the bottleneck', 'a quarter of the inputs'),
            min: 1,
            max: 256
          })
        ),
        window: window('one season, or 8'),
        epochs: v.optional(
          integer({
            ...words('Epochs', 'passes over the rows', '40, or as many as make 800 steps'),
            min: 1,
            max: 10_000
          })
        ),
        batch: v.optional(
          integer({
            ...words('Batch', 'rows in a step', '64, fewer for few rows'),
            min: 1,
            max: 8192
          })
        ),
        learning_rate: v.optional(
          number({ ...words('Learning rate', 'size of a step', '0.003'), min: 1e-6, max: 1 })
        ),
        seed: v.optional(integer(words('Seed', 'of weights and batches', 'of the notebook'))),
        backend: v.optional(
          choice(['auto', 'webgpu', 'wasm', 'cpu'], words('Backend', 'what trains', 'auto'))
        )
      }),
      words('Autoencoder', 'hidden, code, window, epochs, batch, learning_rate, seed, backend')
    )
  )
});

type Config = v.InferOutput<typeof schema>;

interface Refusal {
  readonly key: string;
  readonly detail: string;
  readonly remedy: string;
}

function refuse(config: Config): Refusal | null {
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
  return refuseMethod(config);
}

function refuseMethod(config: Config): Refusal | null {
  const { method = 'zscore' } = config;
  if (config.time === undefined && methodsInTime.includes(method)) {
    return {
      key: 'method',
      detail: `\`${method}\` judges a row by those before it and needs their order.`,
      remedy: 'Add a line `time: …`, or take `mad`, which needs none.'
    };
  }
  if (!methodsOfWindows.includes(method)) return null;
  const window = config[method as 'kmeans']?.window;
  if (config.columns !== undefined && window !== undefined && window > 1) {
    return {
      key: method,
      detail: 'A `window` joins neighbouring rows of one column, and `columns` names several.',
      remedy: 'Name one column under `value`, or take `window` out.'
    };
  }
  const windowed = (window ?? 1) > 1 || (method === 'autoencoder' && config.value !== undefined);
  if (config.time === undefined && windowed) {
    return {
      key: method,
      detail: `Here \`${method}\` judges neighbouring rows together and needs their order.`,
      remedy: 'Add a line `time: …`, or name several `columns`.'
    };
  }
  return null;
}

export default defineKind({
  kind: 'anomaly',
  version: 2,
  title: 'Anomaly',
  summary: 'Rows far from the ordinary, each with its reason in numbers',
  group: 'demand',
  mode: 'compute',
  body: yamlBody(schema, refuse),
  costly: (cell) => cell.config.method === 'autoencoder',
  needsNetwork: (cell) => cell.config.method === 'autoencoder',
  reads: ({ config }) => [{ relation: config.source, key: 'source' }],
  outputs: [''],
  examples
});
