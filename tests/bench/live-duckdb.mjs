import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Answer, disorder, minute } from './live-stream.mjs';

const groups = `select time_bucket(interval 1 minute, placed) as start, sku, count(*)::integer as orders, sum(units)::integer as units from events`;
const stamp = (ms) => `epoch_ms(${Math.max(0, ms)}::bigint)`;

/** DuckDB-WASM in this very thread: no messages between workers are in its time. */
export async function openDuckDb() {
  const require = createRequire(import.meta.url);
  const engine = require('@duckdb/duckdb-wasm/blocking');
  const folder = dirname(require.resolve('@duckdb/duckdb-wasm'));
  const place = (name) => ({
    mainModule: join(folder, `duckdb-${name}.wasm`),
    mainWorker: join(folder, `duckdb-node-${name}.worker.cjs`)
  });
  const bundles = { mvp: place('mvp'), eh: place('eh') };
  const bindings = await engine.createDuckDB(bundles, new engine.VoidLogger(), engine.NODE_RUNTIME);
  await bindings.instantiate(() => undefined);
  bindings.open({});
  return bindings.connect();
}

/** The least a batch engine can do: events go in, and a window is aggregated once, when the watermark passes it. */
export function windowsOnce(duck, batches, arrow) {
  makeTables(duck);
  let from = 0;
  const close = (to) => {
    duck.query(
      `insert into closed ${groups} where placed >= ${stamp(from)} and placed < ${stamp(to)} group by all`
    );
    duck.query(`delete from events where placed < ${stamp(to)}`);
    from = to;
  };
  for (const to of fed(duck, batches, arrow)) if (to > from) close(to);
  close(Number.MAX_SAFE_INTEGER);
  return () => answerOf(duck, 'from closed');
}

/** Windows to be looked at while they are open: aggregated anew after each batch, and kept once the watermark is past. */
export function windowsAnew(duck, batches, arrow) {
  makeTables(duck);
  let from = 0;
  for (const to of fed(duck, batches, arrow)) {
    duck.query(
      `create or replace table open as ${groups} where placed >= ${stamp(from)} group by all`
    );
    if (to <= from) continue;
    duck.query(`insert into closed from open where start < ${stamp(to)}`);
    duck.query(`delete from events where placed < ${stamp(to)}`);
    from = to;
  }
  return () => answerOf(duck, `from closed union all from open where start >= ${stamp(from)}`);
}

/** Appends batch after batch; after each, the end of the last window that is over. */
function* fed(duck, batches, arrow) {
  let latest = 0;
  for (const [b, columns] of batches.entries()) {
    duck.insertArrowFromIPCStream(arrow[b], { name: 'events', create: false });
    latest = columns.vectors[0].values.reduce((most, placed) => Math.max(most, placed), latest);
    yield Math.floor((latest - disorder) / minute) * minute;
  }
}

function makeTables(duck) {
  for (const table of ['events', 'closed', 'open']) duck.query(`drop table if exists ${table}`);
  duck.query('create table events (placed timestamp, units integer, sku varchar)');
  duck.query('create table closed (start timestamp, sku varchar, orders integer, units integer)');
}

function answerOf(duck, from) {
  const answer = new Answer();
  const sql = `select epoch_ms(start)::double as start, sku, orders, units from (${from})`;
  for (const { start, sku, orders, units } of duck.query(sql)) {
    answer.put(start, sku, orders, units);
  }
  return answer;
}
