import type { Columns } from '#lib/base/columns.ts';
import type { Problem } from '#lib/base/problem.ts';
import { seeded } from '#lib/base/random.ts';
import type { NetworkEngine } from '#lib/analytics/forecast/network-engine.ts';
import type { ComputeRun, Progress, RunContext, Tables } from '#lib/cells/core/context.ts';
import type { CellKind } from '#lib/cells/core/define.ts';

export interface Ran<R> {
  readonly tables: Tables;
  readonly report: R;
  readonly warnings: readonly Problem[];
  readonly progress: readonly Progress[];
}

/** Runs a compute kind on tables, as a worker would; a body that does not parse fails the test. */
export async function runKind<C, R>(
  kind: CellKind<C>,
  run: ComputeRun<C, R>,
  body: string,
  inputs: Readonly<Record<string, Columns>>,
  networks?: NetworkEngine,
  more: Partial<RunContext> = {}
): Promise<Ran<R>> {
  const { config, problems } = kind.body.parse(body, {});
  if (config === null) throw new Error(`The body does not parse: ${JSON.stringify(problems)}`);
  const warnings: Problem[] = [];
  const progress: Progress[] = [];
  const ctx: RunContext = {
    signal: new AbortController().signal,
    random: seeded(1),
    seed: 1,
    now: () => 0,
    progress: (p) => progress.push(p),
    checkpoint: async () => {},
    warn: (p) => warnings.push(p),
    fail: (p) => warnings.push(p),
    ...(networks ? { networks } : {}),
    ...more
  };
  const cell = { name: 'out', kind: kind.kind, body, config, params: {} };
  const { tables, report } = await run(cell, inputs, ctx);
  return { tables, report, warnings, progress };
}
