import type { FileLook } from '#lib/runtime/file-look.ts';
import {
  compareColumns,
  fitsColumns,
  typeWanted,
  type ColumnFit,
  type NamedColumn
} from '#lib/state/column-fit.ts';
import { fitsPattern } from '#lib/state/file-match.ts';
import type { Session } from '#lib/state/session.svelte.ts';
import { fileRequests } from './wanted.ts';

/** A file held against what a source cell reads. */
export interface CellFit {
  /** Id of the cell. */
  readonly cell: string;
  readonly fit: ColumnFit;
  readonly wants: readonly NamedColumn[];
}

const near = 0.7;

/** For a file that a source asks for by name: how its columns differ, where they do. Null where it is right, or nothing is known. */
export function misfitOf(session: Session, look: FileLook): CellFit | null {
  for (const { cell, pattern } of fileRequests(session)) {
    if (!fitsPattern(look.name, pattern)) continue;
    const found = held(session, cell, look);
    if (found && !fitsColumns(found.fit)) return found;
  }
  return null;
}

/** The source cell that a file of another name could be for, by its columns; null where none comes near. */
export function cellForColumns(session: Session, look: FileLook): CellFit | null {
  const fits = fileRequests(session)
    .map(({ cell }) => held(session, cell, look))
    .filter((found) => found !== null)
    .sort((a, b) => b.fit.score - a.fit.score || a.fit.extra.length - b.fit.extra.length);
  const best = fits[0];
  return best && best.fit.score >= near ? best : null;
}

function held(session: Session, cell: string, look: FileLook): CellFit | null {
  const wants = wantsOf(session, cell);
  if (!look.columns || wants.length === 0) return null;
  return { cell, fit: compareColumns(look.columns, wants), wants };
}

/** The columns of a source's contract, else those that it had when it last ran. */
function wantsOf(session: Session, cell: string): readonly NamedColumn[] {
  const node = session.graph.byId.get(cell);
  const { columns } = (node?.cell?.config ?? {}) as { columns?: Readonly<Record<string, string>> };
  const last = session.results.relationsOf(cell).find((r) => r.name === node?.name)?.fields ?? [];
  if (columns && Object.keys(columns).length > 0) {
    return Object.entries(columns).map(([name, type]) => ({ name, type: typeWanted(type) }));
  }
  return last.map(({ name, type }) => ({ name, type }));
}
