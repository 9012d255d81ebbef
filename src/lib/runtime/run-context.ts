import type { Problem } from '#lib/base/problem.ts';
import { seeded } from '#lib/base/random.ts';
import type { NetworkEngine } from '#lib/analytics/forecast/network-engine.ts';
import { makeCheckpoint } from '#lib/cells/core/checkpoint.ts';
import type { Helpers, Progress, RunContext, SavedStates } from '#lib/cells/core/context.ts';
import type { Pause } from '#lib/cells/core/pause.ts';
import type { Job } from './engine.ts';

export interface ContextOptions {
  readonly signal: AbortSignal;
  readonly pause?: Pause;
  onProgress(this: void, progress: Progress): void;
  onPreview?(this: void, preview: unknown): void;
  readonly enough?: AbortSignal;
  readonly networks?: NetworkEngine;
  readonly helpers?: Helpers;
  readonly saved?: SavedStates;
}

/** What a run told besides its result. */
export interface Verdict {
  readonly problems: readonly Problem[];
  readonly failed?: { readonly gate: boolean };
  /** The result is of a part of the work. */
  readonly partial?: true;
}

const previewEveryMs = 250;

/** The context of one run, and what it was told through `warn` and `fail` until now. */
export function runContext(
  job: Job,
  { signal, enough, pause, onProgress, onPreview, networks, helpers, saved }: ContextOptions
): { readonly context: RunContext; verdict(this: void): Verdict } {
  const problems: Problem[] = [];
  let failed: { gate: boolean } | undefined;
  let partial = false;
  let shownAt = Number.NEGATIVE_INFINITY;
  const context: RunContext = {
    signal,
    random: seeded(job.seed, job.cell.name),
    seed: job.seed,
    now: () => job.now,
    progress: onProgress,
    checkpoint: makeCheckpoint(signal, pause),
    warn(problem, options = {}) {
      problems.push(problem);
      partial ||= options.partial ?? false;
    },
    fail(problem, options = {}) {
      problems.push(problem);
      failed = { gate: (failed?.gate ?? false) || (options.gate ?? false) };
    },
    ...(onPreview
      ? {
          preview(make) {
            if (performance.now() - shownAt < previewEveryMs) return;
            onPreview(make());
            shownAt = performance.now();
          }
        }
      : {}),
    ...(enough ? { enough } : {}),
    ...(networks ? { networks } : {}),
    ...(helpers ? { helpers } : {}),
    ...(saved ? { saved } : {})
  };
  const verdict = (): Verdict => ({
    problems: [...problems],
    ...(failed ? { failed } : {}),
    ...(partial ? { partial } : {})
  });
  return { context, verdict };
}
