import type * as v from 'valibot';
import { yamlBody } from '#lib/cells/core/body.ts';
import { defineKind } from '#lib/cells/core/define.ts';
import { examples } from './examples.ts';
import { schema } from './schema.ts';

type Config = v.InferOutput<typeof schema>;

const trainsNetwork = (config: Config) => config.models?.includes('lstm') ?? false;

export default defineKind({
  kind: 'forecast',
  version: 7,
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
  endsEarly: () => true,
  reads: ({ config }) => [
    {
      relation: config.source,
      columns: [
        ...new Set([
          config.time,
          config.value,
          ...(config.by ?? []),
          ...(config.regressors ?? []),
          ...(config.lstm?.static ?? [])
        ])
      ],
      key: 'source'
    },
    ...(config.future !== undefined && config.regressors !== undefined
      ? [{ relation: config.future, key: 'future' }]
      : []),
    ...(config.lstm?.network !== undefined && trainsNetwork(config)
      ? [{ relation: config.lstm.network, columns: ['model', 'weights'], key: 'lstm' }]
      : [])
  ],
  outputs: [
    '',
    'all',
    'fitted',
    'backtest',
    'scores',
    'models',
    'series',
    'pooled',
    'rollup',
    'tried',
    'coefficients',
    'components',
    'residuals',
    'attribution',
    'plan',
    'network'
  ],
  examples
});
