import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundled } from './bundled.mjs';
import { median, printTable } from './lib.mjs';

const data = process.env.SHARED_DATA ?? '../shared/data';
const sample = 6;

/** ARIMA against R's `forecast`, one thread each, in processor time: a fixed order, and the automatic choice. */
export async function arima() {
  const tasks = readTasks();
  if (!tasks) return console.log(`\nARIMA: no data in ${data}, nothing measured.`);
  const models = await bundled('src/lib/analytics/forecast/models/sarima.ts');
  const ours = tasks.map(({ runs, ...task }) => timeOurs(models, task, runs));
  const theirs = timeR(tasks);
  printTable(
    `ARIMA, one thread, processor time${theirs ? '' : ' (R with `forecast` is not installed)'}`,
    ['Quartermaster', 'R forecast'],
    [
      ...tasks.map(({ name }, i) => ({ name, ours: ours[i], peers: [theirs?.[i] ?? null] })),
      {
        name: `automatic, ${sample} of M3 in all`,
        ours: total(ours.slice(-sample)),
        peers: [theirs ? total(theirs.slice(-sample)) : null]
      }
    ]
  );
}

const total = (times) => times.reduce((sum, ms) => sum + ms, 0);

/** The airline model and the automatic choice on AirPassengers, and the latter on monthly series of the M3 subset. */
function readTasks() {
  const classic = join(data, 'classic-series/air_passengers_monthly.csv');
  const m3 = join(data, 'm3-subset/m3_subset_long.csv');
  if (!existsSync(classic) || !existsSync(m3)) return null;
  const lines = (file) => readFileSync(file, 'utf8').trim().split('\n').slice(1);
  const logs = lines(classic).map((line) => Math.log(Number(line.split(',')[1])));
  const series = new Map();
  for (const line of lines(m3)) {
    const [id, period, , , , , , , part, value] = line.split(',');
    if (period !== 'MONTHLY' || part !== 'train') continue;
    if (!series.has(id)) series.set(id, []);
    series.get(id).push(Number(value));
  }
  const all = [...series];
  const picked = Array.from(
    { length: sample },
    (_, i) => all[Math.floor((i * all.length) / sample)]
  );
  return [
    { name: 'airline model, fixed', values: logs, fixed: true, runs: 40 },
    { name: 'automatic, log AirPassengers', values: logs, fixed: false, runs: 5 },
    ...picked.map(([id, values]) => ({ name: `automatic, ${id}`, values, fixed: false, runs: 5 }))
  ];
}

function timeOurs({ sarima }, { values, fixed }, runs) {
  const arima = fixed ? { order: [0, 1, 1], seasonal: [0, 1, 1] } : {};
  const times = [];
  for (let i = -2; i < runs; i++) {
    const began = process.cpuUsage();
    sarima.fit(Float64Array.from(values), { season: 12, arima });
    const { user, system } = process.cpuUsage(began);
    if (i >= 0) times.push((user + system) / 1000);
  }
  return median(times);
}

/** R's milliseconds for the same tasks, the automatic ones run once, as they take seconds; null without R. */
function timeR(tasks) {
  const calls = tasks.map(({ values, fixed }) => {
    const y = `ts(c(${values.join(',')}), frequency = 12)`;
    return fixed
      ? `ms(20, function() Arima(${y}, order = c(0, 1, 1), seasonal = c(0, 1, 1), method = "ML"))`
      : `ms(1, function() auto.arima(${y}))`;
  });
  const script = `suppressMessages(library(forecast))
ms <- function(runs, f) { if (runs > 1) f(); median(replicate(runs, sum(system.time(f())[1:2]) * 1000)) }
cat(c(${calls.join(',\n')}), sep = "\\n")`;
  const { status, stdout } = spawnSync('Rscript', ['-'], { input: script, encoding: 'utf8' });
  return status === 0 ? stdout.trim().split('\n').map(Number) : null;
}
