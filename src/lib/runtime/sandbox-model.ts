import type { Problem } from '#lib/base/problem.ts';
import type { Job } from './engine.ts';

/** What a script left: its output tables as Arrow IPC streams by relation name. */
export interface SandboxResult {
  readonly tables: Readonly<Record<string, Uint8Array>>;
  readonly report: unknown;
  readonly problems: readonly Problem[];
}

/** Runs the reader's own JavaScript where there is no DOM, storage or network. */
export interface SandboxRunner {
  /**
   * Runs one script over its inputs (Arrow IPC streams by relation name, as `job.inputs` names them).
   * Rejects with ProblemError, or with Cancelled once the signal is aborted; the runner ends scripts that do not yield.
   */
  run(
    job: Job,
    inputs: Readonly<Record<string, Uint8Array>>,
    signal: AbortSignal
  ): Promise<SandboxResult>;
  dispose(): void;
}
