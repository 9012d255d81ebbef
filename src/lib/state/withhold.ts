import type { Problem } from '#lib/base/problem.ts';
import type { Graph, GraphCell } from '#lib/notebook/graph-model.ts';
import { problem } from '#lib/problems/index.ts';

/** The graph of a notebook that has not been allowed to run scripts: its script cells say so and do not run. */
export function withholdScripts(graph: Graph): Graph {
  return withhold(graph, wantsScript, ({ name }) => problem('trust.script', { cell: name }));
}

/** The graph of a notebook that has not been allowed to talk to the network: cells that would say so and do not run. */
export function withholdRequests(graph: Graph): Graph {
  return withhold(
    graph,
    (cell) => addressOf(cell) !== null,
    (cell) => problem('trust.network', { cell: cell.name, address: addressOf(cell) ?? '' })
  );
}

function withhold(
  graph: Graph,
  wants: (cell: GraphCell) => boolean,
  problemOf: (cell: GraphCell) => Problem
): Graph {
  const withheld = new Set(graph.cells.filter(wants).map((c) => c.id));
  if (withheld.size === 0) return graph;
  const cells = graph.cells.map((cell) =>
    withheld.has(cell.id)
      ? {
          ...cell,
          status: 'faulty' as const,
          cell: null,
          problems: [...cell.problems, problemOf(cell)]
        }
      : cell
  );
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

/** What outside this browser a cell would talk to; null when it stays inside. */
function addressOf({ status, kind, cell }: GraphCell): string | null {
  if (status !== 'ready' || !cell) return null;
  return kind?.reaches?.(cell) ?? null;
}
