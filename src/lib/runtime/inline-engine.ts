import type { Columns } from '#lib/base/columns.ts';
import { hash128 } from '#lib/base/hash.ts';
import type { ComputeRun, RelationInfo } from '#lib/cells/core/context.ts';
import { Pause } from '#lib/cells/core/pause.ts';
import { runnerOf, type AnyRun } from '#lib/cells/runners.ts';
import type { NetworkEngine } from '#lib/analytics/forecast/network-engine.ts';
import { fail } from '#lib/problems/index.ts';
import { ipcFromColumns } from '#lib/relations/arrow.ts';
import type { Relations } from '#lib/relations/relations.ts';
import type { Engine, Job, Outcome, PageRequest, RunOptions } from './engine.ts';
import { runCompute } from './run-compute.ts';
import type { RunId } from './states.ts';

export interface InlineEngineOptions {
  /** How a kind's run is found. */
  runner?(this: void, kind: string): Promise<AnyRun>;
  readonly networks?: NetworkEngine;
}

/** An engine without workers and without SQL, over tables in memory: runs cells that transform columns, in plain Node. */
export function createInlineEngine(
  relations: Relations,
  options: InlineEngineOptions = {}
): Engine {
  const runner = options.runner ?? runnerOf;
  const { networks } = options;
  const pauses = new Map<RunId, Pause>();

  async function run(job: Job, options: RunOptions): Promise<Outcome> {
    if (job.mode !== 'compute') throw fail('run.mode', { mode: job.mode });
    const { signal, enough, onProgress, onPreview } = options;
    const reader = {
      describe: async (relation: string) => (await relations.describe(relation)) ?? null,
      read: (relation: string, columns?: readonly string[]) =>
        relations.read(relation, columns ? { columns } : {}, signal)
    };
    const kindRun = (await runner(job.cell.kind)) as ComputeRun<unknown>;
    const pause = new Pause();
    pauses.set(job.run, pause);
    const computed = await runCompute(job, kindRun, reader, {
      signal,
      pause,
      onProgress,
      ...(onPreview ? { onPreview } : {}),
      ...(enough ? { enough } : {}),
      ...(networks ? { networks } : {})
    }).finally(() => pauses.delete(job.run));
    const written = job.outputs.filter((name) => name in computed.tables);
    const infos: RelationInfo[] = [];
    const hashes: string[] = [];
    for (const name of written) {
      const table = computed.tables[name]!;
      infos.push({ ...(await relations.write(hidden(job, name), table)), name });
      hashes.push(`${name} ${contentHash(table)}`);
    }
    await relations.publish(
      written.map((name) => ({ from: hidden(job, name), to: name })),
      job.outputs.filter((name) => !written.includes(name))
    );
    const { tables: _, ...told } = computed;
    return { relations: infos, hash: hash128(hashes.join('\n')), ...told };
  }

  return {
    run,
    pause: (id, paused) => pauses.get(id)?.set(paused),
    restore: async () => null,
    keep: async () => undefined,
    drop: (names) => relations.drop(names),
    page: (request, signal) => page(relations, request, signal),
    query: async () => {
      throw fail('run.mode', { mode: 'sql' });
    },
    profile: async () => {
      throw fail('run.mode', { mode: 'sql' });
    },
    export: async () => {
      throw fail('run.mode', { mode: 'load' });
    },
    lookAt: async () => [],
    addFiles: async () => {
      throw fail('run.mode', { mode: 'load' });
    },
    removeFile: async () => undefined,
    fileMark: async () => '',
    setConnections: async () => undefined,
    setGrowingFiles: async () => undefined,
    setSpeed: () => undefined,
    finishFeeds: () => undefined,
    forgetLog: () => Promise.resolve(),
    onRestart: () => () => undefined,
    memory: async () => ({ used: 0, limit: 0 }),
    tableSizes: async () => [],
    keptBytes: async () => 0,
    forgetKept: async () => undefined,
    dispose: () => undefined
  };
}

function hidden(job: Job, relation: string): string {
  return `~${job.run}~${relation}`;
}

async function page(
  relations: Relations,
  { relation, columns, offset, limit, orderBy, where }: PageRequest,
  signal?: AbortSignal
): Promise<Columns> {
  if (where !== undefined || (orderBy?.length ?? 0) > 0) throw fail('run.mode', { mode: 'sql' });
  const window = {
    ...(columns ? { columns } : {}),
    ...(offset === undefined ? {} : { offset }),
    ...(limit === undefined ? {} : { limit })
  };
  return relations.read(relation, window, signal);
}

/** Equal content in equal order gives equal hashes. */
function contentHash(table: Columns): string {
  return hash128(Array.from(ipcFromColumns(table), (byte) => String.fromCharCode(byte)).join(''));
}
