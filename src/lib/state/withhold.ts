import type { Graph, GraphCell } from '#lib/notebook/graph-model.ts';
import { problem } from '#lib/problems/index.ts';

/** The graph of a notebook that has not been allowed to run scripts: its script cells say so and do not run. */
export function withholdScripts(graph: Graph): Graph {
  if (!graph.cells.some(wantsScript)) return graph;
  const cells = graph.cells.map((cell) =>
    wantsScript(cell)
      ? {
          ...cell,
          status: 'faulty' as const,
          cell: null,
          problems: [...cell.problems, problem('trust.script', { cell: cell.name })]
        }
      : cell
  );
  const withheld = new Set(graph.cells.filter(wantsScript).map((c) => c.id));
  return {
    ...graph,
    cells,
    byId: new Map(cells.map((c) => [c.id, c])),
    order: graph.order.filter((id) => !withheld.has(id))
  };
}

/** Whether a cell runs the notebook author's own code. */
function wantsScript(cell: GraphCell): boolean {
  return cell.status === 'ready' && cell.kind?.mode === 'script';
}
