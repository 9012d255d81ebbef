import type { Problem } from '#lib/base/problem.ts';
import type { Progress, RelationInfo } from '#lib/cells/core/context.ts';
import type { Job, LiveUpdate } from './engine.ts';

/** What a run in a worker reports once its tables are written to the data worker (not yet published). */
export interface ComputeOutcome {
  readonly report: unknown;
  readonly problems: readonly Problem[];
  readonly failed?: { readonly gate: boolean };
}

/** Compute and model workers. `data` is a port that speaks TableContract. */
export interface ComputeContract {
  connect: { params: { data: MessagePort; assets: string }; result: null };
  runJob: { params: Job; result: ComputeOutcome; progress: Progress };
}

export interface LiveOutcome extends ComputeOutcome {
  readonly relations: readonly RelationInfo[];
  readonly events: number;
  readonly started: number;
}

/** The stream worker. Progress carries both plain progress and live updates. */
export interface StreamContract {
  connect: { params: { data: MessagePort; assets: string }; result: null };
  runJob: {
    params: Job;
    result: LiveOutcome;
    progress: { progress?: Progress; live?: LiveUpdate };
  };
  /** Event-time speed of replays; 0 pauses, Infinity runs flat out. */
  speed: { params: { speed: number }; result: null };
}
