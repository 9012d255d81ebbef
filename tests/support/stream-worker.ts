import { concat, type Columns } from '#lib/base/columns.ts';
import type { LiveRun, StreamClock } from '#lib/cells/core/context.ts';
import monitor from '#lib/cells/monitor/index.ts';
import runMonitor from '#lib/cells/monitor/run.ts';
import stream from '#lib/cells/stream/index.ts';
import runStream from '#lib/cells/stream/run.ts';
import type { LiveEnv } from '#lib/live/env.ts';
import { columnsFromIpc, ipcFromColumns } from '#lib/relations/arrow.ts';
import type { TableContract } from '#lib/relations/data-contract.ts';
import { connect } from '#lib/rpc/client.ts';
import { serve } from '#lib/rpc/server.ts';
import type { Job } from '#lib/runtime/engine.ts';
import { mergeProgress } from '#lib/rpc/merge.ts';
import { liveHandlers } from '#lib/runtime/live-host.ts';
import type { RunId } from '#lib/runtime/states.ts';
import type { StreamContract } from '#lib/runtime/worker-contracts.ts';
import type { Pace } from '#lib/live/log/stream-log.ts';
import type { LogFolder } from '#lib/live/log/log-files.ts';
import { keptRows } from './live.ts';

const runners: Readonly<Record<string, LiveRun<never>>> = {
  stream: runStream,
  monitor: runMonitor
};

interface WorkerOptions {
  readonly env?: Partial<LiveEnv>;
  readonly disk?: LogFolder;
  readonly pace?: Pace;
  /** Known to other tabs by that name; absent: by none, or that of the disk. */
  readonly notebook?: string;
  /** Another worker runs the notebook. */
  readonly mirrors?: boolean;
}

/** A stream worker over a data port of tables in memory, both behind real message channels. */
export async function openWorker(
  given: Readonly<Record<string, Columns>>,
  { env = {}, disk, pace, ...options }: WorkerOptions = {}
) {
  const tables = new Map(Object.entries(given));
  const owner = new Map<string, number>();
  const sizes: number[] = [];
  /** The most rows that each table has had after a write. */
  const largest: Record<string, number> = {};
  const data = new MessageChannel();
  const infoOf = (name: string) => {
    const table = tables.get(name)!;
    const fields = table.names.map((n, i) => ({ name: n, type: table.vectors[i]!.type }));
    return { name, rows: table.length, fields };
  };
  const endData = serve<TableContract>(data.port1, {
    readTable: ({ relation }) => Promise.resolve(ipcFromColumns(tables.get(relation)!)),
    describeTable: ({ relation }) =>
      Promise.resolve(tables.has(relation) ? infoOf(relation) : null),
    writeTable: () => Promise.resolve(null),
    appendTable: ({ run, relation, ipc, retain = [], fresh = false }) => {
      const batch = columnsFromIpc(ipc);
      if (batch.names.length === 0) throw new Error(`${relation} has no columns`);
      sizes.push(batch.length);
      const before = owner.get(relation) === run && !fresh ? tables.get(relation)! : null;
      const all = before ? concat([before, batch]) : batch;
      tables.set(relation, retain.reduce(keptRows, all));
      largest[relation] = Math.max(largest[relation] ?? 0, tables.get(relation)!.length);
      owner.set(relation, run);
      return Promise.resolve(infoOf(relation));
    }
  });
  const worker = new MessageChannel();
  const channels: BroadcastChannel[] = [];
  const world: Partial<LiveEnv> = {
    openChannel: (name) => {
      const channel = new BroadcastChannel(name);
      channels.push(channel);
      return channel;
    },
    ...env
  };
  const end = serve<StreamContract>(
    worker.port1,
    liveHandlers((kind) => Promise.resolve(runners[kind] as never), world, {
      folder: () => Promise.resolve(disk ?? null),
      locks: undefined,
      ...(pace ? { pace } : {})
    }),
    { combine: mergeProgress }
  );
  const connection = connect<StreamContract>(worker.port2, { name: 'stream' });
  const { notebook = disk ? 'the notebook' : '', mirrors = false } = options;
  await connection.call(
    'connect',
    { data: data.port2, assets: '', notebook, mirrors },
    { transfer: [data.port2] }
  );
  return {
    call: connection.call,
    tables,
    sizes,
    largest,
    close() {
      connection.close();
      end();
      endData();
      for (const channel of channels) channel.close();
      for (const { port1, port2 } of [data, worker]) {
        port1.close();
        port2.close();
      }
    }
  };
}

let runs = 0;

/** A job of a cell; a monitor follows `log`. */
export function job(
  kind: typeof stream | typeof monitor,
  name: string,
  body: string,
  clock?: StreamClock
): Job {
  const { config } = kind.body.parse(body, {});
  const cell = { name, kind: kind.kind, body, config, params: {} };
  return {
    run: ++runs as RunId,
    cell,
    mode: 'live',
    needsNetwork: false,
    inputs: [],
    follows: kind.kind === 'monitor' ? [{ relation: 'log', clock: clock ?? null }] : [],
    outputs: kind.outputs.map((suffix) => (suffix ? `${name}_${suffix}` : name)),
    seed: 1,
    now: 0
  };
}
