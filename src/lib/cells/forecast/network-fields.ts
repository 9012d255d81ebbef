import * as v from 'valibot';
import {
  boolean,
  choice,
  columnList,
  integer,
  listOf,
  nested,
  number,
  relation
} from '#lib/cells/core/fields.ts';
import { words } from './field-words.ts';

/** What is asked of the network. */
export const networkFields = {
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
        calendar: v.optional(
          boolean(
            words('Calendar', 'whether the network is told time of day, week and year', 'true')
          )
        ),
        static: v.optional(
          columnList(
            words('Static', 'columns that say one thing of each series, such as a category')
          )
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
        network: v.optional(
          relation(
            words('Network', 'saved networks to use, or to train on with epochs', 'a new one')
          )
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
      words(
        'LSTM',
        'window, hidden, layers, epochs, calendar, static, quantiles, activation, seed, backend, engine'
      )
    )
  )
};
