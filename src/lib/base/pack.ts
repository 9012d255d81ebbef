const kinds = { Float32Array, Float64Array, Int32Array } as const;

interface Place {
  readonly array: keyof typeof kinds;
  readonly at: number;
  readonly length: number;
}

/**
 * Plain data with typed arrays in it as bytes: the length of a JSON text, the text, and the arrays one after
 * another, each aligned to 8 bytes. Takes what JSON takes, and Float32Array, Float64Array and Int32Array.
 */
export function pack(value: unknown): Uint8Array<ArrayBuffer> {
  const arrays: Uint8Array[] = [];
  let size = 0;
  const text = JSON.stringify(value, (_, inner: unknown) => {
    const array = nameOf(inner);
    if (array === null) return inner;
    const view = inner as Float32Array;
    const place: Place = { array, at: size, length: view.length };
    arrays.push(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
    size += aligned(view.byteLength);
    return place;
  });
  const head = new TextEncoder().encode(text);
  const start = aligned(4 + head.length);
  const bytes = new Uint8Array(start + size);
  new DataView(bytes.buffer).setUint32(0, head.length, true);
  bytes.set(head, 4);
  let at = start;
  for (const array of arrays) {
    bytes.set(array, at);
    at += aligned(array.length);
  }
  return bytes;
}

/** What was packed; throws where the bytes are cut short or are no such thing. */
export function unpack(bytes: Uint8Array): unknown {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint32(0, true);
  if (4 + length > bytes.length) throw new RangeError('cut short');
  const start = aligned(4 + length);
  const text = new TextDecoder().decode(bytes.subarray(4, 4 + length));
  return JSON.parse(text, (_, inner: unknown) => {
    if (!isPlace(inner)) return inner;
    const Kind = kinds[inner.array];
    const from = start + inner.at;
    const to = from + inner.length * Kind.BYTES_PER_ELEMENT;
    if (to > bytes.length) throw new RangeError('cut short');
    return new Kind(bytes.slice(from, to).buffer);
  });
}

function aligned(size: number): number {
  return Math.ceil(size / 8) * 8;
}

function nameOf(value: unknown): keyof typeof kinds | null {
  for (const [name, Kind] of Object.entries(kinds)) {
    if (value instanceof Kind) return name as keyof typeof kinds;
  }
  return null;
}

function isPlace(value: unknown): value is Place {
  if (typeof value !== 'object' || value === null || !('array' in value)) return false;
  return typeof value.array === 'string' && value.array in kinds;
}
