import type { Columns } from '#lib/base/columns.ts';
import { seeded } from '#lib/base/random.ts';
import type { Cell, Followed, Live, LiveRun, RunContext } from '#lib/cells/core/context.ts';
import type { CellKind } from '#lib/cells/core/define.ts';
import type { FeedItem } from '#lib/cells/core/feed.ts';
import monitor, { type MonitorReport } from '#lib/cells/monitor/index.ts';
import runMonitor from '#lib/cells/monitor/run.ts';
import stream from '#lib/cells/stream/index.ts';
import runStream from '#lib/cells/stream/run.ts';
import { LiveLog } from '#lib/runtime/live-log.ts';

const batch = 5000;
/** Events come 50 milliseconds apart, so that each key at work has about ten in a window of 10 s. */
const step = 50;
const atWork = 20;
const shift = 600_000;

const feed = (id: string) =>
  `websocket: ws://127.0.0.1:9/\ntime: placed\n${id}sequence: { column: seq, by: desk }\ndisorder: 5s\nlateness: 10s\nretain: { rows: 100000 }`;

const windows = `stream: orders
by: sku
window: 10s
measures: { orders: count(), units: sum(units), buyers: distinct(buyer), p90: "quantile(units, 0.9)" }
detect:
  - measure: orders
  - { measure: units, method: robust, budget: 1 }
alerts:
  - { name: busy, when: orders > 18, for: 20s, recover: orders < 12 }
  - { name: quiet, when: orders < 3, no_data: 30s }
inhibit: [{ source: busy, target: quiet, equal: [sku] }]
retain: { idle: 30m, keys: 2000 }`;

const sessions = `stream: orders
by: [sku, desk]
window: { session: 20s }
measures: { orders: count(), units: max(units) }
detect: [{ measure: orders }]
retain: { idle: 30m }`;

export interface SoakOutcome {
  readonly accepted: number;
  readonly windows: number;
  readonly sessions: number;
  /** Of the monitor of windows, and of that of sessions: keys known at the end, and forgotten. */
  readonly keys: readonly [number, number];
  readonly forgotten: readonly [number, number];
}

/**
 * A live feed of `events` events through a stream cell, its log and two monitors, as the stream worker runs them; what
 * they write is dropped, as if it were in the engine. Keys come and go in shifts of twenty, one event in a hundred has a
 * key to itself, and none comes again. Ids, buyers and numbers never end either. The monitor of windows comes to its
 * `keys`, because each key that has gone says `no_data`; that of sessions forgets them by time. `onBatch` is called
 * after each batch, when both monitors have read it.
 */
export async function soak(
  events: number,
  withIds: boolean,
  onBatch: (done: number) => void
): Promise<SoakOutcome> {
  const log = new LiveLog('orders', () => Promise.reject(new Error('Nobody comes later')));
  const never = new AbortController().signal;
  let read = 0;
  const follow = (): Followed => {
    const { batches } = log.follow(never);
    async function* counted() {
      for await (const { rows } of batches) {
        yield rows;
        read++;
      }
    }
    const clock = { time: 'placed', disorder: 5000, lateness: 10_000, isLive: true };
    return {
      clock: { ...clock, partition: null },
      batches: counted(),
      isRunning: false
    };
  };
  const watching = [windows, sessions].map((body) =>
    runCell(monitor, runMonitor, 'watch', body, { follow: () => Promise.resolve(follow()) })
  );
  let appended = 0;
  const fed = await runCell(stream, runStream, 'orders', feed(withIds ? 'id: id\n' : ''), {
    feed: () => items(events),
    append: async (relation: string, rows: Columns) => {
      if (relation !== 'orders' || rows.length === 0) return;
      await log.append(rows, never);
      appended++;
      while (read < 2 * appended) await new Promise((resolve) => setImmediate(resolve));
      onBatch(appended * batch);
    }
  });
  log.end('done');
  const [grid, session] = (await Promise.all(watching)) as [MonitorReport, MonitorReport];
  return {
    accepted: (fed as { events: number }).events,
    windows: grid.windows,
    sessions: session.windows,
    keys: [grid.keys, session.keys],
    forgotten: [grid.forgotten, session.forgotten]
  };
}

/** A live cell over `parts` of what it finds around it; the rest is out of reach or goes nowhere. */
async function runCell<C>(
  kind: CellKind<C>,
  run: LiveRun<never>,
  name: string,
  body: string,
  parts: Partial<Live>
): Promise<unknown> {
  const { config, problems } = kind.body.parse(body, {});
  if (config === null) throw new Error(JSON.stringify(problems));
  const cell: Cell = { name, kind: kind.kind, body, config, params: {} };
  const outOfReach = () => Promise.reject(new Error('Not in this test'));
  const live: Live = {
    read: outOfReach,
    follow: outOfReach,
    append: () => Promise.resolve(),
    revise: () => Promise.resolve(),
    settle: () => Promise.resolve(),
    feed: () => items(0),
    report: () => undefined,
    speed: () => undefined,
    elapsed: () => 0,
    sleep: outOfReach,
    ...parts
  };
  const ctx: RunContext = {
    signal: new AbortController().signal,
    random: seeded(1, name),
    seed: 1,
    now: () => 0,
    progress: () => undefined,
    checkpoint: () => Promise.resolve(),
    warn: () => undefined,
    fail: (problem) => {
      throw new Error(problem.message);
    }
  };
  return (run as LiveRun<unknown>)(cell, live, ctx);
}

async function* items(events: number): AsyncGenerator<FeedItem> {
  const random = seeded(7, 'soak');
  const numbers = new Float64Array(50);
  for (let done = 0; done < events; done += batch) {
    const rows = columnsOf(done, random, numbers);
    yield await Promise.resolve({
      rows,
      at: (done + batch) * step,
      status: { ...open, messages: done / batch },
      breaks: done % (50 * batch) === 0 ? [{ from: done * step, to: done * step + 1000 }] : [],
      warnings: [],
      mark: { cursor: null, place: null, client: 'soak', columns: null, header: null, at: 0 }
    });
  }
}

const open: FeedItem['status'] = {
  state: 'open',
  since: 0,
  retryAt: null,
  lostAt: null,
  opened: 1,
  trouble: null,
  messages: 0,
  bytes: 0,
  queued: 0,
  dropped: 0,
  unreadable: 0,
  misfits: 0
};

/** Events from number `from` on: a twentieth is up to 20 s late, a hundredth comes twice, one in a thousand never. */
function columnsOf(from: number, random: () => number, numbers: Float64Array): Columns {
  const placed = new Float64Array(batch);
  const units = new Float64Array(batch);
  const seq = new Float64Array(batch);
  const [sku, id, buyer, desk] = Array.from({ length: 4 }, () => new Array<string>(batch));
  for (let i = 0; i < batch; i++) {
    const n = from + i;
    const now = n * step;
    const first = Math.floor(now / shift) * atWork;
    const d = Math.floor(random() * numbers.length);
    placed[i] = Math.max(0, now - (random() < 0.05 ? random() * 20_000 : 0));
    units[i] = 1 + Math.floor(random() * 9);
    numbers[d] = numbers[d]! + (random() < 0.001 ? 2 : 1);
    seq[i] = numbers[d]!;
    sku![i] = random() < 0.01 ? `once-${n}` : `sku-${first + Math.floor(random() * atWork)}`;
    id![i] = `order-${random() < 0.01 ? Math.max(0, n - 100) : n}`;
    buyer![i] = `buyer-${n}`;
    desk![i] = `desk-${d % 2}`;
  }
  const number = (values: Float64Array) => ({ type: 'integer' as const, values, valid: null });
  const text = (values: string[]) => ({ type: 'text' as const, values });
  return {
    length: batch,
    names: ['placed', 'units', 'seq', 'sku', 'id', 'buyer', 'desk'],
    vectors: [
      { type: 'timestamp', values: placed, valid: null },
      number(units),
      number(seq),
      text(sku!),
      text(id!),
      text(buyer!),
      text(desk!)
    ]
  };
}
