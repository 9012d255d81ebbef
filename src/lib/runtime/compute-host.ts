import type { NetworkEngine, TrainPortable } from '#lib/analytics/forecast/network-engine.ts';
import { defined } from '#lib/base/assert.ts';
import type { Columns, Vector } from '#lib/base/columns.ts';
import { Cancelled } from '#lib/base/problem.ts';
import { makeCheckpoint } from '#lib/cells/core/checkpoint.ts';
import type { ComputeRun, Helpers, PartRun, Progress } from '#lib/cells/core/context.ts';
import { partOf, runnerOf, type AnyRun } from '#lib/cells/runners.ts';
import { columnsFromIpc, ipcFromColumns } from '#lib/relations/arrow.ts';
import { Pause } from '#lib/cells/core/pause.ts';
import type { TableContract } from '#lib/relations/data-contract.ts';
import { connect } from '#lib/rpc/client.ts';
import { Transferred, type Call, type Handlers } from '#lib/rpc/contract.ts';
import type { Job } from './engine.ts';
import { runCompute } from './run-compute.ts';
import type { SavedRun, SavedRuns } from './saved-runs.ts';
import type { RunId } from './states.ts';
import { buffersOf } from './transfer.ts';
import type { ComputeContract, ComputeOutcome, LenderContract } from './worker-contracts.ts';

/** Rows per message of an output: bounds the memory that one insert takes in the engine. */
const rowsPerWrite = 250_000;

export interface ComputeHostOptions {
  /** Makes the network engine on first use; absent in workers that train nothing. */
  networks?(this: void): Promise<NetworkEngine>;
  /** Where runs keep what they would go on from; absent where nothing outlives the worker. */
  readonly saved?: SavedRuns;
  /** How a kind's run is found. */
  runner?(this: void, kind: string): Promise<AnyRun>;
  /** Trains networks that another worker has let go; absent in workers that take none. */
  trainer?(this: void): Promise<TrainPortable>;
  /** How the work of a kind on its parts is found. */
  parts?(this: void, kind: string): Promise<PartRun>;
}

/** What a compute or model worker does: reads inputs over its port to the data worker, runs the kind, writes its outputs there. */
export function computeHandlers(options: ComputeHostOptions = {}): Handlers<ComputeContract> {
  const runner = options.runner ?? runnerOf;
  const parts = options.parts ?? partOf;
  let lender: { call: Call<LenderContract>; count: number } | null = null;
  let data: Call<TableContract> | null = null;
  let networks: Promise<NetworkEngine> | null = null;
  const pauses = new Map<RunId, Pause>();
  let loan = { recalled: false };

  /** Only trainings take so long that they are worth keeping half-way. */
  function savedOf({ needsNetwork, fingerprint }: Job): SavedRun | undefined {
    return needsNetwork && fingerprint !== undefined ? options.saved?.of(fingerprint) : undefined;
  }

  return {
    async connect(params) {
      data = connect<TableContract>(params.data, { name: 'data' }).call;
      if (params.lender && params.helpers) {
        const { call } = connect<LenderContract>(params.lender, { name: 'page' });
        lender = { call, count: params.helpers };
      }
      return null;
    },

    async runPart({ kind, payload, fingerprint }, { signal, progress }) {
      const own = (loan = { recalled: false });
      const part = await parts(kind);
      const { trainer, saved } = options;
      const answer = await part(payload, {
        checkpoint: makeCheckpoint(signal),
        note: () => undefined,
        report: progress,
        recalled: () => own.recalled,
        ...(trainer ? { train: async (...training) => (await trainer())(...training) } : {}),
        ...(saved && fingerprint !== undefined ? { saved: saved.of(fingerprint) } : {})
      });
      return new Transferred(answer, buffersOf(answer));
    },

    async handBack() {
      loan.recalled = true;
      return null;
    },

    async pauseJob({ run, paused }) {
      pauses.get(run)?.set(paused);
      return null;
    },

    async runJob(job, { signal, enough, progress }) {
      const pause = new Pause();
      pauses.set(job.run, pause);
      try {
        return await runJob(job, { signal, enough, pause }, progress);
      } finally {
        pauses.delete(job.run);
      }
    }
  };

  async function runJob(
    job: Job,
    { signal, enough, pause }: Control,
    tell: (told: { progress?: Progress; preview?: unknown }) => void
  ): Promise<ComputeOutcome> {
    const tables = defined(data, 'the port to the data worker');
    const run = (await runner(job.cell.kind)) as ComputeRun<unknown>;
    if (job.needsNetwork && options.networks) networks ??= options.networks();
    const engine = job.needsNetwork ? await networks : null;
    const saved = savedOf(job);
    const computed = await runCompute(
      job,
      run,
      {
        describe: (relation) => tables('describeTable', { relation }, { signal }),
        read: async (relation, columns) =>
          columnsFromIpc(
            await tables('readTable', { relation, ...(columns ? { columns } : {}) }, { signal })
          )
      },
      {
        signal,
        enough,
        pause,
        onProgress: (progress) => tell({ progress }),
        onPreview: (preview) => tell({ preview }),
        ...(engine ? { networks: engine } : {}),
        ...(saved ? { saved } : {}),
        ...(lender ? { helpers: helpersOf(lender, job, AbortSignal.any([signal, enough])) } : {})
      }
    );
    for (const [relation, table] of Object.entries(computed.tables)) {
      await write(tables, job.run, relation, table, signal);
    }
    // A part of the work is begun again, and goes on from what is kept.
    if (!computed.partial) await saved?.forget();
    const { report, problems, failed, partial } = computed;
    return { report, problems, ...(failed ? { failed } : {}), ...(partial ? { partial } : {}) };
  }
}

/** How the page reaches into a run. */
interface Control {
  readonly signal: AbortSignal;
  readonly enough: AbortSignal;
  readonly pause: Pause;
}

function helpersOf(
  { call, count }: { call: Call<LenderContract>; count: number },
  { run, cell, fingerprint }: Job,
  signal: AbortSignal
): Helpers {
  const about = { run, kind: cell.kind, ...(fingerprint === undefined ? {} : { fingerprint }) };
  return {
    count,
    async ask(payload, onReport) {
      const idle = await call('idle', { run }, { signal });
      if (idle === 0) return null;
      return call('lend', { ...about, payload }, { signal, onProgress: onReport });
    }
  };
}

async function write(
  call: Call<TableContract>,
  run: number,
  relation: string,
  table: Columns,
  signal: AbortSignal
): Promise<void> {
  let from = 0;
  do {
    if (signal.aborted) throw new Cancelled();
    const part = slice(table, from, from + rowsPerWrite);
    const ipc = ipcFromColumns(part);
    await call('writeTable', { run, relation, ipc }, { transfer: [ipc.buffer as ArrayBuffer] });
    from += rowsPerWrite;
  } while (from < table.length);
}

function slice(table: Columns, from: number, to: number): Columns {
  if (from === 0 && to >= table.length) return table;
  const length = Math.min(to, table.length) - from;
  return { ...table, length, vectors: table.vectors.map((v) => sliceVector(v, from, to)) };
}

function sliceVector(vector: Vector, from: number, to: number): Vector {
  if (vector.type === 'text' || vector.type === 'other') {
    return { ...vector, values: vector.values.slice(from, to) } as Vector;
  }
  const valid = vector.valid?.subarray(from, to) ?? null;
  return { ...vector, values: vector.values.subarray(from, to), valid } as Vector;
}
