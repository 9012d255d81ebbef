import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundled } from './bundled.mjs';
import { printTable } from './lib.mjs';

const data = process.env.SHARED_DATA ?? '../shared/data';
const peerSample = 8;

const models = [
  { name: 'ets, automatic', model: 'ets', r: 'forecast(ets(y), h = 18)' },
  { name: 'theta', model: 'theta', r: 'thetaf(y, h = 18)' },
  {
    name: 'mstl_ets',
    model: 'mstl_ets',
    r: 'stlf(y, h = 18, method = "ets", s.window = 11)'
  }
];

/** Exponential smoothing against R's `forecast`, one thread each, in processor time per monthly series of the M3 subset. */
export async function smoothing() {
  const series = readSeries();
  if (!series) return console.log(`\nSmoothing: no data in ${data}, nothing measured.`);
  const { modelNamed } = await bundled('src/lib/analytics/forecast/models.ts');
  const step = Math.floor(series.length / peerSample);
  const sample = series.filter((_, i) => i % step === 0).slice(0, peerSample);
  const theirs = timeR(sample);
  const rows = models.map(({ name, model }, i) => ({
    name,
    ours: timeOurs(modelNamed(model), series),
    peers: [theirs?.[i] ?? null]
  }));
  printTable(
    `Smoothing, one thread, processor time a series: all ${series.length} monthly M3 series, R on ${peerSample} of them`,
    ['Quartermaster', 'R forecast'],
    rows
  );
  console.log(`ets: ${Math.round(1000 / rows[0].ours)} series a second on one core`);
}

function readSeries() {
  const file = join(data, 'm3-subset/m3_subset_long.csv');
  if (!existsSync(file)) return null;
  const series = new Map();
  for (const line of readFileSync(file, 'utf8').trim().split('\n').slice(1)) {
    const [id, period, , , , , , , part, value] = line.split(',');
    if (period !== 'MONTHLY' || part !== 'train') continue;
    if (!series.has(id)) series.set(id, []);
    series.get(id).push(Number(value));
  }
  return [...series.values()].map((values) => Float64Array.from(values));
}

/** Milliseconds a series: fit and eighteen steps ahead, after one pass that does not count. */
function timeOurs(model, series) {
  const pass = () => {
    for (const values of series) model.fit(values, { season: 12 }).forecast(18);
  };
  pass();
  const began = process.cpuUsage();
  pass();
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1000 / series.length;
}

/** R's milliseconds a series; null where it or `forecast` is not installed. */
function timeR(series) {
  const list = series.map((values) => `ts(c(${[...values].join(',')}), frequency = 12)`);
  const script = `suppressMessages(library(forecast))
series <- list(${list.join(',\n')})
ms <- function(f) { f(series[[1]]); sum(system.time(for (y in series) f(y))[1:2]) * 1000 / length(series) }
cat(c(${models.map(({ r }) => `ms(function(y) ${r})`).join(',\n')}), sep = "\\n")`;
  const { status, stdout } = spawnSync('Rscript', ['-'], { input: script, encoding: 'utf8' });
  return status === 0 ? stdout.trim().split('\n').map(Number) : null;
}
