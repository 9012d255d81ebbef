import type { Graph } from '#lib/notebook/graph-model.ts';

/**
 * The cells to run for `want` to be right, in execution order (topological, ties by document order): the wanted ones,
 * whatever they need that is not done, and what lies between. A wanted cell that is done and needs nothing is left out.
 * Only cells that can run are planned.
 */
export function plan(
  graph: Graph,
  want: Iterable<string>,
  isDone: (cell: string) => boolean
): string[] {
  const planned = new Map<string, boolean>();

  function needed(id: string): boolean {
    const known = planned.get(id);
    if (known !== undefined) return known;
    planned.set(id, false);
    let run = !isDone(id);
    for (const upstream of graph.byId.get(id)?.upstream ?? []) if (needed(upstream)) run = true;
    planned.set(id, run);
    return run;
  }

  for (const id of want) needed(id);
  return graph.order.filter((id) => planned.get(id) === true);
}
