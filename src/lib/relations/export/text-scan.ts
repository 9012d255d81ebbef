import { tableFromIPC } from '@uwdata/flechette';

/** The bytes of a scan of one text column, as Arrow lays them out: one value behind the other. */
export async function* textOf(
  messages: AsyncIterable<Uint8Array>,
  report: (rows: number) => void
): AsyncGenerator<Uint8Array> {
  let schema: Uint8Array | null = null;
  let rows = 0;
  for await (const message of messages) {
    if (!schema) {
      schema = message;
      continue;
    }
    const column = tableFromIPC([schema, message]).getChildAt(0);
    for (const batch of column.data) {
      const end = Number(batch.offsets[batch.length]);
      rows += batch.length;
      yield (batch.values as Uint8Array).slice(Number(batch.offsets[0]), end);
    }
    report(rows);
  }
}
