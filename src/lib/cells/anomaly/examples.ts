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
  }
];
