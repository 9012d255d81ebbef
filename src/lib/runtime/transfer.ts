/**
 * The buffers in plain data that can move to another worker: those that a typed array fills from end to end. One that
 * is seen only in part may be someone's working memory.
 */
export function buffersOf(value: unknown): ArrayBuffer[] {
  const found = new Set<ArrayBuffer>();
  collect(value, found);
  return [...found];
}

function collect(value: unknown, found: Set<ArrayBuffer>): void {
  if (typeof value !== 'object' || value === null) return;
  if (ArrayBuffer.isView(value)) {
    const { buffer } = value;
    if (buffer instanceof ArrayBuffer && buffer.byteLength === value.byteLength) found.add(buffer);
    return;
  }
  for (const inner of Array.isArray(value) ? value : Object.values(value)) collect(inner, found);
}
