import type { Example } from '#lib/cells/core/define.ts';

const units = [12, 15, 11, 14, 18, 22, 9, 13, 15, 12, 15, 19, 23, 10];
const sales = [
  'day,shop,units',
  ...units.map((u, i) => `2024-03-${String(i + 1).padStart(2, '0')},north,${u}`),
  ...units.map((u, i) => `2024-03-${String(i + 1).padStart(2, '0')},south,${2 * u + i}`)
].join('\n');

/** Three weeks of hours: busy afternoons, quiet weekends. */
const hours = [
  'hour,calls',
  ...Array.from({ length: 21 * 24 }, (_, i) => {
    const at = new Date(Date.UTC(2024, 0, 1, i)).toISOString().slice(0, 16).replace('T', ' ');
    const day = Math.round(20 * Math.sin((2 * Math.PI * ((i % 24) - 8)) / 24));
    return `${at},${50 + day - (i % 168 >= 120 ? 15 : 0) + ((7 * i) % 5)}`;
  })
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
  },
  {
    title: 'A day and a week taken apart in hourly calls',
    body: 'source: calls\ntime: hour\nvalue: calls\nmethod: mstl\nseason: [24, 168]',
    given: { calls: hours },
    expect: {
      example: {
        columns: ['hour', ...columns.slice(1), 'seasonal_24', 'seasonal_168'],
        rows: 21 * 24
      }
    }
  }
];
