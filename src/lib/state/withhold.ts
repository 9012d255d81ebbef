import type { Problem } from '#lib/base/problem.ts';
import type { Graph, GraphCell } from '#lib/notebook/graph-model.ts';
import { problem } from '#lib/problems/index.ts';

/** What the reader lets a notebook do. */
export interface Allowed {
  readonly scripts: boolean;
  readonly network: boolean;
}

/** The graph of a notebook without leave for all: cells that would run its author's code, or talk to the network, say so and do not run. */
export function withhold(graph: Graph, allowed: Allowed): Graph {
  const refused = new Map<string, Problem>();
  for (const cell of graph.cells) {
    const why = refusal(cell, allowed);
    if (why) refused.set(cell.id, why);
  }
  if (refused.size === 0) return graph;
  const cells = graph.cells.map((cell) => {
    const why = refused.get(cell.id);
    if (!why) return cell;
    return { ...cell, status: 'faulty' as const, cell: null, problems: [...cell.problems, why] };
  });
  return {
    ...graph,
    cells,
    byId: new Map(cells.map((c) => [c.id, c])),
    order: graph.order.filter((id) => !refused.has(id))
  };
}

function refusal({ status, kind, cell, name }: GraphCell, allowed: Allowed): Problem | null {
  if (status !== 'ready' || !kind || !cell) return null;
  if (!allowed.scripts && kind.mode === 'script') return problem('trust.script', { cell: name });
  const address = allowed.network ? null : (kind.reaches?.(cell) ?? null);
  return address === null ? null : problem('trust.network', { cell: name, address });
}
