import { assert } from '#lib/base/assert.ts';
import type { CellKind } from '#lib/cells/core/define.ts';
import { fail } from '#lib/problems/index.ts';
import { scanNames } from '#lib/sql/names.ts';
import { nameKey } from '#lib/sql/quote.ts';
import { raws, withRaws } from './edit.ts';
import { withName } from './fence.ts';
import { buildGraph } from './graph.ts';
import { isName } from './info.ts';
import type { CellBlock, Notebook } from './model.ts';
import { outputNames } from './outputs.ts';
import { rewritten, type Renaming } from './rename-cell.ts';

/**
 * The notebook with a cell renamed and every reference to it rewritten: its tables and their secondary ones in
 * SQL, YAML, chart data, `reads=` and scripts, and `$name` if it is a parameter. Text that is no reference keeps
 * its bytes. Where two cells have the old name only the first one's fence changes, since a reference may mean
 * either. Throws a `notebook.name-*` problem if the new name cannot be.
 */
export function rename(
  notebook: Notebook,
  from: string,
  to: string,
  kinds: ReadonlyMap<string, CellKind>
): Notebook {
  const name = to.normalize('NFC');
  const index = indexOf(notebook, from);
  const block = notebook.blocks[index];
  assert(block?.type === 'cell', `there is a cell ${from}`);
  const kind = kinds.get(block.kind);
  const suffixes = kind?.outputs ?? [''];
  requireFree(notebook, index, name, suffixes, kinds);

  const all = raws(notebook);
  const others = notebook.blocks.filter((b, i) => i !== index && isNamed(b, block.name));
  if (others.length === 0) {
    const before = [block.name, ...outputNames(block.name, suffixes)];
    const after = [name, ...outputNames(name, suffixes)];
    const relations = new Map(before.map((old, i) => [nameKey(old), after[i]!]));
    const param = kind && block.kind === 'param' ? { from: block.name, to: name } : null;
    const renaming: Renaming = { relations, param };
    const { params } = buildGraph(notebook, kinds);
    for (const [i, other] of notebook.blocks.entries()) {
      if (other.type !== 'cell') continue;
      const otherKind = kinds.get(other.kind);
      if (!otherKind || other.broken === 'unclosed' || other.conflict) continue;
      requireUnshadowed(other, otherKind, renaming);
      all[i] = rewritten(other, otherKind, params, renaming, notebook.eol);
    }
  }
  all[index] = withName({ ...block, raw: all[index]! }, name);
  return withRaws(notebook, all);
}

/** The cell that has the name; one that is off only if no other has. */
function indexOf(notebook: Notebook, name: string): number {
  const active = notebook.blocks.findIndex(
    (b) => isNamed(b, name) && b.type === 'cell' && b.flags['run'] !== 'off'
  );
  return active >= 0 ? active : notebook.blocks.findIndex((b) => isNamed(b, name));
}

function isNamed(block: Notebook['blocks'][number], name: string): boolean {
  return block.type === 'cell' && nameKey(block.name) === nameKey(name);
}

/** Neither the name nor a secondary table under it may be another cell's. Cells that are off hold no name. */
function requireFree(
  notebook: Notebook,
  index: number,
  name: string,
  suffixes: readonly string[],
  kinds: ReadonlyMap<string, CellKind>
): void {
  if (!isName(name)) throw fail('notebook.name-invalid', { name });
  const wanted = new Set([name, ...outputNames(name, suffixes)].map(nameKey));
  for (const [i, other] of notebook.blocks.entries()) {
    if (i === index || other.type !== 'cell' || other.flags['run'] === 'off') continue;
    const held = outputNames(other.name, kinds.get(other.kind)?.outputs ?? ['']);
    const clash = [other.name, ...held].find((n) => wanted.has(nameKey(n)));
    if (clash !== undefined) throw fail('notebook.name-taken', { name: clash, owner: other.name });
  }
}

/** A WITH table or alias of the new name would take the place of the renamed table. */
function requireUnshadowed(block: CellBlock, kind: CellKind, { relations }: Renaming): void {
  if (kind.body.language !== 'sql') return;
  const { references, bound } = scanNames(block.body);
  for (const { key } of references) {
    const to = relations.get(key);
    if (to !== undefined && nameKey(to) !== key && bound.has(nameKey(to))) {
      throw fail('notebook.name-shadow', { name: to, cell: block.name });
    }
  }
}
