import type { ComputeRun, LiveRun, PartRun, SqlRun } from './core/context.ts';
import type { LoadRun } from './core/loader.ts';

/** What `run.ts` of a kind exports by default; which one follows from the kind's mode. */
export type AnyRun = SqlRun<unknown> | LoadRun<unknown> | ComputeRun<unknown> | LiveRun<unknown>;

const modules = import.meta.glob<{ default: AnyRun }>('./*/run.ts');

/** The worker side of a kind, loaded when it first runs. */
export async function runnerOf(kind: string): Promise<AnyRun> {
  const load = modules[`./${kind}/run.ts`];
  if (!load) throw new Error(`Kind ${kind} has no run.ts`);
  return (await load()).default;
}

const parts = import.meta.glob<{ default: PartRun }>('./*/part.ts');

/** What a kind does in parts, loaded when the first is handed out. */
export async function partOf(kind: string): Promise<PartRun> {
  const load = parts[`./${kind}/part.ts`];
  if (!load) throw new Error(`Kind ${kind} has no part.ts`);
  return (await load()).default;
}
