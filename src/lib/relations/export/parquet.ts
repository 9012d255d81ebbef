import { wholeStream } from '../ipc-stream.ts';
import { writeParquetFile } from '../parquet.ts';
import { selectTyped } from './select.ts';
import type { Writer } from './writer.ts';

/** Parquet, Zstandard-compressed, row group by row group. Lists, structs and maps stay nested; intervals and 128-bit integers without sign become text. */
export const writeParquet: Writer = async function* (input) {
  const { relations, loadParquet, signal, report } = input;
  const messages = relations.scan(selectTyped(input), signal);
  yield* writeParquetFile(await loadParquet(), grouped(messages, report));
};

const batchesPerGroup = 64;

/** The messages of a scan as Arrow streams of many batches each. */
async function* grouped(
  messages: AsyncIterable<Uint8Array>,
  report: (rows: number) => void
): AsyncGenerator<Uint8Array> {
  let schema: Uint8Array | null = null;
  let group: Uint8Array[] = [];
  let rows = 0;
  let some = false;
  for await (const message of messages) {
    if (!schema) {
      schema = message;
      continue;
    }
    group.push(message);
    rows += 2048;
    if (group.length < batchesPerGroup) continue;
    some = true;
    yield wholeStream([schema, ...group]);
    group = [];
    report(rows);
  }
  if (schema && (group.length > 0 || !some)) yield wholeStream([schema, ...group]);
}
