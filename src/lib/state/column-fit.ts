import type { ColumnType } from '#lib/base/columns.ts';

/** A column that a file has, or that a source wants. `type` null: any. */
export interface NamedColumn {
  readonly name: string;
  readonly type: ColumnType | null;
}

/** How the columns of a file stand to those that are wanted. */
export interface ColumnFit {
  readonly missing: readonly string[];
  readonly extra: readonly string[];
  /** Columns that are there under the name, with another type. */
  readonly different: readonly {
    readonly name: string;
    readonly has: ColumnType;
    readonly wants: ColumnType;
  }[];
  /** Wanted columns that are there under a name written in another way. */
  readonly renamed: readonly { readonly from: string; readonly to: string }[];
  /** From 0 for nothing in common to 1 for all that is wanted, by name and type. */
  readonly score: number;
}

/** Holds the columns of a file against those wanted, by name in any case of letters, then by names written in another way. */
export function compareColumns(
  has: readonly NamedColumn[],
  wants: readonly NamedColumn[]
): ColumnFit {
  const left = new Map(has.map((column) => [column.name.toLowerCase(), column]));
  const missing: string[] = [];
  const different: { name: string; has: ColumnType; wants: ColumnType }[] = [];
  const renamed: { from: string; to: string }[] = [];
  const open: NamedColumn[] = [];
  let score = 0;
  const take = (found: NamedColumn, wanted: NamedColumn) => {
    left.delete(found.name.toLowerCase());
    if (found.type && wanted.type && !reads(found.type, wanted.type)) {
      different.push({ name: wanted.name, has: found.type, wants: wanted.type });
      score += 0.5;
    } else score += 1;
  };
  for (const wanted of wants) {
    const found = left.get(wanted.name.toLowerCase());
    if (found) take(found, wanted);
    else open.push(wanted);
  }
  for (const wanted of open) {
    const found = [...left.values()].find(({ name }) => plain(name) === plain(wanted.name));
    if (!found) {
      missing.push(wanted.name);
      continue;
    }
    renamed.push({ from: found.name, to: wanted.name });
    take(found, wanted);
  }
  return {
    missing,
    extra: [...left.values()].map(({ name }) => name),
    different,
    renamed,
    score: wants.length === 0 ? 0 : score / wants.length
  };
}

/** Whether a file can stand in for the one wanted as it is: columns it has beyond that do no harm. */
export function fitsColumns({ missing, different, renamed }: ColumnFit): boolean {
  return missing.length + different.length + renamed.length === 0;
}

/** The type that a contract means by what it writes, as a source reads it. */
export function typeWanted(written: string): ColumnType | null {
  const word = written.trim().toLowerCase();
  if (/^(?:integer|int|bigint|smallint|hugeint)/.test(word)) return 'integer';
  if (/^(?:number|double|float|real|decimal|numeric)/.test(word)) return 'number';
  if (/^(?:boolean|bool)/.test(word)) return 'boolean';
  if (word === 'date') return 'date';
  if (word.startsWith('timestamp') || word === 'datetime') return 'timestamp';
  return /^(?:text|varchar|string)/.test(word) ? 'text' : null;
}

/** Whether values that show one type can be read as another. Anything can be text. */
function reads(has: ColumnType, wants: ColumnType): boolean {
  if (has === wants || wants === 'text' || wants === 'other' || has === 'other') return true;
  if (wants === 'number') return has === 'integer';
  return wants === 'timestamp' && has === 'date';
}

function plain(name: string): string {
  return name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}
