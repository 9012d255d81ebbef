import type { Example } from '#lib/cells/core/define.ts';

const added = ['score', 'expected', 'lo', 'hi', 'is_anomaly', 'reason'];

const orders = [
  'day,shop,units,returns',
  ...[12, 14, 11, 13, 15, 12, 14, 13, 96, 12].map(
    (units, i) => `2024-05-${String(i + 1).padStart(2, '0')},north,${units},${i === 4 ? 9 : i % 3}`
  ),
  ...[40, 42, 39, 41, 43, 40, 38, 41, 40, 42].map(
    (units, i) => `2024-05-${String(i + 1).padStart(2, '0')},south,${units},1`
  )
].join('\n');

/** Eight weeks of two shops: a week with a strong Saturday, a spike in the north, a slump in the south. */
const eightWeeks = [
  'day,shop,units,returns,price',
  ...['north', 'south'].flatMap((shop, s) =>
    Array.from({ length: 56 }, (_, i) => {
      const week = [20, 22, 21, 23, 27, 40, 12][i % 7]!;
      const wiggle = (i * 7 + s * 3) % 5;
      const odd = s === 0 && i === 40 ? 45 : s === 1 && i === 44 ? -21 : 0;
      const day = new Date(Date.UTC(2024, 3, 1 + i)).toISOString().slice(0, 10);
      const units = week + wiggle + odd;
      return `${day},${shop},${units},${s === 1 && i === 20 ? 9 : i % 3},${5 + (units % 4) / 10}`;
    })
  )
].join('\n');

const daily = ['day', 'shop', 'units', 'returns', 'price', ...added];

function ofEightWeeks(title: string, lines: string): Example {
  return {
    title,
    body: `source: sales\ntime: day\n${lines}\nby: shop`,
    given: { sales: eightWeeks },
    expect: { example: { columns: daily, rows: 112 } }
  };
}

export const examples: readonly Example[] = [
  {
    title: 'Days far from the mean of their shop',
    body: 'source: orders\ntime: day\nvalue: units\nby: shop\nmethod: zscore\nthreshold: 2',
    given: { orders },
    expect: { example: { columns: ['day', 'shop', 'units', 'returns', ...added], rows: 20 } }
  },
  {
    title: 'Rows odd in any of two columns, by the median',
    body: 'source: orders\ncolumns: [units, returns]\nby: shop\nmethod: mad',
    given: { orders },
    expect: { example: { columns: ['day', 'shop', 'units', 'returns', ...added], rows: 20 } }
  },
  {
    title: 'At most one false alarm a month in each shop',
    body: 'source: orders\ntime: day\nvalue: units\nby: shop\nmethod: iqr\nbudget: 0.25',
    given: { orders },
    expect: { example: { columns: ['day', 'shop', 'units', 'returns', ...added], rows: 20 } }
  },
  ofEightWeeks(
    'What is left once trend and week are taken out',
    'value: units\nmethod: seasonal\nseasonal: { season: 7 }'
  ),
  ofEightWeeks(
    'Days that the days before did not foretell',
    'value: units\nmethod: forecast\nbudget: 0.25'
  ),
  ofEightWeeks('Values unlike any seen before', 'value: units\nmethod: novelty'),
  ofEightWeeks(
    'Days far from the usual kinds of day',
    'columns: [units, returns]\nmethod: kmeans\nkmeans: { k: 3, restarts: 3 }'
  ),
  ofEightWeeks(
    'Days outside every dense place',
    'columns: [units, price]\nmethod: dbscan\ndbscan: { min_points: 4 }'
  ),
  ofEightWeeks(
    'Days that random splits isolate soon',
    'columns: [units, returns, price]\nmethod: isolation_forest\nisolation_forest: { trees: 50 }'
  ),
  ofEightWeeks(
    'Weeks that a small network cannot redraw',
    'value: units\nmethod: autoencoder\nautoencoder: { window: 7, hidden: 16 }'
  )
];
