import type { Example } from '#lib/cells/core/define.ts';

/** Three years of months with a season, and a slow trend, for two products. */
function monthly(): string {
  const shape = [-12, -9, -3, 0, 4, 9, 14, 12, 5, 0, -6, 14];
  const rows = ['month,sku,units'];
  for (const [sku, level] of [
    ['A1', 80],
    ['B2', 140]
  ] as const) {
    for (let t = 0; t < 36; t++) {
      const month = `${2021 + Math.floor(t / 12)}-${String((t % 12) + 1).padStart(2, '0')}-01`;
      rows.push(`${month},${sku},${level + t + shape[t % 12]! + ((t * 7) % 5)}`);
    }
  }
  return rows.join('\n');
}

const bands = ['lo_80', 'hi_80', 'lo_95', 'hi_95'];
const coverage = ['coverage_80', 'coverage_95', 'msis', 'origins'];
const scores = ['mase', 'rmsse', 'wape', 'smape', 'bias', 'pinball', ...coverage];
const fit = ['description', 'parameters', 'log_likelihood', 'aicc', 'sigma2'];
const figures = [...fit, 'ms', 'note'];

const tests = ['ljung_box', 'ljung_box_p', 'jarque_bera', 'jarque_bera_p', 'acf_1'];
const checks = ['mean', 'mean_error', 'lags', 'degrees', ...tests];

const nature = [
  'frequency',
  'row_count',
  'demand_class',
  'adi',
  'cv2',
  'season_used',
  'season_shows',
  'season_found'
];

/** A week of days, one product. */
const daily = [
  'day,units',
  ...[12, 15, 11, 14, 18, 22, 9, 13, 15, 12, 15, 19, 23, 10].map(
    (units, i) => `2024-03-${String(i + 1).padStart(2, '0')},${units}`
  )
].join('\n');

const dated = (t: number) => new Date(Date.UTC(2024, 0, 1 + t)).toISOString().slice(0, 10);
const price = (t: number) => 10 - (t % 9 === 4 ? 2 : 0) - (t % 5) / 10;
const promotion = (t: number) => t % 9 === 4;

/** Eight weeks of days that sell more at weekends, in promotions and at lower prices; and the plan for the week after. */
const promoted = [
  'day,units,price,promotion',
  ...Array.from({ length: 56 }, (_, t) => {
    const units =
      90 + (t % 7 > 4 ? 15 : 0) + (promotion(t) ? 20 : 0) - 5 * price(t) + ((t * 5) % 7);
    return `${dated(t)},${units},${price(t)},${promotion(t)}`;
  })
].join('\n');
const plan = [
  'day,price,promotion',
  ...Array.from({ length: 7 }, (_, h) => `${dated(56 + h)},${price(56 + h)},${promotion(56 + h)}`)
].join('\n');

export const examples: readonly Example[] = [
  {
    title: 'The next half year of two products, the best of all models for each',
    body: 'source: sales\ntime: month\nvalue: units\nby: sku\nhorizon: 6\nmodels: [auto]',
    given: { sales: monthly() },
    expect: {
      example: { columns: ['sku', 'month', 'model', 'yhat', ...bands], rows: 12 },
      example_scores: { columns: ['sku', 'model', ...scores, 'chosen'] },
      example_models: { columns: ['sku', 'model', ...figures] },
      example_series: { columns: ['sku', ...nature], rows: 2 }
    }
  },
  {
    title: 'Next week by two simple models',
    body: 'source: sales\ntime: day\nvalue: units\nhorizon: 7\nmodels: [seasonal_naive, ses]\nbacktest: { origins: 3, step: 1, horizon: 2 }',
    given: { sales: daily },
    expect: {
      example: { columns: ['day', 'model', 'yhat', ...bands], rows: 7 },
      example_all: { columns: ['day', 'model', 'yhat', ...bands], rows: 14 },
      example_fitted: { columns: ['day', 'model', 'actual', 'fitted', 'residual'], rows: 28 },
      example_backtest: {
        columns: ['origin', 'day', 'step', 'model', 'actual', 'yhat', ...bands],
        rows: 12
      }
    }
  },
  {
    title: 'A quarter of each product, and of all together',
    body: 'source: sales\ntime: month\nvalue: units\nby: sku\nhorizon: 3\nmodels: [seasonal_naive, ses]\nrollup: true',
    given: { sales: monthly() },
    expect: {
      example_rollup: {
        columns: ['level', 'sku', 'month', 'yhat', ...bands, 'series_count'],
        rows: 3
      },
      example_pooled: { columns: ['level', 'sku', 'model', ...scores, 'series_count'], rows: 4 }
    }
  },
  {
    title: 'Next week with the prices and promotions planned for it',
    body: 'source: sales\ntime: day\nvalue: units\nhorizon: 7\nmodels: [seasonal_naive, regression]\nregressors: [price, promotion]\nfuture: plan',
    given: { sales: promoted, plan },
    expect: {
      example: { columns: ['day', 'model', 'yhat', ...bands], rows: 7 },
      example_models: { columns: ['model', ...figures], rows: 2 }
    }
  },
  {
    title: 'What the planner knows better, beside the forecast',
    body: 'source: sales\ntime: month\nvalue: units\nby: sku\nhorizon: 3\nmodels: [seasonal_naive, holt_winters]\noverrides:\n  - { sku: A1, time: 2024-02-01, value: 120, note: trade fair }\n  - { sku: B2, from: 2024-01-01, to: 2024-02-01, factor: 1.1 }',
    given: { sales: monthly() },
    expect: {
      example: { columns: ['sku', 'month', 'model', 'yhat', ...bands], rows: 6 },
      example_plan: { columns: ['sku', 'month', 'kind', 'value', 'note'], rows: 81 },
      example_tried: { columns: ['sku', 'model', 'description', 'aicc', 'delta', 'note'] },
      example_coefficients: {
        columns: ['sku', 'model', 'term', 'estimate', 'std_error', 'statistic']
      },
      example_components: {
        columns: ['sku', 'month', 'model', 'level', 'trend', 'seasonal', 'remainder']
      },
      example_residuals: { columns: ['sku', 'model', 'rows', ...checks], rows: 2 }
    }
  },
  {
    title: 'One network over all products against seasonal naive',
    body: 'source: sales\ntime: month\nvalue: units\nby: sku\nhorizon: 3\nmodels: [seasonal_naive, lstm]\nbacktest: { origins: 2 }\nlstm: { window: 12, hidden: 8, epochs: 2, backend: cpu }',
    given: { sales: monthly() },
    expect: { example: { columns: ['sku', 'month', 'model', 'yhat', ...bands], rows: 6 } }
  },
  {
    title: 'A network that is told prices and promotions, and what each did to its forecast',
    body: 'source: sales\ntime: day\nvalue: units\nhorizon: 7\nmodels: [seasonal_naive, lstm]\nregressors: [price, promotion]\nfuture: plan\nbacktest: { origins: 2 }\nlstm: { window: 14, hidden: 8, epochs: 2, backend: cpu }',
    given: { sales: promoted, plan },
    expect: {
      example: { columns: ['day', 'model', 'yhat', ...bands], rows: 7 },
      example_attribution: {
        columns: ['model', 'input', 'period', 'lag', 'contribution'],
        rows: 1 + 14 + 4
      }
    }
  }
];
