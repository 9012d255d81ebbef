export type Scalar = string | number | boolean | null;

/** A place in a cell's body: lines and columns count from 1; `to` is exclusive. */
export interface Span {
  readonly line: number;
  readonly column?: number;
  readonly toLine?: number;
  readonly toColumn?: number;
}

/**
 * What went wrong, for a person: plain data, so that it crosses workers whole.
 * `message` says what happened, `cause` why, `hint` what to do. `code` is stable: tests and fixes key on it.
 */
export interface Problem {
  readonly code: string;
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly cause?: string;
  readonly hint?: string;
  /** Relative to the first line of the cell's body, unless the problem belongs to the whole notebook. */
  readonly span?: Span;
  readonly data?: Readonly<Record<string, Scalar>>;
}

/** Carries a Problem through code that throws. Only `problem` matters; it is unwrapped before any worker boundary. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.message);
    this.problem = problem;
  }
}

/** Thrown by `ctx.checkpoint()` and everything that is stopped; never shown as a problem. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';

  constructor() {
    super('Cancelled');
  }
}

export function isProblem(value: unknown): value is Problem {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as Problem).code === 'string' &&
    typeof (value as Problem).message === 'string'
  );
}
