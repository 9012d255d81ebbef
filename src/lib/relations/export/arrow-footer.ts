/** Where a record batch stands in an Arrow file. Bytes from the start of the file. */
export interface FileBlock {
  readonly offset: number;
  readonly metadata: number;
  readonly body: number;
}

const prefix = 8;
const blockBytes = 24;
/** Bytes before the blocks: the root's offset, the table of fields, the footer with its three fields, padding, the count. */
const headBytes = 36;

/** The block of an encapsulated message: four bytes of mark, four of length, the metadata, the body. */
export function blockOf(message: Uint8Array, offset: number): FileBlock {
  const metadata = prefix + viewOf(message).getInt32(4, true);
  return { offset, metadata, body: message.length - metadata };
}

/**
 * The Footer of an Arrow file as a flatbuffer: version V5, the schema, the blocks. The schema is the one of the schema
 * message, whose bytes follow whole: offsets inside a flatbuffer are relative, so they stay right where they are put.
 */
export function arrowFooter(schemaMessage: Uint8Array, blocks: readonly FileBlock[]): Uint8Array {
  const metadata = schemaMessage.subarray(prefix, prefix + viewOf(schemaMessage).getInt32(4, true));
  const from = headBytes + 4 + blocks.length * blockBytes;
  const out = new Uint8Array(from + metadata.length);
  const view = viewOf(out);
  out.set(metadata, from);
  // Fields of Footer: version, schema, dictionaries, recordBatches.
  const [table, footer] = [4, 20];
  view.setUint32(0, footer, true);
  view.setUint16(table, 12, true);
  view.setUint16(table + 2, 16, true);
  view.setUint16(table + 4, 4, true);
  view.setUint16(table + 6, 8, true);
  view.setUint16(table + 8, 0, true);
  view.setUint16(table + 10, 12, true);
  view.setInt32(footer, footer - table, true);
  view.setInt16(footer + 4, 4, true);
  view.setUint32(footer + 8, from + schemaAt(metadata) - (footer + 8), true);
  view.setUint32(footer + 12, headBytes - (footer + 12), true);
  view.setUint32(headBytes, blocks.length, true);
  for (const [i, { offset, metadata: bytes, body }] of blocks.entries()) {
    const at = headBytes + 4 + i * blockBytes;
    view.setBigInt64(at, BigInt(offset), true);
    view.setInt32(at + 8, bytes, true);
    view.setBigInt64(at + 16, BigInt(body), true);
  }
  return out;
}

/** The place of the schema in the flatbuffer of a schema message: its third field, `header`. */
function schemaAt(metadata: Uint8Array): number {
  const view = viewOf(metadata);
  const message = view.getUint32(0, true);
  const fields = message - view.getInt32(message, true);
  const header = message + view.getUint16(fields + 8, true);
  return header + view.getUint32(header, true);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
