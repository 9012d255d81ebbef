import type { Problem, Scalar } from '#lib/base/problem.ts';
import type { Cell } from '#lib/cells/core/context.ts';
import type { CellKind, Input } from '#lib/cells/core/define.ts';

/**
 * A cell in the graph. `id` is its name; the second cell of the same name is `name#2`, and so on, so that
 * faulty cells too have an identity that survives edits elsewhere.
 */
export interface GraphCell {
  readonly id: string;
  /** Index into `Notebook.blocks`. */
  readonly block: number;
  readonly name: string;
  readonly kindName: string;
  /** Absent for unknown kinds. */
  readonly kind: CellKind | undefined;
  readonly status: 'ready' | 'off' | 'unknown-kind' | 'faulty';
  /** null unless status is ready. */
  readonly cell: Cell | null;
  readonly reads: readonly Input[];
  readonly follows: readonly string[];
  /** Public relation names it produces, its own first. */
  readonly outputs: readonly string[];
  /** Ids of the cells it needs, and of those that need it; parameters included. */
  readonly upstream: readonly string[];
  readonly downstream: readonly string[];
  /** Errors keep it from running (status faulty); warnings do not. */
  readonly problems: readonly Problem[];
  readonly runFlag: 'auto' | 'manual' | 'off';
  readonly show: 'both' | 'code' | 'result' | 'none';
  readonly costly: boolean;
  /** How often it runs again while a stream upstream of it goes on, in milliseconds; null: as the engine has time. */
  readonly refresh: number | 'manual' | null;
}

export interface Graph {
  /** In document order. */
  readonly cells: readonly GraphCell[];
  readonly byId: ReadonlyMap<string, GraphCell>;
  /** Ready cells in execution order: topological, ties by document order. */
  readonly order: readonly string[];
  /** Which cell produces a relation (lower-case name → id). */
  readonly producers: ReadonlyMap<string, string>;
  readonly params: Readonly<Record<string, Scalar>>;
  readonly seed: number;
}
