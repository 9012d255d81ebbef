import type { Columns } from '#lib/base/columns.ts';
import { columns, numeric, text, toRows } from '#lib/base/columns.ts';
import { seeded } from '#lib/base/random.ts';
import { MonitorFold } from '#lib/analytics/stream/monitor-fold.ts';
import { parseMeasures } from '#lib/analytics/stream/measures.ts';
import type { Live, RunContext } from '#lib/cells/core/context.ts';
import stream from '#lib/cells/stream/index.ts';
import runStream from '#lib/cells/stream/run.ts';
import { workerEnv, type LiveEnv } from '#lib/live/env.ts';
import { openFeed } from '#lib/live/feed.ts';
import type { LogFile, LogFolder } from '#lib/live/log/log-files.ts';
import { openOpfsFolder } from '#lib/live/log/opfs-folder.ts';
import { StreamLog } from '#lib/live/log/stream-log.ts';
import { ipcFromColumns } from '#lib/relations/arrow.ts';

interface Case {
  /** `restart` has no new events, and reads what an `ingest` without states has left. */
  readonly what: 'ingest' | 'restart' | 'indexeddb';
  readonly events: number;
  /** Rows of a frame, and of a flush. */
  readonly batch: number;
  /** A page that dies before any state is saved: a restart has every event to go over again. */
  readonly stateless?: boolean;
}

interface Outcome {
  readonly ms: number;
  readonly rows: number;
  /** Milliseconds by stage. */
  readonly stages: Readonly<Record<string, number>>;
}

const clock = { log: 0, disk: 0, fold: 0 };

/** Does `work`, its time added to a stage. */
function timed<T>(stage: keyof typeof clock, work: () => T): T {
  const began = performance.now();
  try {
    return work();
  } finally {
    clock[stage] += performance.now() - began;
  }
}

/** A stream cell over Arrow frames and the log on this origin's disk, with a monitor over what it appends. */
async function ingest(given: Case): Promise<() => Promise<Outcome>> {
  const { what, events, batch, stateless = false } = given;
  const root = (await openOpfsFolder('bench'))!;
  if (what === 'ingest') for (const name of await root.folders()) await root.removeFolder(name);
  const frames = Array.from({ length: events / batch }, (_, i) =>
    ipcFromColumns(tableOf(i * batch, batch))
  );
  return () => run(frames, root, stateless);
}

async function run(
  frames: readonly Uint8Array[],
  root: LogFolder,
  stateless: boolean
): Promise<Outcome> {
  const fold = monitor();
  const controller = new AbortController();
  const env: LiveEnv = {
    ...workerEnv({
      connection: () => undefined,
      connectionNames: () => [],
      growingFile: () => undefined
    }),
    WebSocket: socketOf(frames)
  };
  Object.assign(clock, { log: 0, disk: 0, fold: 0 });
  const began = performance.now();
  const log = await StreamLog.open(
    measured(await root.folder('desk')),
    stateless ? { rows: Infinity, ms: Infinity } : undefined
  );
  const append = log.append.bind(log);
  log.append = (rows, note) => timed('log', () => append(rows, note));
  if (stateless) log.saveState = () => Promise.resolve();
  const live: Live = {
    read: () => Promise.reject(new Error('There is nothing to read.')),
    follow: () => Promise.reject(new Error('There is nothing to follow.')),
    keep: () => Promise.resolve(log),
    feed: (request, mark) =>
      openFeed(request, env, { stop: controller.signal, finish: controller.signal }, mark),
    append: (relation, rows) => {
      if (relation === 'desk' && rows.length > 0)
        timed('fold', () => {
          fold.push(rows);
          fold.take();
        });
      return Promise.resolve();
    },
    revise: () => Promise.resolve(),
    settle: () => Promise.resolve(),
    report: () => undefined,
    speed: () => 1,
    elapsed: () => 0,
    sleep: () => Promise.resolve()
  };
  const { config } = stream.body.parse(
    "websocket: { url: 'wss://localhost/', format: arrow }\ntime: at\nid: seq",
    {}
  );
  await runStream({ name: 'desk', kind: 'stream', body: '', config: config!, params: {} }, live, {
    ...context,
    signal: controller.signal
  });
  const ms = performance.now() - began;
  log.close();
  const { log: logMs, disk, fold: foldMs } = clock;
  const stages = { encode: logMs, 'write and flush': disk, fold: foldMs };
  return { ms, rows: fold.events, stages };
}

const context: Omit<RunContext, 'signal'> = {
  random: seeded(1, 'bench'),
  seed: 1,
  now: () => Date.now(),
  progress: () => undefined,
  checkpoint: () => Promise.resolve(),
  warn: (problem) => {
    throw new Error(problem.message);
  },
  fail: () => undefined
};

function monitor(): MonitorFold {
  return new MonitorFold(
    {
      time: 'at',
      tolerance: { disorder: 10_000, lateness: 0 },
      by: ['site'],
      window: { kind: 'grid', size: 60_000, slide: 60_000 },
      measures: parseMeasures({ orders: 'count()', units: 'sum(units)' }),
      detectors: [],
      rules: []
    },
    'desk'
  );
}

/** A socket over which all frames come as fast as they are taken: the network is not measured. */
function socketOf(frames: readonly Uint8Array[]): typeof WebSocket {
  class Frames {
    onopen: (() => void) | null = null;
    onmessage: ((event: { data: ArrayBufferLike }) => void) | null = null;
    onclose: ((event: { code: number; reason: string }) => void) | null = null;
    constructor() {
      setTimeout(() => void this.#send());
    }
    async #send(): Promise<void> {
      this.onopen?.();
      for (const frame of frames) {
        this.onmessage?.({ data: frame.slice().buffer });
        await turn();
      }
      this.onclose?.({ code: 1000, reason: 'done' });
    }
    close(): void {
      this.onmessage = null;
    }
  }
  return Frames as unknown as typeof WebSocket;
}

/** A turn of the event loop, as messages come: a timer would wait 4 ms each time. */
function turn(): Promise<void> {
  return new Promise((next) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      next();
    };
    port2.postMessage(null);
  });
}

/** A folder whose writes and flushes are timed. */
function measured(folder: LogFolder): LogFolder {
  const file = (inner: LogFile): LogFile => ({
    ...inner,
    write: (bytes, at) => timed('disk', () => inner.write(bytes, at)),
    flush: () => timed('disk', () => inner.flush())
  });
  return { ...folder, open: async (name) => file(await folder.open(name)) };
}

/** The same rows by id into IndexedDB, one transaction of strict durability for each batch, and nothing else. */
async function indexedDb({ events, batch }: Case): Promise<() => Promise<Outcome>> {
  await settled(indexedDB.deleteDatabase('bench'));
  const opening = indexedDB.open('bench', 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore('events', { keyPath: 'seq' });
  const db = await settled(opening);
  const batches = Array.from({ length: events / batch }, (_, i) =>
    toRows(tableOf(i * batch, batch))
  );
  return () => put(db, batches);
}

async function put(
  db: IDBDatabase,
  batches: readonly (readonly Record<string, unknown>[])[]
): Promise<Outcome> {
  const began = performance.now();
  for (const rows of batches) {
    const transaction = db.transaction('events', 'readwrite', { durability: 'strict' });
    const store = transaction.objectStore('events');
    for (const row of rows) store.put(row);
    await new Promise((done, failed) => {
      transaction.oncomplete = done;
      transaction.onerror = () => failed(transaction.error!);
    });
  }
  const ms = performance.now() - began;
  const rows = await settled(db.transaction('events').objectStore('events').count());
  db.close();
  return { ms, rows, stages: {} };
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error!);
  });
}

function tableOf(from: number, rows: number): Columns {
  const numbers = (of: (seq: number) => number) =>
    Float64Array.from({ length: rows }, (_, i) => of(from + i));
  return columns({
    seq: numeric(
      numbers((seq) => seq),
      'integer'
    ),
    at: numeric(
      numbers((seq) => 1_700_000_000_000 + seq),
      'timestamp'
    ),
    site: text(Array.from({ length: rows }, (_, i) => `site-${(from + i) % 1000}`)),
    units: numeric(
      numbers((seq) => 1 + (seq % 9)),
      'integer'
    )
  });
}

/** Told a case, it makes ready for it and says so; told to go, it does it and answers. */
let work: Promise<() => Promise<Outcome>> | null = null;

onmessage = ({ data }: MessageEvent<Case | 'go'>) => {
  const answer = async () => {
    if (data === 'go') return postMessage(await (await work!)());
    work = data.what === 'indexeddb' ? indexedDb(data) : ingest(data);
    await work;
    postMessage('ready');
  };
  answer().catch((error: unknown) => postMessage({ error: String(error) }));
};
