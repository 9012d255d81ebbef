import type { Problem } from '#lib/base/problem.ts';
import type { Session } from '#lib/state/session.svelte.ts';

export interface PlacedProblem {
  /** The block it stands on; null for the notebook as a whole. */
  readonly key: string | null;
  readonly name: string;
  readonly problem: Problem;
}

/** Every problem of the notebook, in document order. */
export function allProblems(session: Session): readonly PlacedProblem[] {
  const ofNotebook = session.notebook.problems.map((problem) => ({ key: null, name: '', problem }));
  const ofCells = session.keys.flatMap((key) => {
    if (session.blockOf(key)?.type !== 'cell') return [];
    const cell = session.handle(key);
    return cell.problems.map((problem) => ({ key, name: cell.name, problem }));
  });
  return [...ofNotebook, ...ofCells];
}
