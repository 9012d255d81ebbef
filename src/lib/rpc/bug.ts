import { ProblemError, type Problem } from '#lib/base/problem.ts';
import { problem } from '#lib/problems/index.ts';

/** What was thrown though no reader can cause it, as a problem that keeps where it came from. */
export function bugOf(error: unknown): Problem {
  const detail = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  return problem('worker.bug', { detail, stack });
}

/** What is wrong, as whoever threw it says. */
export function problemOf(error: unknown): Problem {
  return error instanceof ProblemError ? error.problem : bugOf(error);
}
