import type { Brand } from '#lib/base/brand.ts';
import type { Problem } from '#lib/base/problem.ts';
import type { Progress } from '#lib/cells/core/context.ts';

/** One run of one cell. Messages of any other run are dropped. */
export type RunId = Brand<number, 'RunId'>;

/** Why a cell needs a run. `inputs` names the relations (or files) that changed. */
export type StaleReason =
  | { readonly why: 'never-run' }
  | { readonly why: 'edited' }
  | { readonly why: 'inputs'; readonly inputs: readonly string[] }
  | { readonly why: 'engine-restarted' };

export type CellState =
  | { readonly at: 'stale'; readonly reason: StaleReason }
  | { readonly at: 'blocked'; readonly by: readonly string[] }
  | { readonly at: 'queued'; readonly run: RunId; readonly place: number }
  | {
      readonly at: 'running';
      readonly run: RunId;
      /** When it began, later by as long as it was paused. */
      readonly since: number;
      readonly progress?: Progress;
      /** Since when it is held. */
      readonly pausedAt?: number;
    }
  | {
      readonly at: 'live';
      readonly run: RunId;
      readonly since: number;
      readonly revision: number;
      readonly progress?: Progress;
    }
  | { readonly at: 'done'; readonly run: RunId; readonly ms: number; readonly fingerprint: string }
  | {
      readonly at: 'error';
      readonly run: RunId | null;
      readonly problems: readonly Problem[];
      readonly gate: boolean;
      readonly kept: boolean;
    }
  | { readonly at: 'cancelled'; readonly run: RunId; readonly ms: number }
  | { readonly at: 'off' };

/** What can happen to a cell. Events of a run name it; those of another run change nothing. */
export type CellEvent =
  /** It needs a run; whatever was queued or under way is given up. */
  | { readonly type: 'stale'; readonly reason: StaleReason }
  | { readonly type: 'block'; readonly by: readonly string[] }
  | { readonly type: 'off' }
  /** Its text cannot run, or it holds a kept outcome that failed. */
  | {
      readonly type: 'fault';
      readonly problems: readonly Problem[];
      readonly gate: boolean;
      readonly kept: boolean;
    }
  /** What it holds already is right for its text and inputs. */
  | {
      readonly type: 'restore';
      readonly run: RunId;
      readonly ms: number;
      readonly fingerprint: string;
    }
  | { readonly type: 'queue'; readonly run: RunId; readonly place: number }
  | { readonly type: 'start'; readonly run: RunId; readonly since: number }
  | { readonly type: 'progress'; readonly run: RunId; readonly progress: Progress }
  | { readonly type: 'live'; readonly run: RunId; readonly revision: number }
  | { readonly type: 'pause'; readonly run: RunId; readonly now: number }
  | { readonly type: 'resume'; readonly run: RunId; readonly now: number }
  | {
      readonly type: 'finish';
      readonly run: RunId;
      readonly ms: number;
      readonly fingerprint: string;
    }
  | {
      readonly type: 'fail';
      readonly run: RunId;
      readonly problems: readonly Problem[];
      readonly gate: boolean;
      readonly kept: boolean;
    }
  | { readonly type: 'cancel'; readonly run: RunId; readonly ms: number };

/** The state of every cell before anything is known of it. */
export const neverRun: CellState = { at: 'stale', reason: { why: 'never-run' } };

/**
 * The state after an event. Total: an event that has no meaning in a state, or belongs to another run, returns the
 * same object; so does one that would change nothing.
 */
export function next(state: CellState, event: CellEvent): CellState {
  switch (event.type) {
    case 'stale':
      return state.at === 'stale' && sameReason(state.reason, event.reason)
        ? state
        : { at: 'stale', reason: event.reason };
    case 'block':
      return state.at === 'blocked' && sameNames(state.by, event.by)
        ? state
        : { at: 'blocked', by: event.by };
    case 'off':
      return state.at === 'off' ? state : { at: 'off' };
    case 'fault': {
      const { problems, gate, kept } = event;
      const same =
        state.at === 'error' &&
        state.problems === problems &&
        state.gate === gate &&
        state.kept === kept;
      return same ? state : { at: 'error', run: null, problems, gate, kept };
    }
    case 'restore':
      return restored(state, event);
    case 'queue':
      return queued(state, event);
    default:
      return duringRun(state, event);
  }
}

function restored(state: CellState, event: CellEvent & { type: 'restore' }): CellState {
  if (state.at === 'off' || state.at === 'running' || state.at === 'live') return state;
  if (state.at === 'done' && state.fingerprint === event.fingerprint) return state;
  if (state.at === 'queued' && state.run !== event.run) return state;
  return { at: 'done', run: event.run, ms: event.ms, fingerprint: event.fingerprint };
}

function queued(state: CellState, { run, place }: CellEvent & { type: 'queue' }): CellState {
  if (state.at === 'off' || state.at === 'running' || state.at === 'live') return state;
  if (state.at === 'queued' && (state.run !== run || state.place === place)) return state;
  return { at: 'queued', run, place };
}

type RunEvent = Exclude<
  CellEvent,
  { type: 'stale' | 'block' | 'off' | 'fault' | 'restore' | 'queue' }
>;

function duringRun(state: CellState, event: RunEvent): CellState {
  if (state.at !== 'queued' && state.at !== 'running' && state.at !== 'live') return state;
  if (state.run !== event.run) return state;
  const { run } = state;
  if (event.type === 'cancel') return { at: 'cancelled', run, ms: event.ms };
  if (event.type === 'fail') {
    const { problems, gate, kept } = event;
    return { at: 'error', run, problems, gate, kept };
  }
  if (state.at === 'queued') {
    return event.type === 'start' ? { at: 'running', run, since: event.since } : state;
  }
  switch (event.type) {
    case 'progress':
      return { ...state, progress: event.progress };
    case 'live': {
      if (state.at === 'live' && state.revision >= event.revision) return state;
      return { ...state, at: 'live', revision: event.revision };
    }
    case 'finish':
      return { at: 'done', run, ms: event.ms, fingerprint: event.fingerprint };
    case 'start':
      return state;
    case 'pause':
    case 'resume':
      return state.at === 'running' ? held(state, event) : state;
  }
}

function held(
  state: CellState & { at: 'running' },
  { type, now }: RunEvent & { type: 'pause' | 'resume' }
): CellState {
  const { pausedAt, ...moving } = state;
  if ((type === 'pause') === (pausedAt !== undefined)) return state;
  if (pausedAt === undefined) return { ...moving, pausedAt: now };
  return { ...moving, since: moving.since + now - pausedAt };
}

function sameReason(a: StaleReason, b: StaleReason): boolean {
  if (a.why !== b.why) return false;
  return a.why !== 'inputs' || b.why !== 'inputs' || sameNames(a.inputs, b.inputs);
}

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name, i) => name === b[i]);
}
