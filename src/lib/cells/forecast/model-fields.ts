import * as v from 'valibot';
import { boolean, choice, integer, listOf, nested, number } from '#lib/cells/core/fields.ts';
import { words } from './field-words.ts';

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

/** What is asked of single models, each under the name of its model. */
export const modelFields = {
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
        lags: v.optional(listOf(integer({ ...words('Lag', 'rows back'), min: 1, max: 1000 }))),
        learner: v.optional(
          choice(
            ['linear', 'trees'],
            words('Learner', 'linear alone, or boosted trees on what that leaves over', 'linear')
          )
        ),
        trees: v.optional(
          integer({ ...words('Trees', 'at most', '200, as long as they help'), min: 1, max: 5000 })
        ),
        max_depth: v.optional(
          integer({ ...words('Max depth', 'splits one below another', '4'), min: 1, max: 12 })
        ),
        learning_rate: v.optional(
          number({ ...words('Learning rate', 'share of each tree', '0.1'), min: 0.001, max: 1 })
        ),
        loss: v.optional(
          choice(
            ['squared', 'absolute'],
            words('Loss', 'whether trees aim at the mean or the median', 'squared')
          )
        )
      }),
      words('Regression', 'lags, learner, trees, max_depth, learning_rate, loss', 'learner: linear')
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
};
