import {
  boolean,
  numeric,
  text,
  type Columns,
  type NumericType,
  type Vector
} from '#lib/base/columns.ts';
import type { Span } from '#lib/base/problem.ts';
import { fail } from '#lib/problems/index.ts';

type Named = [name: string, values: ArrayLike<unknown>];
/** The input column of a name, whose type a result column of that name keeps where it can. */
type Like = (name: string) => Vector | undefined;

/** What a script returned, as columns: an Arquero table, a list of objects, or an object of lists. */
export function columnsFromResult(result: unknown, like: Like, at: Span): Columns {
  const named = namedColumns(result, at);
  if (named.length === 0) throw refuse('a table without columns', at);
  const length = named[0]![1].length;
  const odd = named.find(([, values]) => values.length !== length);
  if (odd)
    throw refuse(
      `lists of unequal length: ${named[0]![0]} has ${length}, ${odd[0]} has ${odd[1].length}`,
      at
    );
  return {
    length,
    names: named.map(([name]) => name),
    vectors: named.map(([name, values]) => vectorOfValues(values, like(name)))
  };
}

function namedColumns(result: unknown, at: Span): Named[] {
  if (result === null || result === undefined) throw refuse('nothing', at);
  if (typeof result !== 'object') throw refuse(`a ${typeof result}`, at);
  if (isArquero(result)) return result.columnNames().map((name) => [name, result.array(name)]);
  if (Array.isArray(result)) return fromObjects(result, at);
  return Object.entries(result).map(([name, values]) => {
    if (!isListLike(values)) throw refuse(`an object whose \`${name}\` is no list`, at);
    return [name, values];
  });
}

function fromObjects(rows: readonly unknown[], at: Span): Named[] {
  const values = new Map<string, unknown[]>();
  for (const [i, row] of rows.entries()) {
    if (typeof row !== 'object' || row === null || Array.isArray(row))
      throw refuse(`a list whose item ${i + 1} is no object`, at);
    for (const [name, value] of Object.entries(row)) {
      let column = values.get(name);
      if (!column) values.set(name, (column = new Array<unknown>(rows.length).fill(null)));
      column[i] = value;
    }
  }
  return [...values];
}

interface ArqueroTable {
  columnNames(): string[];
  array(name: string): ArrayLike<unknown>;
}

function isArquero(value: object): value is ArqueroTable {
  const table = value as Partial<ArqueroTable>;
  return typeof table.columnNames === 'function' && typeof table.array === 'function';
}

function isListLike(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}

/**
 * Whole numbers make an integer column, unless the input column of that name holds fractions; Dates make times,
 * or dates where the input did; anything mixed or nested becomes text.
 */
function vectorOfValues(values: ArrayLike<unknown>, like: Vector | undefined): Vector {
  const kinds = new Set<string>();
  for (let i = 0; i < values.length; i++) {
    const kind = kindOf(values[i]);
    if (kind !== 'missing') kinds.add(kind);
  }
  const only =
    kinds.size === 1 ? [...kinds][0]! : kinds.size === 0 ? (like?.type ?? 'text') : 'mixed';
  if (only === 'boolean') return boolean(list(values, (x) => x as boolean));
  if (only === 'date' || only === 'timestamp') {
    const type: NumericType = like?.type === 'date' ? 'date' : 'timestamp';
    return numeric(
      list(values, (x) => (x as Date).getTime()),
      type
    );
  }
  const figures = [...kinds].every((kind) => kind === 'integer' || kind === 'number');
  if (only === 'integer' || only === 'number' || (kinds.size > 0 && figures)) {
    const whole = !kinds.has('number') && like?.type !== 'number' && only !== 'number';
    return numeric(list(values, Number), whole ? 'integer' : 'number');
  }
  return text(list(values, shown));
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'missing';
  if (typeof value === 'number') {
    return Number.isNaN(value) ? 'missing' : Number.isSafeInteger(value) ? 'integer' : 'number';
  }
  if (typeof value === 'bigint') return 'integer';
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'missing' : 'timestamp';
  return typeof value === 'boolean' ? 'boolean' : typeof value === 'string' ? 'text' : 'nested';
}

function list<T>(values: ArrayLike<unknown>, read: (value: unknown) => T): (T | null)[] {
  return Array.from(values, (value) => (kindOf(value) === 'missing' ? null : read(value)));
}

function shown(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'bigint' || typeof value === 'symbol'
    ? value.toString()
    : (JSON.stringify(value) ?? 'function');
}

function refuse(got: string, at: Span) {
  return fail('script.result', { got }, at);
}
