import type { Problem } from '#lib/base/problem.ts';
import type { Progress, RelationInfo } from '#lib/cells/core/context.ts';
import type { Connection } from './connection.ts';
import type { GrowingSource, Job, LiveUpdate } from './engine.ts';
import type { RunId } from './states.ts';

/** What a run in a worker reports once its tables are written to the data worker (not yet published). */
export interface ComputeOutcome {
  readonly report: unknown;
  readonly problems: readonly Problem[];
  readonly failed?: { readonly gate: boolean };
  readonly partial?: true;
}

/**
 * Compute and model workers. `data` is a port that speaks TableContract, `lender` one that speaks LenderContract;
 * `helpers` says how many workers may be borrowed over it at once.
 */
export interface ComputeContract {
  connect: {
    params: { data: MessagePort; assets: string; lender?: MessagePort; helpers?: number };
    result: null;
  };
  runJob: {
    params: Job;
    result: ComputeOutcome;
    progress: { progress?: Progress; preview?: unknown };
  };
  /** Holds a job at its checkpoints, or lets it go on; one that is not here is none of its business. */
  pauseJob: { params: { run: RunId; paused: boolean }; result: null };
  runPart: { params: Part; result: unknown; progress: unknown };
  /** The worker is wanted for something else: its part, if it can, answers what it has. */
  handBack: { params: null; result: null };
}

/** A piece of a kind's work that depends on nothing but its payload. */
export interface Part {
  readonly kind: string;
  readonly payload: unknown;
  /** That of the run it belongs to, where it may keep what it would go on from. */
  readonly fingerprint?: string;
}

/** What the page does for a worker with a job: has an idle one work on a part of it. null: there is none, or it was lost. */
export interface LenderContract {
  /** How many workers are idle now. Asked first, as payloads are large. */
  idle: { params: { readonly run: RunId }; result: number };
  lend: {
    params: Part & { readonly run: RunId };
    result: { readonly answer: unknown } | null;
    progress: unknown;
  };
}

export interface LiveOutcome extends ComputeOutcome {
  readonly relations: readonly RelationInfo[];
  readonly events: number;
  readonly started: number;
}

/** The stream worker. Progress carries both plain progress and live updates. */
export interface StreamContract {
  connect: {
    /** `notebook`: under whose name logs are kept; absent: they are not. `mirrors`: another tab runs its live cells. */
    params: { data: MessagePort; assets: string; notebook?: string; mirrors?: boolean };
    result: null;
  };
  runJob: {
    params: Job;
    result: LiveOutcome;
    progress: { progress?: Progress; live?: LiveUpdate };
  };
  /** Event-time speed of replays; 0 pauses, Infinity runs flat out. */
  speed: { params: { speed: number }; result: null };
  /** Where live sources may connect, in place of what was given before. */
  setConnections: { params: { connections: readonly Connection[] }; result: null };
  /** Files of the notebook that streams may follow, in place of those given before. */
  setGrowingFiles: { params: { files: readonly GrowingSource[] }; result: null };
  /** Removes what is kept of a stream that does not run. */
  forgetLog: { params: { cell: string }; result: null };
  /** Ends the live sources: their streams are done with what has come. */
  finishFeeds: { params: null; result: null };
}
