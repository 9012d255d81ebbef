import type { Problem } from '#lib/base/problem.ts';

/** What came of a post; `problem`: it leads nowhere. */
export type Answer =
  | { readonly kind: 'taken' }
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'silent' }
  | { readonly kind: 'late' }
  | { readonly kind: 'problem'; readonly problem: Problem };

/** Whether the same again soon may end otherwise; what the server refuses for a reason only changes with the reason. */
export function isPassing(answer: Answer): boolean {
  if (answer.kind === 'status') return answer.status >= 500 || answer.status === 429;
  return answer.kind === 'silent' || answer.kind === 'late';
}
