import { parseDuration } from '#lib/base/duration.ts';
import type { Scalar } from '#lib/base/problem.ts';
import type { CellKind } from '#lib/cells/core/define.ts';
import { nameKey } from '#lib/sql/quote.ts';
import { draftsOf, isFaulty, type Draft } from './graph-draft.ts';
import { findClashes, findCycles } from './graph-faults.ts';
import type { Graph, GraphCell } from './graph-model.ts';
import { readParams } from './graph-params.ts';
import { readCell, type Maker } from './graph-reads.ts';
import type { Notebook } from './model.ts';

export interface GraphOptions {
  /** Values that stand in for those written in param cells. */
  readonly params?: Readonly<Record<string, Scalar>>;
}

/**
 * The dependency graph of a notebook: what every cell reads and makes, its configuration, the order of
 * execution. Pure, and total: whatever is wrong stands as problems on the cells it concerns.
 */
export function buildGraph(
  notebook: Notebook,
  kinds: ReadonlyMap<string, CellKind>,
  options: GraphOptions = {}
): Graph {
  const drafts = draftsOf(notebook, kinds);
  findClashes(drafts);
  const params = readParams(drafts, options.params ?? {});
  const makers = makersOf(drafts);
  const off = new Map<string, string>();
  for (const { off: isOff, block } of drafts) {
    const key = nameKey(block.name);
    if (isOff && !makers.has(key) && !params.cells.has(key)) off.set(key, block.name);
  }
  const unknown = drafts
    .filter((d) => !d.kind && !d.off)
    .map((d): Maker => ({ relation: d.block.name, id: d.id }));
  for (const draft of drafts) readCell(draft, { params, makers, off, unknown });
  findCycles(drafts);

  const neededBy = new Map<string, string[]>(drafts.map((d) => [d.id, []]));
  for (const { id, needs } of drafts) for (const need of needs) neededBy.get(need)?.push(id);
  const cells = drafts.map((draft) => finished(draft, neededBy.get(draft.id) ?? []));
  const byId = new Map(cells.map((cell) => [cell.id, cell]));
  return {
    cells,
    byId,
    order: executionOrder(cells),
    producers: new Map([...makers].map(([key, { id }]) => [key, id])),
    params: params.values,
    seed: notebook.meta.seed
  };
}

/** The first cell that makes each relation; broken cells too, so that their readers wait for them. */
function makersOf(drafts: readonly Draft[]): Map<string, Maker> {
  const makers = new Map<string, Maker>();
  for (const { id, outputs } of drafts) {
    for (const relation of outputs) {
      if (!makers.has(nameKey(relation))) makers.set(nameKey(relation), { relation, id });
    }
  }
  return makers;
}

function finished(draft: Draft, downstream: readonly string[]): GraphCell {
  const { id, index, block, kind, off, reads, follows, outputs, needs, problems } = draft;
  const status = off ? 'off' : !kind ? 'unknown-kind' : isFaulty(draft) ? 'faulty' : 'ready';
  const cell = status === 'ready' ? draft.cell : null;
  return {
    id,
    block: index,
    name: block.name,
    kindName: block.kind,
    kind,
    status,
    cell,
    reads,
    follows,
    outputs,
    upstream: [...needs],
    downstream,
    problems,
    runFlag: oneOf(['auto', 'manual', 'off'] as const, block.flags['run']),
    show: oneOf(['both', 'code', 'result', 'none'] as const, block.flags['show']),
    costly: cell !== null && (kind?.costly?.(cell) ?? false),
    refresh: refreshOf(block.flags['refresh'])
  };
}

function refreshOf(flag: string | undefined): GraphCell['refresh'] {
  if (flag === undefined || flag === 'manual') return flag ?? null;
  return parseDuration(flag);
}

/** The flag's value; the first choice when it is absent or wrong. */
function oneOf<const C extends string>(
  choices: readonly [C, ...C[]],
  value: string | undefined
): C {
  return choices.find((choice) => choice === value) ?? choices[0];
}

/** Ready cells after what they need; among those that could be next, the first on the page. */
function executionOrder(cells: readonly GraphCell[]): string[] {
  const ready = cells.filter((c) => c.status === 'ready');
  const place = new Map(ready.map((c, i) => [c.id, i]));
  const missing = ready.map((c) => c.upstream.filter((id) => place.has(id)).length);
  const next = ready.flatMap((_, i) => (missing[i] === 0 ? [i] : []));
  const order: string[] = [];
  while (next.length > 0) {
    const cell = ready[next.shift()!]!;
    order.push(cell.id);
    for (const id of cell.downstream) {
      const i = place.get(id);
      if (i === undefined || --missing[i]! > 0) continue;
      const at = next.findIndex((other) => other > i);
      next.splice(at < 0 ? next.length : at, 0, i);
    }
  }
  return order;
}
