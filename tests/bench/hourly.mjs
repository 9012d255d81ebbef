import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../bin/lib/paths.mjs';

const shared = join(root, '..', 'shared', 'data');
const hour = 3_600_000;
const rowsKept = 2000;

const body = `source: demand
time: hour
value: value
by: series
horizon: 48
backtest: { origins: 10, step: 48 }
models: [seasonal_naive, ets, theta, mstl_ets, ensemble, lstm]
lstm: { backend: wasm }`;

/**
 * Accuracy two days ahead on real hourly series, each its last 2,000 rows, at ten origins two days apart: the LSTM by
 * its default recipe, trained once before the first origin, beside models fitted anew at each. `load` loads modules of
 * the site.
 */
export async function hourly(load) {
  const series = hourlySeries();
  if (series.length === 0) return console.log('\nHourly series: not here.');
  const { default: kind } = await load('/src/lib/cells/forecast/index.ts');
  const { default: run } = await load('/src/lib/cells/forecast/run.ts');
  const { createNetworkEngine } = await load('/src/lib/networks/engine.ts');
  const { columns, numeric, text, toRows } = await load('/src/lib/base/columns.ts');
  const demand = columns({
    series: text(series.flatMap(({ name, values }) => values.map(() => name))),
    hour: numeric(
      series.flatMap(({ values }) => values.map((_, t) => t * hour)),
      'timestamp'
    ),
    value: numeric(series.flatMap(({ values }) => values))
  });
  const seconds = [];
  const engine = createNetworkEngine();
  const networks = {
    async train(spec, data, onStep) {
      const before = process.cpuUsage();
      const network = await engine.train(spec, data, onStep);
      const { user, system } = process.cpuUsage(before);
      seconds.push((user + system) / 1e6);
      return network;
    }
  };
  const { config } = kind.body.parse(body, {});
  const ctx = {
    signal: new AbortController().signal,
    seed: 1,
    now: () => 0,
    progress: () => undefined,
    checkpoint: async () => undefined,
    warn: ({ message }) => console.log(message),
    networks
  };
  const cell = { name: 'fc', kind: 'forecast', body, config, params: {} };
  const { tables } = await run(cell, { demand }, ctx);
  const scores = toRows(tables.fc_scores);
  const names = series.map(({ name }) => name);
  const lines = toRows(tables.fc_pooled)
    .filter(({ level, model }) => level === 'series' && model !== 'chosen')
    .sort((a, b) => a.mase - b.mase)
    .map(({ model, mase, smape, coverage_80 }) => [
      model,
      mase.toFixed(3),
      `${smape.toFixed(1)} %`,
      `${(100 * coverage_80).toFixed(0)} %`,
      ...names.map((name) =>
        scores.find((row) => row.model === model && row.series === name).mase.toFixed(3)
      )
    ]);
  const head = ['', 'MASE', 'sMAPE', '80 % band', ...names];
  console.log('\nHourly series, 48 hours ahead from 10 origins (MASE in units of the day before)');
  for (const line of [head, ...lines]) {
    console.log(line.map((word, i) => (i === 0 ? word.padEnd(16) : word.padStart(13))).join(''));
  }
  const each = seconds.map((s) => s.toFixed(1)).join(' and ');
  console.log(`LSTM: ${each} s of one core for its two trainings.`);
}

/** Rentals of a city's bicycles, taxi rides in New York and electricity demand, where their files are. */
function hourlySeries() {
  const bikes = join(shared, 'bike-hourly', 'hour.csv');
  const taxis = join(shared, 'nab-part', 'data', 'realKnownCause', 'nyc_taxi.csv');
  const found = [];
  if (existsSync(bikes)) {
    const rows = linesOf(bikes).map((line) => line.split(','));
    const at = ([, day, , , , hr]) => Date.parse(`${day}T${hr.padStart(2, '0')}:00Z`) / hour;
    for (const [name, column] of [
      ['casual', 14],
      ['registered', 15]
    ]) {
      // An hour without a rental has no row.
      const values = Array(at(rows.at(-1)) - at(rows[0]) + 1).fill(0);
      for (const row of rows) values[at(row) - at(rows[0])] = Number(row[column]);
      found.push({ name, values });
    }
  }
  if (existsSync(taxis)) {
    const halves = linesOf(taxis).map((line) => Number(line.split(',')[1]));
    const values = Array.from(
      { length: halves.length >> 1 },
      (_, i) => halves[2 * i] + halves[2 * i + 1]
    );
    found.push({ name: 'taxi', values });
  }
  return found.map(({ name, values }) => ({ name, values: values.slice(-rowsKept) }));
}

const linesOf = (path) => readFileSync(path, 'utf8').trim().split(/\r?\n/).slice(1);
