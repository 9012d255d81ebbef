import type { Problem } from '#lib/base/problem.ts';
import type { Cell } from '#lib/cells/core/context.ts';
import type { CellKind, Input, Parsed } from '#lib/cells/core/define.ts';
import { problem } from '#lib/problems/index.ts';
import { nameKey } from '#lib/sql/quote.ts';
import { nearest } from '#lib/base/nearest.ts';
import { parseInfo } from './info.ts';
import { withEol } from './lines.ts';
import type { CellBlock, Notebook } from './model.ts';
import { outputNames } from './outputs.ts';

/** A cell while the graph is built. */
export interface Draft {
  readonly id: string;
  readonly index: number;
  readonly block: CellBlock;
  readonly kind: CellKind | undefined;
  readonly off: boolean;
  /** The body with `\n` for line ends. */
  readonly text: string;
  readonly outputs: readonly string[];
  readonly problems: Problem[];
  /** Ids of the cells it needs. */
  readonly needs: Set<string>;
  parsed: Parsed<unknown> | null;
  cell: Cell | null;
  reads: readonly Input[];
  follows: readonly string[];
}

/** Every cell of the notebook with what its fence line says. Cells that are off leave their name to others. */
export function draftsOf(notebook: Notebook, kinds: ReadonlyMap<string, CellKind>): Draft[] {
  const cells = notebook.blocks.flatMap((block, index) =>
    block.type === 'cell' ? [{ block, index, off: block.flags['run'] === 'off' }] : []
  );
  const ids = new Map<number, string>();
  const taken = new Set<string>();
  for (const { block, index } of [...cells.filter((c) => !c.off), ...cells.filter((c) => c.off)]) {
    const base = block.name || 'unnamed';
    let id = base;
    for (let n = 2; taken.has(nameKey(id)); n++) id = `${base}#${n}`;
    taken.add(nameKey(id));
    ids.set(index, id);
  }
  return cells.map(({ block, index, off }) => {
    const kind = kinds.get(block.kind);
    return {
      id: ids.get(index)!,
      index,
      block,
      kind,
      off,
      text: withEol(block.body, '\n'),
      outputs:
        off || block.broken === 'bad-name' ? [] : outputNames(block.name, kind?.outputs ?? ['']),
      problems: fenceProblems(block, kind, kinds),
      needs: new Set<string>(),
      parsed: null,
      cell: null,
      reads: [],
      follows: []
    };
  });
}

export function isFaulty(draft: Draft): boolean {
  return draft.problems.some((p) => p.severity === 'error');
}

/** The line of the fence in the file. */
export function fenceLine(draft: Draft): number {
  return draft.block.bodyLine - 1;
}

function fenceProblems(
  block: CellBlock,
  kind: CellKind | undefined,
  kinds: ReadonlyMap<string, CellKind>
): Problem[] {
  const { name } = block;
  const problems: Problem[] = [];
  const info = infoOf(block);
  if (block.broken === 'unclosed') {
    const fence = /^`+/m.exec(block.raw)?.[0] ?? '```';
    problems.push(problem('cell.unclosed', { name, fence }));
  }
  if (block.conflict) problems.push(problem('cell.conflict', { name }));
  if (info?.fault?.part === 'name') problems.push(problem('cell.name-invalid', { name }));
  if (info?.fault?.part === 'flags') {
    problems.push(problem('cell.flags-invalid', { detail: info.fault.detail }));
  }
  if (!kind) {
    problems.push(
      problem('cell.kind-unknown', { kind: block.kind, nearest: nearest(block.kind, kinds.keys()) })
    );
    return problems;
  }
  for (const flag of Object.keys(block.flags)) {
    if (!isKnown(flag, kind))
      problems.push(problem('cell.flag-unknown', { flag, kind: kind.kind }));
  }
  return problems;
}

function isKnown(flag: string, { mode }: CellKind): boolean {
  if (flag === 'reads') return mode === 'script';
  if (flag === 'refresh') return mode !== 'live' && mode !== 'load';
  return flag === 'run' || flag === 'show';
}

function infoOf(block: CellBlock) {
  const fences = block.raw.matchAll(/^`{3,}(.*)$/gm);
  for (const [, text] of fences) {
    const info = parseInfo(text!.trimEnd());
    if (info?.kind === block.kind && info.name === block.name) return info;
  }
  return null;
}
