import { isProblem, ProblemError, type Problem } from '#lib/base/problem.ts';
import { problem } from '#lib/problems/index.ts';

/** Whatever was thrown, as something to show a person. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  if (isProblem(error)) return error;
  const detail = error instanceof Error ? error.message : String(error);
  return problem('page.unexpected', { detail });
}
