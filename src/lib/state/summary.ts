import type { Problem } from '#lib/base/problem.ts';
import type { CellHandle } from './cell.svelte.ts';
import type { Session } from './session.svelte.ts';

export interface ProblemSummary {
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
  /** Line of the cell's body, from 1; of the file for problems of the whole notebook. */
  readonly line: number | null;
}

export interface CellSummary {
  readonly name: string;
  readonly kind: string;
  readonly state: string;
  readonly ms: number | null;
  /** Rows of the cell's own relation. */
  readonly rows: number | null;
  readonly problems: readonly ProblemSummary[];
  readonly report: unknown;
  /** The result came from the cache of an earlier run. */
  readonly restored: boolean;
  readonly started?: number;
  readonly events?: number;
}

/** Every cell of a notebook as plain data, in document order, those that cannot run included. */
export function summariseCells(session: Session): CellSummary[] {
  return session.keys.flatMap((key) =>
    session.blockOf(key)?.type === 'cell'
      ? [summariseCell(session.handle(key), session.results.isRestored(session.handle(key).id))]
      : []
  );
}

/** Whether every cell that should run is done; cells switched off or of unknown kinds do not count. */
export function allDone(cells: readonly CellSummary[]): boolean {
  return cells.every(({ state }) => state === 'done' || state === 'off' || state === 'unknown');
}

export function summariseProblem(problem: Problem): ProblemSummary {
  const { code, message, hint = null, span } = problem;
  return { code, message, hint, line: span?.line ?? null };
}

function summariseCell(cell: CellHandle, restored: boolean): CellSummary {
  const { state, outcome } = cell;
  const own = cell.relations.find((r) => r.name.toLowerCase() === cell.name.toLowerCase());
  return {
    name: cell.name,
    kind: cell.kindName,
    state: stateOf(cell),
    ms: state.at === 'done' || state.at === 'cancelled' ? state.ms : cell.lastMs,
    rows: own?.rows ?? null,
    problems: cell.problems.map(summariseProblem),
    report: outcome?.report ?? cell.live?.report ?? null,
    restored,
    ...(outcome?.started === undefined ? {} : { started: outcome.started }),
    ...(outcome?.events === undefined ? {} : { events: outcome.events })
  };
}

function stateOf(cell: CellHandle): string {
  if (cell.block.broken !== null || cell.block.conflict !== null) return 'error';
  if (cell.node?.status === 'unknown-kind') return 'unknown';
  if (cell.node?.status === 'faulty') return 'error';
  return cell.state.at;
}
