import { ensureInstalled } from './lib/install.mjs';

/** Ratios against named peers, all measured in this run. `npm run bench -- retail start-up` picks some. */
await ensureInstalled();
const { ensureBuilt } = await import('./lib/build.mjs');
await ensureBuilt();

const benches = {
  retail: async () => (await import('../tests/bench/retail.mjs')).retail(),
  profile: async () => (await import('../tests/bench/profile.mjs')).profile(),
  tables: async () => (await import('../tests/bench/tables.mjs')).tables(),
  lstm: async () => (await import('../tests/bench/lstm.mjs')).lstm(),
  arima: async () => (await import('../tests/bench/arima.mjs')).arima(),
  smoothing: async () => (await import('../tests/bench/smoothing.mjs')).smoothing(),
  live: async () => (await import('../tests/bench/live.mjs')).live(),
  soak: async () => (await import('../tests/bench/soak.mjs')).soak(),
  durable: async () => (await import('../tests/bench/durable.mjs')).durable(),
  board: async () => (await import('../tests/bench/board.mjs')).board(),
  nab: async () => (await import('../tests/bench/nab.mjs')).nab(),
  forecast: async () => (await import('../tests/bench/forecast.mjs')).forecast(),
  'start-up': async () => (await import('../tests/bench/start-up.mjs')).startUp()
};
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in benches));
if (unknown.length > 0) {
  console.error(
    `There is no benchmark ${unknown.join(', ')}. There are ${Object.keys(benches).join(', ')}.`
  );
  process.exit(2);
}
for (const name of asked.length > 0 ? asked : Object.keys(benches)) await benches[name]();
