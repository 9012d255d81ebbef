import { dictionary, type Columns, type Vector } from '#lib/base/columns.ts';

/** A table as plain data that is small and fast to write: text as codes into one text of all labels. */
export interface PackedTable {
  readonly length: number;
  readonly names: readonly string[];
  readonly vectors: readonly PackedVector[];
}

type PackedVector =
  | {
      readonly type: 'text';
      /** −1 is missing. */
      readonly codes: Int32Array;
      /** Labels one after another, and the length of each in UTF-16 units. */
      readonly labels: string;
      readonly lengths: Int32Array;
    }
  | Exclude<Vector, { readonly type: 'text' }>;

/** O(values). */
export function packTable({ length, names, vectors }: Columns): PackedTable {
  return { length, names, vectors: vectors.map(packVector) };
}

export function unpackTable({ length, names, vectors }: PackedTable): Columns {
  return { length, names, vectors: vectors.map(unpackVector) };
}

function packVector(vector: Vector): PackedVector {
  if (vector.type !== 'text') return vector;
  const { codes, labels } = dictionary(vector.values);
  const lengths = Int32Array.from(labels, (label) => label.length);
  return { type: 'text', codes, labels: labels.join(''), lengths };
}

function unpackVector(vector: PackedVector): Vector {
  if (vector.type !== 'text') return vector;
  const { codes, labels, lengths } = vector;
  let at = 0;
  const list = Array.from(lengths, (length) => labels.slice(at, (at += length)));
  return { type: 'text', values: Array.from(codes, (code) => (code < 0 ? null : list[code]!)) };
}
