import type { NamedBlob } from '../files.ts';

const slice = 4 << 20;
const headBytes = 256 << 10;

/** A file ready to read: unpacked if it is gzip, with its first bytes known. */
export interface OpenFile {
  readonly name: string;
  readonly size: number;
  readonly head: Uint8Array;
  /** The contents from the start, as often as asked; `onRead` hears how many bytes of the file have been taken. */
  bytes(onRead: (taken: number) => void): AsyncIterable<Uint8Array>;
  /** The contents as a file of its own. */
  blob(): Promise<Blob>;
}

export async function openFile({ name, blob }: NamedBlob): Promise<OpenFile> {
  const start = new Uint8Array(await blob.slice(0, headBytes).arrayBuffer());
  const packed = start[0] === 0x1f && start[1] === 0x8b;
  if (!packed) {
    return {
      name,
      size: blob.size,
      head: start,
      bytes: (onRead) => slices(blob, onRead),
      blob: async () => blob
    };
  }
  const unpacked = (onRead: (taken: number) => void) => chunksOf(unpack(blob, onRead));
  return {
    name,
    size: blob.size,
    head: await firstBytes(unpacked(() => undefined)),
    bytes: unpacked,
    blob: () => new Response(unpack(blob, () => undefined)).blob()
  };
}

async function* slices(blob: Blob, onRead: (taken: number) => void): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < blob.size; at += slice) {
    const bytes = new Uint8Array(await blob.slice(at, at + slice).arrayBuffer());
    onRead(at + bytes.length);
    yield bytes;
  }
}

function unpack(blob: Blob, onRead: (taken: number) => void): ReadableStream<Uint8Array> {
  let taken = 0;
  const counted = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform(chunk, controller) {
      onRead((taken += chunk.length));
      controller.enqueue(chunk);
    }
  });
  return blob.stream().pipeThrough(counted).pipeThrough(new DecompressionStream('gzip'));
}

async function* chunksOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

async function firstBytes(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    parts.push(chunk);
    length += chunk.length;
    if (length >= headBytes) break;
  }
  const out = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
