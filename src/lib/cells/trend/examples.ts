import type { Example } from '#lib/cells/core/define.ts';

const units = [12, 15, 11, 14, 18, 22, 9, 13, 15, 12, 15, 19, 23, 10];
const sales = [
  'day,shop,units',
  ...units.map((u, i) => `2024-03-${String(i + 1).padStart(2, '0')},north,${u}`),
  ...units.map((u, i) => `2024-03-${String(i + 1).padStart(2, '0')},south,${2 * u + i}`)
].join('\n');

const columns = ['day', 'value', 'trend', 'seasonal', 'remainder'];

export const examples: readonly Example[] = [
  {
    title: 'The mean of the last four days, shop by shop',
    body: 'source: sales\ntime: day\nvalue: units\nby: shop\nmethod: moving_average\nwindow: 4',
    given: { sales },
    expect: { example: { columns: ['shop', ...columns], rows: 28 } }
  },
  {
    title: 'A level that moves three tenths of the way to each new day',
    body: 'source: sales\ntime: day\nvalue: units\nby: shop\nmethod: exponential_smoothing\nalpha: 0.3',
    given: { sales },
    expect: { example: { columns: ['shop', ...columns], rows: 28 } }
  },
  {
    title: 'Trend and week taken apart by loess',
    body: 'source: sales\ntime: day\nvalue: units\nby: shop\nmethod: stl\nseason: 7',
    given: { sales },
    expect: { example: { columns: ['shop', ...columns], rows: 28 } }
  }
];
