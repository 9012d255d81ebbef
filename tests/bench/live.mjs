import { bundled } from './bundled.mjs';
import { median } from './lib.mjs';
import { openDuckDb, windowsAnew, windowsOnce } from './live-duckdb.mjs';
import { groupedView } from './live-perspective.mjs';
import { Answer, arrowOf, disorder, keys, liveEvents, minute } from './live-stream.mjs';

const events = 2_000_000;
const batch = 10_000;
const runs = 3;

/**
 * Windows of one minute over ten thousand keys, the same events ten thousand at a time to us and to named peers. All
 * end with the same table, which is compared row by row. Timed is processor time, from the first batch to the last
 * closed window; reading the answer is not. We get columns as a feed decodes them, the peers Arrow made of these before
 * the clock starts. Perspective runs once, the others three times after one that does not count.
 */
export async function live() {
  const fold = await bundled('tests/support/live-fold.ts');
  const batches = liveEvents(events, batch);
  const arrow = batches.map(arrowOf);
  const duck = await openDuckDb();
  const contestants = [
    ['Quartermaster, windows as they close', () => ours(fold, batches, [])],
    ['… and the default detector on the count', () => ours(fold, batches, ['orders'])],
    ['… and on count and sum', () => ours(fold, batches, ['orders', 'units'])],
    ['DuckDB-WASM, each window once, as it closes', () => windowsOnce(duck, batches, arrow)],
    ['DuckDB-WASM, open windows after each batch', () => windowsAnew(duck, batches, arrow)],
    ['Perspective, grouped view after each batch', () => groupedView(arrow), true]
  ];
  const number = (n) => Math.round(n).toLocaleString('en');
  console.log(
    `\nLive: ${number(events)} events in batches of ${number(batch)}, count and sum by minute and ${number(keys)} keys, 5 % out of order; same answers`
  );
  const wanted = await (await contestants[0][1]())();
  let first = null;
  for (const [name, work, once] of contestants) {
    const rates = [];
    for (let run = once ? runs : 0; run <= runs; run++) rates.push(await rate(name, work, wanted));
    const figure = median(once ? rates : rates.slice(1));
    first ??= figure;
    const ratio = figure === first ? '' : `, ${(first / figure).toFixed(1)}× the time`;
    console.log(`${name.padEnd(46)} ${number(figure).padStart(10)} events a second${ratio}`);
  }
  duck.close();
}

/** Events a second of processor time. */
async function rate(name, work, wanted) {
  const began = process.cpuUsage();
  const answer = await work();
  const { user, system } = process.cpuUsage(began);
  (await answer()).mustEqual(wanted, name);
  return events / ((user + system) / 1e6);
}

/** A monitor as a stream worker folds it. Who works here answers with a function that reads its table, off the clock. */
function ours({ MonitorFold, parseMeasures }, batches, watched) {
  const spec = {
    time: 'placed',
    tolerance: { disorder, lateness: 0 },
    by: ['sku'],
    window: { kind: 'grid', size: minute, slide: minute },
    measures: parseMeasures({ orders: 'count()', units: 'sum(units)' }),
    detectors: watched.map(defaultDetector),
    rules: []
  };
  const fold = new MonitorFold(spec, 'orders');
  const closed = [];
  for (const columns of batches) {
    fold.push(columns);
    closed.push(fold.take().windows);
  }
  fold.finish();
  closed.push(fold.take().windows);
  return () => {
    const answer = new Answer();
    for (const { names, vectors, length } of closed) {
      const [start, sku, orders, units] = ['window_start', 'sku', 'orders', 'units'].map(
        (name) => vectors[names.indexOf(name)].values
      );
      for (let i = 0; i < length; i++) answer.put(start[i], sku[i], orders[i], units[i]);
    }
    return answer;
  };
}

/** The detector a monitor has when none is named. */
function defaultDetector(measure) {
  return {
    measure,
    method: 'novelty',
    threshold: null,
    falseAlarms: null,
    history: 30,
    season: 'auto',
    slide: minute,
    refractory: null,
    seed: 0,
    forecast: null
  };
}
