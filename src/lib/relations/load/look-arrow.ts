import { columnsFromIpc } from '../arrow.ts';
import { batchesOf } from '../remote/arrow-messages.ts';

const magic = 'ARROW1';
const fileHead = 8;

/** The first batch of an Arrow file or stream: its columns, its rows, its bytes and those before it; null where no batch has rows. */
export async function firstArrowBatch(bytes: AsyncIterable<Uint8Array>) {
  for await (const batch of batchesOf(withoutMagic(bytes), () => undefined)) {
    const { ipc, rows, bytes } = batch;
    if (rows > 0) return { columns: columnsFromIpc(ipc), rows, bytes, before: ipc.length - bytes };
  }
  return null;
}

/** A file begins with a word and padding before the messages of a stream. */
async function* withoutMagic(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let first = true;
  for await (const chunk of bytes) {
    const isFile = first && new TextDecoder().decode(chunk.subarray(0, magic.length)) === magic;
    first = false;
    yield isFile ? chunk.subarray(fileHead) : chunk;
  }
}
