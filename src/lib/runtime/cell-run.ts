import { Cancelled, ProblemError, type Problem } from '#lib/base/problem.ts';
import type { Progress } from '#lib/cells/core/context.ts';
import { bugOf } from '#lib/rpc/bug.ts';
import type { ActiveRun } from './cell-record.ts';
import type { Engine, Job, LiveUpdate, Outcome } from './engine.ts';

/** How a run ended. */
export type Ending =
  | { readonly at: 'outcome'; readonly outcome: Outcome; readonly restored: boolean }
  | { readonly at: 'cancelled' }
  | { readonly at: 'failed'; readonly problem: Problem };

export interface RunEvents {
  onStart(this: void): void;
  onProgress(this: void, progress: Progress): void;
  onLive(this: void, update: LiveUpdate): void;
  onPreview(this: void, preview: unknown): void;
}

/** Takes the outcome that was kept for the same fingerprint, or else runs the cell. Never rejects. */
export async function runCell(
  engine: Engine,
  run: ActiveRun,
  job: Job,
  options: { readonly cell: string; readonly useKept: boolean } & RunEvents
): Promise<Ending> {
  const { signal } = run.controller;
  try {
    const kept = options.useKept ? await keptOutcome(engine, run.fingerprint, options.cell) : null;
    if (kept) return { at: 'outcome', outcome: kept, restored: true };
    if (signal.aborted) return { at: 'cancelled' };
    options.onStart();
    const outcome = await engine.run(job, {
      signal,
      enough: run.enough.signal,
      onProgress: options.onProgress,
      onLive: options.onLive,
      onPreview: options.onPreview
    });
    return { at: 'outcome', outcome, restored: false };
  } catch (error) {
    if (error instanceof Cancelled) return { at: 'cancelled' };
    const problem = error instanceof ProblemError ? error.problem : bugOf(error);
    return { at: 'failed', problem };
  }
}

/** What the cache holds for a fingerprint; a cache that cannot be read holds nothing. */
export async function keptOutcome(
  engine: Engine,
  fingerprint: string,
  cell: string
): Promise<Outcome | null> {
  try {
    return await engine.restore(fingerprint, cell);
  } catch {
    return null;
  }
}
