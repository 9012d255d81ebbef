import type { RecordBatch, Table } from 'parquet-wasm';

/** What of parquet-wasm is used; loaded with the first Parquet file. */
export type Parquet = Pick<
  typeof import('parquet-wasm'),
  | 'readParquet'
  | 'ParquetFile'
  | 'Table'
  | 'transformParquetStream'
  | 'WriterPropertiesBuilder'
  | 'Compression'
>;

export type LoadParquet = () => Promise<Parquet>;

const wholeBelow = 32 << 20;
const batchRows = 65_536;

/** A Parquet file as Arrow streams: one for a small file, one per batch of rows for a large one. */
export async function* readParquetFile(parquet: Parquet, blob: Blob): AsyncGenerator<Uint8Array> {
  if (blob.size <= wholeBelow) {
    const bytes = new Uint8Array(await blob.arrayBuffer());
    yield parquet.readParquet(bytes, { batchSize: batchRows }).intoIPCStream();
    return;
  }
  const file = await parquet.ParquetFile.fromFile(blob);
  const stream = (await file.stream({ batchSize: batchRows })) as ReadableStream<RecordBatch>;
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value.intoIPCStream();
  }
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
  const batches = new ReadableStream<RecordBatch>({
    async pull(controller) {
      const next = await iterator.next();
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
    if (done) return;
    yield value;
  }
}
