import { Cancelled, ProblemError } from '#lib/base/problem.ts';
import { fail } from '#lib/problems/index.ts';

/** Small enough that the thread is free in between, to hand the engine what it waits for. */
const slice = 1 << 20;
const headBytes = 256 << 10;

/** Unpacked, a file may be this large; what is larger is a mistake, or made to fill the memory. */
const mostUnpacked = 16 * 2 ** 30;
/** What has to be held whole must fit beside the engine. */
const mostWhole = 2 ** 30;

/** A file ready to read: unpacked if it is packed, with its first bytes known. */
export interface OpenFile {
  readonly name: string;
  /** Bytes as they are stored, packed or not. */
  readonly size: number;
  readonly head: Uint8Array;
  /** The contents from the start, as often as asked; `onRead` hears how many bytes of the file have been taken. */
  bytes(onRead: (taken: number) => void): AsyncIterable<Uint8Array>;
  /** The contents as a file of its own. */
  blob(): Promise<Blob>;
  /** Rejects when the file can no longer be read. */
  probe(): Promise<unknown>;
}

export type Packing = 'gzip' | 'deflate-raw';

/** A file as it lies there. */
export async function openPlain(name: string, blob: Blob): Promise<OpenFile> {
  return {
    name,
    size: blob.size,
    head: new Uint8Array(await blob.slice(0, headBytes).arrayBuffer()),
    bytes: (onRead) => slices(blob, onRead),
    blob: async () => blob,
    probe: () => blob.slice(-1).arrayBuffer()
  };
}

/** A packed file; it is unpacked as it is read, by as many steps as it was packed in. */
export async function openPacked(
  name: string,
  blob: Blob,
  packings: readonly Packing[]
): Promise<OpenFile> {
  const unpacked = (onRead: (taken: number) => void, most = mostUnpacked) =>
    chunksOf(name, unpack(blob, packings, onRead), most);
  return {
    name,
    size: blob.size,
    head: await firstBytes(unpacked(() => undefined)),
    bytes: unpacked,
    async blob() {
      const parts: BlobPart[] = [];
      for await (const chunk of unpacked(() => undefined, mostWhole)) parts.push(new Blob([chunk]));
      return new Blob(parts);
    },
    probe: () => blob.slice(-1).arrayBuffer()
  };
}

export function isGzip(head: Uint8Array): boolean {
  return head[0] === 0x1f && head[1] === 0x8b;
}

async function* slices(blob: Blob, onRead: (taken: number) => void): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < blob.size; at += slice) {
    const bytes = new Uint8Array(await blob.slice(at, at + slice).arrayBuffer());
    onRead(at + bytes.length);
    yield bytes;
  }
}

function unpack(
  blob: Blob,
  packings: readonly Packing[],
  onRead: (taken: number) => void
): ReadableStream<Uint8Array> {
  let taken = 0;
  const counted = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform(chunk, controller) {
      onRead((taken += chunk.length));
      controller.enqueue(chunk);
    }
  });
  return packings.reduce(
    (stream, packing) => stream.pipeThrough(new DecompressionStream(packing)),
    blob.stream().pipeThrough(counted)
  );
}

async function* chunksOf(
  name: string,
  stream: ReadableStream<Uint8Array>,
  most: number
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const reader = stream.getReader();
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      length += value.length;
      if (length > most) throw fail('source.too-large', { file: name, limit: gigabytes(most) });
      yield value as Uint8Array<ArrayBuffer>;
    }
  } catch (error) {
    if (error instanceof ProblemError || error instanceof Cancelled) throw error;
    const detail = 'It cannot be unpacked to its end.';
    throw fail('source.broken-file', { file: name, format: 'packed', detail });
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function gigabytes(bytes: number): string {
  return `${bytes / 2 ** 30} GB`;
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
