import { fail } from '#lib/problems/index.ts';

/** One file in an archive. */
export interface ZipEntry {
  readonly name: string;
  readonly isFolder: boolean;
  /** Bytes unpacked, as the archive states them. */
  readonly size: number;
  readonly isEncrypted: boolean;
  readonly method: number;
  readonly packed: number;
  readonly at: number;
}

const endMark = 0x06054b50;
const end64Mark = 0x06064b50;
const locator64Mark = 0x07064b50;
const entryMark = 0x02014b50;
const localMark = 0x04034b50;
const longestTail = 65_557;
const unknown32 = 0xffffffff;

/** The directory of a ZIP archive, in its order. Only the end of the file is read. ZIP64 is understood. */
export async function zipEntries(file: string, blob: Blob): Promise<ZipEntry[]> {
  const { offset, length, count } = await directoryOf(file, blob);
  const view = await viewOf(blob, offset, offset + length);
  const entries: ZipEntry[] = [];
  for (let at = 0; entries.length < count;) {
    if (at + 46 > view.byteLength || view.getUint32(at, true) !== entryMark) {
      throw damaged(file, 'Its directory is cut short.');
    }
    const nameLength = view.getUint16(at + 28, true);
    const extraLength = view.getUint16(at + 30, true);
    const next = at + 46 + nameLength + extraLength + view.getUint16(at + 32, true);
    if (next > view.byteLength) throw damaged(file, 'Its directory is cut short.');
    const flags = view.getUint16(at + 8, true);
    const name = nameOf(bytesOf(view, at + 46, nameLength));
    const place = placeOf(view, at, at + 46 + nameLength, extraLength);
    const method = view.getUint16(at + 10, true);
    const isFolder = name.endsWith('/');
    entries.push({ name, isFolder, isEncrypted: (flags & 1) === 1, method, ...place });
    at = next;
  }
  return entries;
}

/** The packed bytes of an entry's contents, and how they are packed. */
export async function zipContents(
  file: string,
  blob: Blob,
  entry: ZipEntry
): Promise<{ readonly packed: Blob; readonly deflated: boolean }> {
  const { name, method, at } = entry;
  if (entry.isEncrypted) throw fail('source.archive-locked', { file, member: name });
  if (method !== 0 && method !== 8) {
    throw damaged(file, `\`${name}\` is packed by method ${method}; only deflate is known.`);
  }
  const local = await viewOf(blob, at, at + 30);
  if (local.byteLength < 30 || local.getUint32(0, true) !== localMark) {
    throw damaged(file, `\`${name}\` is not where the directory says.`);
  }
  const from = at + 30 + local.getUint16(26, true) + local.getUint16(28, true);
  if (from + entry.packed > blob.size) throw damaged(file, `\`${name}\` is cut short.`);
  return { packed: blob.slice(from, from + entry.packed), deflated: method === 8 };
}

async function directoryOf(file: string, blob: Blob) {
  const from = Math.max(0, blob.size - longestTail);
  const tail = await viewOf(blob, from, blob.size);
  let at = tail.byteLength - 22;
  while (at >= 0 && tail.getUint32(at, true) !== endMark) at--;
  if (at < 0) throw damaged(file, 'It has no directory at its end.');
  const plain = {
    count: tail.getUint16(at + 10, true),
    length: tail.getUint32(at + 12, true),
    offset: tail.getUint32(at + 16, true)
  };
  const large = plain.count === 0xffff || plain.offset === unknown32 || plain.length === unknown32;
  const locator = at - 20;
  if (!large || locator < 0 || tail.getUint32(locator, true) !== locator64Mark) {
    return checked(file, blob, plain);
  }
  const end64 = Number(tail.getBigUint64(locator + 8, true));
  const view = await viewOf(blob, end64, end64 + 56);
  if (view.byteLength < 56 || view.getUint32(0, true) !== end64Mark) {
    throw damaged(file, 'Its directory is not where its end says.');
  }
  return checked(file, blob, {
    count: Number(view.getBigUint64(32, true)),
    length: Number(view.getBigUint64(40, true)),
    offset: Number(view.getBigUint64(48, true))
  });
}

function checked<D extends { offset: number; length: number }>(
  file: string,
  blob: Blob,
  directory: D
): D {
  if (directory.offset + directory.length <= blob.size) return directory;
  throw damaged(file, 'Its directory lies beyond its end.');
}

/** Sizes and offset of a directory entry; those that do not fit 32 bits stand in its ZIP64 field. */
function placeOf(view: DataView, entry: number, extra: number, length: number) {
  let packed = view.getUint32(entry + 20, true);
  let size = view.getUint32(entry + 24, true);
  let at = view.getUint32(entry + 42, true);
  for (let field = extra; field + 4 <= extra + length;) {
    const id = view.getUint16(field, true);
    const end = field + 4 + view.getUint16(field + 2, true);
    let value = field + 4;
    const take = (short: number) => {
      if (short !== unknown32 || value + 8 > end) return short;
      value += 8;
      return Number(view.getBigUint64(value - 8, true));
    };
    if (id === 1) {
      size = take(size);
      packed = take(packed);
      at = take(at);
    }
    field = end;
  }
  return { packed, size, at };
}

/** Names are UTF-8 where they can be; archives made in Chinese Windows write them in GBK. */
function nameOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('gb18030').decode(bytes);
  }
}

async function viewOf(blob: Blob, from: number, to: number): Promise<DataView> {
  return new DataView(await blob.slice(from, to).arrayBuffer());
}

function bytesOf(view: DataView, at: number, length: number): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset + at, length);
}

function damaged(file: string, detail: string): Error {
  return fail('source.broken-file', { file, format: 'zip', detail });
}
