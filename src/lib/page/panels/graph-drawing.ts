import { Graph, layout } from '@dagrejs/dagre';
import type { GraphCell } from '#lib/notebook/graph-model.ts';

export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly {
    readonly id: string;
    readonly name: string;
    readonly kind: string;
    readonly label: string;
    readonly x: number;
    readonly y: number;
    readonly width: number;
  }[];
  readonly edges: readonly {
    readonly id: string;
    readonly from: string;
    readonly to: string;
    readonly path: string;
  }[];
}

const height = 22;
const longest = 18;

/** The cells of a notebook drawn from top to bottom in layers, by dagre (network simplex ranking). */
export function drawGraph(cells: readonly GraphCell[]): Drawing {
  const graph = new Graph();
  graph.setGraph({ rankdir: 'TB', nodesep: 10, ranksep: 22, marginx: 1, marginy: 1 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id, name } of cells) {
    const label = name.length > longest ? `${name.slice(0, longest - 1)}…` : name;
    graph.setNode(id, { label, width: 30 + label.length * 6.7, height });
  }
  for (const { id, upstream } of cells) {
    for (const from of upstream) if (graph.hasNode(from)) graph.setEdge(from, id);
  }
  layout(graph);
  const { width = 0, height: total = 0 } = graph.graph() as { width?: number; height?: number };
  return {
    width: Math.ceil(width),
    height: Math.ceil(total),
    nodes: cells.map(({ id, name, kindName }) => {
      const node = graph.node(id) as { x: number; y: number; width: number; label: string };
      return {
        id,
        name,
        kind: kindName,
        label: node.label,
        x: node.x - node.width / 2,
        y: node.y - height / 2,
        width: node.width
      };
    }),
    edges: graph.edges().map(({ v, w }) => {
      const { points } = graph.edge({ v, w }) as { points: readonly { x: number; y: number }[] };
      const path = points.map(
        (p, i) => `${i === 0 ? 'M' : 'L'}${p.x.toFixed(1)} ${p.y.toFixed(1)}`
      );
      return { id: `${v} ${w}`, from: v, to: w, path: path.join('') };
    })
  };
}
