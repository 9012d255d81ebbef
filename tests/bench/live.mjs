import { bundled } from './bundled.mjs';
import { median } from './lib.mjs';

const events = 2_000_000;
const keys = 10_000;
const minutes = 20;
const batch = 20_000;
const runs = 3;

/** Windows of one minute over ten thousand keys, as one stream worker folds them: events a second of processor time. */
export async function live() {
  const { MonitorFold, parseMeasures } = await bundled('tests/support/live-fold.ts');
  const batches = stream();
  const measures = parseMeasures({ orders: 'count()', units: 'sum(units)' });
  const detector = (measure) => ({
    measure,
    method: 'novelty',
    threshold: null,
    falseAlarms: null,
    history: 30,
    season: 'auto',
    slide: 60_000,
    refractory: null,
    seed: 0,
    forecast: null
  });
  const lines = [
    ['windows alone', []],
    ['and the default detector on one measure', [detector('orders')]],
    ['and on both', [detector('orders'), detector('units')]]
  ];
  console.log(
    `\nLive: ${events.toLocaleString('en')} events of ${keys.toLocaleString('en')} keys, ${minutes} windows each, 5 % out of order, count and sum; one thread`
  );
  for (const [name, detectors] of lines) {
    const rates = Array.from({ length: runs + 1 }, () =>
      rate(MonitorFold, batches, measures, detectors)
    );
    const figure = Math.round(median(rates.slice(1)));
    console.log(`${name.padEnd(42)} ${figure.toLocaleString('en').padStart(10)} events a second`);
  }
}

function rate(MonitorFold, batches, measures, detectors) {
  const spec = {
    time: 'at',
    tolerance: { disorder: 10_000, lateness: 0 },
    by: ['sku'],
    window: { kind: 'grid', size: 60_000, slide: 60_000 },
    measures,
    detectors,
    rules: []
  };
  const fold = new MonitorFold(spec, 'orders');
  const began = process.cpuUsage();
  for (const columns of batches) {
    fold.push(columns);
    fold.take();
  }
  fold.finish();
  fold.take();
  const { user, system } = process.cpuUsage(began);
  if (fold.late > 0 || fold.closed < keys * minutes * 0.99) throw new Error('Events were lost');
  return events / ((user + system) / 1e6);
}

/** Events in order of arrival: 5 % of them up to five seconds late; keys as text. */
function stream() {
  let state = 7;
  const random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  const names = Array.from({ length: keys }, (_, i) => `sku-${String(i).padStart(5, '0')}`);
  return Array.from({ length: events / batch }, (_, b) => {
    const at = new Float64Array(batch);
    const units = new Float64Array(batch);
    const sku = new Array(batch);
    for (let i = 0; i < batch; i++) {
      const now = ((b * batch + i) / events) * minutes * 60_000;
      at[i] = Math.max(0, Math.floor(random() < 0.05 ? now - random() * 5000 : now));
      units[i] = 1 + Math.floor(random() * 9);
      sku[i] = names[Math.floor(random() * keys)];
    }
    return {
      length: batch,
      names: ['at', 'units', 'sku'],
      vectors: [
        { type: 'timestamp', values: at, valid: null },
        { type: 'integer', values: units, valid: null },
        { type: 'text', values: sku }
      ]
    };
  });
}
