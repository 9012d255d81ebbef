import type { Graph, GraphCell } from '#lib/notebook/graph-model.ts';

/**
 * The graph of a notebook whose live cells `ids` run in another tab: here they need nothing, as their tables come from
 * there. `whole` is the graph before anything was withheld in `graph`: these cells reach nothing from here either.
 */
export function mirrored(graph: Graph, whole: Graph, ids: ReadonlySet<string>): Graph {
  const alone = (cell: GraphCell): GraphCell => ({ ...cell, reads: [], follows: [], upstream: [] });
  const taken = new Map(
    whole.cells.flatMap((cell) =>
      ids.has(cell.id) && cell.kind?.mode === 'live' ? [[cell.id, alone(cell)] as const] : []
    )
  );
  if (taken.size === 0) return graph;
  const cells = graph.cells.map((cell) => taken.get(cell.id) ?? cell);
  const ready = new Set([...graph.order, ...taken.keys()]);
  return {
    ...graph,
    cells,
    byId: new Map(cells.map((cell) => [cell.id, cell])),
    order: whole.order.filter((id) => ready.has(id))
  };
}
