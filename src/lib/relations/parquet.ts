import { tableFromIPC } from '@uwdata/flechette';
import type { RecordBatch, Table } from 'parquet-wasm';
import { RangeBlob } from './remote/range-blob.ts';

/** What of parquet-wasm is used; loaded with the first Parquet file. */
export type Parquet = Pick<
  typeof import('parquet-wasm'),
  'ParquetFile' | 'Table' | 'transformParquetStream' | 'WriterPropertiesBuilder' | 'Compression'
>;

export type LoadParquet = () => Promise<Parquet>;

const batchRows = 65_536;

/**
 * A Parquet file as Arrow streams, of which only the batch in hand is in memory. `choose` is asked for the columns to
 * read; the bytes of the others stay where they are.
 */
export async function* readParquetFile(
  parquet: Parquet,
  blob: Blob,
  choose: (names: readonly string[]) => readonly string[]
): AsyncGenerator<Uint8Array> {
  const ranges = blob instanceof RangeBlob ? blob.waiting() : null;
  const failed = ranges?.failed;
  const got = <T>(work: Promise<T>) => (failed ? Promise.race([failed, work]) : work);
  const file = await got(parquet.ParquetFile.fromFile(ranges ?? blob));
  const schema = tableFromIPC(file.schema().intoIPCStream());
  const { names } = schema;
  const chosen = choose(names);
  const columns = chosen.length < names.length ? { columns: [...chosen] } : {};
  const options = { batchSize: batchRows, ...columns };
  const stream = (await got(file.stream(options))) as ReadableStream<RecordBatch>;
  const reader = stream.getReader();
  let some = false;
  for (;;) {
    const { done, value } = await got(reader.read());
    if (done) break;
    some = true;
    yield value.intoIPCStream();
  }
  // Without rows there are no batches, but still columns.
  if (!some) yield (await got(file.read(options))).intoIPCStream();
}

/** Arrow streams of equal schema as the chunks of one Parquet file, Zstandard-compressed. */
export async function* writeParquetFile(
  parquet: Parquet,
  streams: AsyncIterable<Uint8Array>
): AsyncGenerator<Uint8Array> {
  const properties = new parquet.WriterPropertiesBuilder()
    .setCompression(parquet.Compression.ZSTD)
    .build();
  const iterator = streams[Symbol.asyncIterator]();
  // The writer takes a stream that fails for one that ends.
  let failure: { readonly error: unknown } | null = null;
  const batches = new ReadableStream<RecordBatch>({
    async pull(controller) {
      const next = await iterator.next().catch((error: unknown) => {
        failure = { error };
        return { done: true, value: undefined } as const;
      });
      if (next.done) {
        controller.close();
        return;
      }
      const table: Table = parquet.Table.fromIPCStream(next.value);
      for (const batch of table.recordBatches()) controller.enqueue(batch);
      table.free();
    }
  });
  const out = (await parquet.transformParquetStream(
    batches,
    properties
  )) as ReadableStream<Uint8Array>;
  const reader = out.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (failure) throw (failure as { readonly error: unknown }).error;
    if (done) return;
    yield value;
  }
}
