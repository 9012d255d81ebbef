import { crc32c } from '#lib/base/crc32c.ts';
import type { LogFile } from './log-files.ts';

/** Bytes before the body of a record: its length, a CRC-32C of all that follows, the number of its first row, its rows. */
export const headBytes = 20;
const magic = 0x314c4d51;
/** Bytes before the first record: `QML1`, and the number of the first row. */
export const segmentHead = 12;
/** No record is longer; a length beyond it is damage. */
const mostRecord = 256 << 20;

export interface LogRecord {
  /** The number of its first row; rows of a log are counted from 1. */
  readonly seq: number;
  readonly rows: number;
  readonly body: Uint8Array;
}

/** Where a record ends that `scan` has read. */
interface Scanned extends LogRecord {
  readonly end: number;
}

export function segmentName(first: number): string {
  return `segment-${String(first).padStart(16, '0')}`;
}

/** The first row of a segment by its name; null for other files. */
export function firstOf(name: string): number | null {
  const digits = /^segment-(\d{16})$/.exec(name)?.[1];
  return digits === undefined ? null : Number(digits);
}

export function headOf(first: number): Uint8Array {
  const bytes = new Uint8Array(segmentHead);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, magic, true);
  view.setFloat64(4, first, true);
  return bytes;
}

/** Writes the head of a record into the `headBytes` that stand free before its body. */
export function sealRecord(bytes: Uint8Array, seq: number, rows: number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  view.setUint32(0, bytes.length - headBytes, true);
  view.setFloat64(8, seq, true);
  view.setUint32(16, rows, true);
  view.setUint32(4, crc32c(bytes.subarray(8)), true);
}

/**
 * The whole records of a segment, in order; returns where they end and how many bytes stand after that: of a record that
 * was being written when the page died. Damage is passed over: reading goes on at the next record that is whole, whose
 * number then is greater than expected. O(bytes); memory O(one read ahead).
 */
export function* scan(file: LogFile, first: number): Generator<Scanned, Tail> {
  const reader = new Ahead(file);
  const head = reader.take(0, segmentHead);
  if (!head || head.getUint32(0, true) !== magic || head.getFloat64(4, true) !== first)
    return { end: 0, rest: reader.size };
  let at = segmentHead;
  let next = first;
  for (;;) {
    let record = recordAt(reader, at, next);
    for (let later = at + 1; !record && later + headBytes <= reader.size; later++)
      record = recordAt(reader, later, next);
    if (!record) break;
    at = record.end;
    next = record.seq + record.rows;
    yield record;
  }
  return { end: at, rest: reader.size - at };
}

/** The record that begins at a byte, if a whole one does, of a row from `least` on. */
function recordAt(reader: Ahead, at: number, least: number): Scanned | null {
  const start = reader.take(at, headBytes);
  if (!start) return null;
  const length = start.getUint32(0, true);
  const seq = start.getFloat64(8, true);
  if (length > mostRecord || !Number.isSafeInteger(seq) || seq < least) return null;
  const crc = start.getUint32(4, true);
  const rows = start.getUint32(16, true);
  const all = reader.take(at + 8, headBytes - 8 + length);
  if (!all || crc32c(bytesOf(all)) !== crc) return null;
  return { seq, rows, body: bytesOf(all).subarray(headBytes - 8), end: at + headBytes + length };
}

/** Where the whole records end, and how many bytes stand after them. */
interface Tail {
  readonly end: number;
  readonly rest: number;
}

function bytesOf(view: DataView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

const aheadBytes = 4 << 20;

/** Reads a file a few megabytes at a time. What it hands out stays valid. */
class Ahead {
  readonly size: number;
  readonly #file: LogFile;
  #bytes = new Uint8Array(0);
  #from = 0;

  constructor(file: LogFile) {
    this.#file = file;
    this.size = file.size();
  }

  /** null where the file ends before. */
  take(at: number, length: number): DataView | null {
    if (at + length > this.size) return null;
    if (at < this.#from || at + length > this.#from + this.#bytes.length) {
      this.#bytes = new Uint8Array(Math.min(this.size - at, Math.max(length, aheadBytes)));
      this.#from = at;
      if (this.#file.read(this.#bytes, at) < this.#bytes.length) return null;
    }
    return new DataView(this.#bytes.buffer, at - this.#from, length);
  }
}
