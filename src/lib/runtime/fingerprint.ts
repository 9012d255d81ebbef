import { hash128 } from '#lib/base/hash.ts';
import type { Cell } from '#lib/cells/core/context.ts';
import type { CellKind } from '#lib/cells/core/define.ts';
import { canonicalConfig, canonicalText } from './canonical.ts';

/** What a cell is by itself, apart from its inputs and files: kind, version, meaning of its text, parameters used, seed. */
export function textHash(kind: CellKind, cell: Cell, seed: number): string {
  const meaning = meaningOf(kind, cell);
  const params = Object.entries(cell.params).sort(byFirst);
  return hash128(
    JSON.stringify([kind.kind, kind.version, cell.name, meaning, params, kind.outputs, seed])
  );
}

/** The identity of a result: what the cell is, its files, and the content of every input. Equal fingerprints mean equal results. */
export function fingerprint(
  text: string,
  fileMark: string,
  inputs: ReadonlyMap<string, { readonly key: string }>
): string {
  const keys = [...inputs].map(([name, { key }]) => [name, key]).sort(byFirst);
  return hash128(JSON.stringify([text, fileMark, keys]));
}

/** A body that was parsed into keys means its configuration; one that stayed text means that text. */
function meaningOf(kind: CellKind, cell: Cell): string {
  const { language, schema } = kind.body;
  return schema || language === 'json' || language === 'yaml'
    ? canonicalConfig(cell.config)
    : canonicalText(language, cell.body);
}

function byFirst(a: readonly unknown[], b: readonly unknown[]): number {
  return String(a[0]) < String(b[0]) ? -1 : 1;
}
