import type { Brand } from '#lib/base/brand.ts';
import type { Problem } from '#lib/base/problem.ts';
import type { Progress } from '#lib/cells/core/context.ts';

/** One run of one cell. Messages of any other run are dropped. */
export type RunId = Brand<number, 'RunId'>;

/** Why a cell needs a run. `inputs` names the relations that changed. */
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
      readonly since: number;
      readonly progress?: Progress;
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
