import { wholeStream } from '../ipc-stream.ts';
import type { RemoteBatch } from './engine.ts';

/** The bytes are not Arrow: `text` is what stands there instead, as when a server fails in the middle of an answer. */
export class NotArrow extends Error {
  readonly text: string;

  constructor(text: string) {
    super('Not an Arrow stream');
    this.text = text;
  }
}

/** The batches are compressed, which no reader here undoes; the SQL engine would break down over them. */
export class Compressed extends Error {}

const prefix = 8;
const dictionaryBatch = 2;
const recordBatch = 3;

/** Cuts an Arrow IPC stream into its record batches, each with the schema and the dictionaries before it. `taken` is told of every byte. */
export async function* batchesOf(
  bytes: AsyncIterable<Uint8Array>,
  taken: (count: number) => void
): AsyncGenerator<RemoteBatch> {
  const reader = new Reader(bytes, taken);
  const before: Uint8Array[] = [];
  for (;;) {
    const head = await reader.take(prefix);
    if (head === null) {
      if (before.length > 0) return;
      throw new NotArrow('');
    }
    const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
    if (view.getUint32(0, true) !== 0xffff_ffff) throw new NotArrow(await reader.rest(head));
    const length = view.getInt32(4, true);
    if (length === 0) return;
    const metadata = await reader.take(length);
    if (metadata === null) throw new NotArrow('');
    const { type, rows, bodyLength, compressed } = messageOf(metadata);
    if (compressed) throw new Compressed('The batches are compressed');
    const body = await reader.take(bodyLength);
    if (body === null) throw new NotArrow('');
    const message = joined([head, metadata, body]);
    const bytes = message.length;
    if (type === recordBatch) yield { ipc: wholeStream([...before, message]), rows, bytes };
    else if (before.length === 0 || type === dictionaryBatch) before.push(message);
    if (before.length === 1 && before[0] === message)
      yield { ipc: wholeStream(before), rows: 0, bytes: 0 };
  }
}

/** The fields of a Message flatbuffer that matter here: `header_type`, `bodyLength`, and the `length` and `compression` of a record batch. */
function messageOf(metadata: Uint8Array) {
  const view = new DataView(metadata.buffer, metadata.byteOffset, metadata.byteLength);
  const field = (table: number, index: number): number => {
    const fields = table - view.getInt32(table, true);
    const slot = 4 + 2 * index;
    const offset = slot < view.getUint16(fields, true) ? view.getUint16(fields + slot, true) : 0;
    return offset === 0 ? -1 : table + offset;
  };
  const root = view.getUint32(0, true);
  const [type, header, body] = [field(root, 1), field(root, 2), field(root, 3)];
  const table = header < 0 ? -1 : header + view.getUint32(header, true);
  const kind = type < 0 ? 0 : view.getUint8(type);
  const rows = kind === recordBatch && table >= 0 ? field(table, 0) : -1;
  return {
    type: kind,
    compressed: kind === recordBatch && table >= 0 && field(table, 3) >= 0,
    rows: rows < 0 ? 0 : Number(view.getBigInt64(rows, true)),
    bodyLength: body < 0 ? 0 : Number(view.getBigInt64(body, true))
  };
}

/** Takes exact counts of bytes from chunks of any size. */
class Reader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #taken: (count: number) => void;
  #held: Uint8Array = new Uint8Array();

  constructor(bytes: AsyncIterable<Uint8Array>, taken: (count: number) => void) {
    this.#chunks = bytes[Symbol.asyncIterator]();
    this.#taken = taken;
  }

  /** null when the bytes end before. */
  async take(count: number): Promise<Uint8Array | null> {
    const parts: Uint8Array[] = [];
    let missing = count;
    for (;;) {
      const part = this.#held.subarray(0, missing);
      this.#held = this.#held.subarray(part.length);
      missing -= part.length;
      parts.push(part);
      if (missing === 0) return joined(parts);
      const next = await this.#chunks.next();
      if (next.done) {
        // What was there may be the words of a failure.
        if (parts.some((some) => some.length > 0)) throw new NotArrow(textOf(parts));
        return null;
      }
      this.#held = next.value;
      this.#taken(next.value.length);
    }
  }

  async rest(before: Uint8Array): Promise<string> {
    const parts = [before, this.#held];
    for (let size = 0; size < 65_536;) {
      const next = await this.#chunks.next();
      if (next.done) break;
      parts.push(next.value);
      size += next.value.length;
    }
    return textOf(parts);
  }
}

function textOf(parts: readonly Uint8Array[]): string {
  return new TextDecoder().decode(joined(parts));
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0]!.slice();
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
