import type { Session } from '../session.svelte.ts';
import { notebookScript } from './notebook-script.ts';

/** The SQL of an open notebook as one script, from its results as they stand. */
export function sqlScript(session: Session): Promise<string> {
  return notebookScript({
    title: session.title,
    graph: session.graph,
    outcomeOf: (id) => session.results.outcomes.get(id),
    rowsOf: async (relation) => (await session.engine.export(relation, 'sql')).text()
  });
}
