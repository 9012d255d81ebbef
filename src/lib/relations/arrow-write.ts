import {
  bool,
  dateDay,
  dictionary as dictionaryType,
  field,
  float64,
  int32,
  int64,
  list,
  tableFromColumns,
  tableToIPC,
  timestamp,
  TimeUnit,
  utf8,
  Column
} from '@uwdata/flechette';
import { dictionary, type Columns, type OtherVector, type Vector } from '#lib/base/columns.ts';
import { defined } from '#lib/base/assert.ts';
import { arrowBatch, arrowColumn, type BatchOptions } from './arrow-column.ts';

/**
 * Columns as an Arrow IPC stream of one batch. Integers are Int64, dates Date32, timestamps microseconds; text that
 * repeats is dictionary-encoded; lists of text or numbers stay lists, other nested values become JSON text. O(values).
 */
export function ipcFromColumns(columns: Columns): Uint8Array {
  const arrow = columns.vectors.map((vector, i): [string, Column<unknown>] => [
    columns.names[i]!,
    columnOfVector(vector)
  ]);
  return defined(tableToIPC(tableFromColumns(arrow), { format: 'stream' }), 'Arrow stream');
}

function columnOfVector(vector: Vector): Column<unknown> {
  switch (vector.type) {
    case 'text':
      return columnOfText(vector.values);
    case 'other':
      return columnOfOther(vector);
    case 'boolean': {
      const { bits, nulls } = bitmap(
        vector.values.length,
        (i) => !vector.valid || vector.valid[i] === 1
      );
      const values = bitmap(vector.values.length, (i) => vector.values[i] === 1).bits;
      return arrowColumn({
        length: vector.values.length,
        nullCount: nulls,
        type: bool(),
        validity: bits,
        values
      });
    }
    default:
      return columnOfNumbers(vector.type, vector.values, vector.valid);
  }
}

function columnOfNumbers(
  kind: 'integer' | 'number' | 'date' | 'timestamp',
  source: Float64Array,
  valid: Uint8Array | null
): Column<unknown> {
  const length = source.length;
  const { bits, nulls } = bitmap(
    length,
    (i) => (!valid || valid[i] === 1) && source[i] === source[i]
  );
  const base = { length, nullCount: nulls, validity: bits };
  switch (kind) {
    case 'number':
      return arrowColumn({ ...base, type: float64(), values: source });
    case 'integer':
      return arrowColumn({ ...base, type: int64(), values: wide(source, 1) });
    case 'timestamp':
      return arrowColumn({
        ...base,
        type: timestamp(TimeUnit.MICROSECOND),
        values: wide(source, 1000)
      });
    case 'date': {
      const values = new Int32Array(length);
      for (let i = 0; i < length; i++) values[i] = Math.floor(source[i]! / 86_400_000);
      return arrowColumn({ ...base, type: dateDay(), values });
    }
  }
}

/** Doubles as 64-bit integers, written by their halves. */
function wide(source: Float64Array, scale: number): BigInt64Array {
  const out = new Uint32Array(source.length * 2);
  for (let i = 0; i < source.length; i++) {
    const value = Math.round(source[i]! * scale);
    const high = Math.floor(value / 4294967296);
    out[2 * i] = value - high * 4294967296;
    out[2 * i + 1] = high;
  }
  return new BigInt64Array(out.buffer);
}

function columnOfText(values: readonly (string | null)[]): Column<unknown> {
  const { codes, labels } = dictionary(values);
  if (labels.length * 2 >= values.length) return arrowColumn(utf8Batch(values));
  const { bits, nulls } = bitmap(codes.length, (i) => codes[i]! >= 0);
  const encodedLabels = utf8Batch(labels);
  const type = dictionaryType(encodedLabels.type, int32());
  const keys = codes.map((code) => (code < 0 ? 0 : code));
  const batch = arrowBatch({
    length: codes.length,
    nullCount: nulls,
    type,
    validity: bits,
    values: keys
  });
  (batch as unknown as { setDictionary(labels: Column<unknown>): void }).setDictionary(
    arrowColumn(encodedLabels)
  );
  return new Column([batch], type);
}

const encoder = new TextEncoder();

function utf8Batch(values: readonly (string | null)[]): BatchOptions {
  const length = values.length;
  const { bits, nulls } = bitmap(length, (i) => values[i] !== null && values[i] !== undefined);
  const offsets = new Int32Array(length + 1);
  const all = values.join('');
  let bytes: Uint8Array = encoder.encode(all);
  if (bytes.length === all.length) {
    for (let i = 0; i < length; i++) offsets[i + 1] = offsets[i]! + (values[i]?.length ?? 0);
  } else {
    bytes = new Uint8Array(all.length * 3);
    for (let i = 0, at = 0; i < length; i++) {
      at += encoder.encodeInto(values[i] ?? '', bytes.subarray(at)).written;
      offsets[i + 1] = at;
    }
  }
  return { length, nullCount: nulls, type: utf8(), validity: bits, offsets, values: bytes };
}

function columnOfOther({ values }: OtherVector): Column<unknown> {
  const present = values.filter((value) => value !== null && value !== undefined);
  if (present.length === 0 || !present.every(isFlatList)) {
    return columnOfText(values.map((value) => (isAbsent(value) ? null : asText(value))));
  }
  const items = (present as unknown[][]).flat();
  const numeric =
    items.length > 0 && items.every((item) => item === null || typeof item === 'number');
  const child = numeric
    ? columnOfNumbers(
        'number',
        Float64Array.from(items, (item) => item ?? NaN),
        null
      )
    : arrowColumn(utf8Batch(items.map((item) => (isAbsent(item) ? null : asText(item)))));
  const offsets = new Int32Array(values.length + 1);
  for (const [i, value] of values.entries()) {
    offsets[i + 1] = offsets[i]! + (isAbsent(value) ? 0 : (value as unknown[]).length);
  }
  const { bits, nulls } = bitmap(values.length, (i) => !isAbsent(values[i]));
  const type = list(field('item', child.type));
  return arrowColumn({
    length: values.length,
    nullCount: nulls,
    type,
    validity: bits,
    offsets,
    children: [...child.data]
  });
}

function isAbsent(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

function isFlatList(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item !== 'object' || item === null);
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function bitmap(
  length: number,
  isSet: (i: number) => boolean
): { bits: Uint8Array; nulls: number } {
  const bits = new Uint8Array(((length + 63) >> 6) << 3);
  let set = 0;
  for (let i = 0; i < length; i++) {
    if (!isSet(i)) continue;
    bits[i >> 3]! |= 1 << (i & 7);
    set++;
  }
  return { bits, nulls: length - set };
}
