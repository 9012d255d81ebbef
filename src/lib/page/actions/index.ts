import { editActions } from './edit.ts';
import { goActions } from './go.ts';
import type { Action, Means } from './model.ts';
import { notebookActions } from './notebook.ts';
import { runActions } from './run.ts';

/** Every action of the notebook page. */
export function createActions(means: Means): readonly Action[] {
  return [runActions, editActions, goActions, notebookActions].flatMap((make) => make(means));
}
