import * as v from 'valibot';
import { boolean, choice, integer, nested, number } from '#lib/cells/core/fields.ts';

/** The words of a field. */
export const words = (label: string, help: string, fallback?: string) =>
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

/** What each method may be told besides, under its own name. */
export const options = {
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
};
