import { fail } from '#lib/problems/index.ts';

export interface TextSource {
  /** The name of the encoding, as browsers call it. */
  readonly encoding: string;
  /** Whether it was found from the bytes rather than stated or marked. */
  readonly guessed: boolean;
  /** The text as UTF-8 without a byte-order mark. */
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** The bytes turned out not to be in the encoding that was found from their beginning. */
export class EncodingChanged extends Error {
  override readonly name = 'EncodingChanged';
  readonly encoding: string;

  constructor(encoding: string) {
    super(`The text is in ${encoding}`);
    this.encoding = encoding;
  }
}

const boms: readonly { readonly encoding: string; readonly bytes: readonly number[] }[] = [
  { encoding: 'utf-8', bytes: [0xef, 0xbb, 0xbf] },
  { encoding: 'utf-16le', bytes: [0xff, 0xfe] },
  { encoding: 'utf-16be', bytes: [0xfe, 0xff] }
];

/** Bytes that windows-1252 has no letter for. */
const undefinedIn1252 = new Set([0x81, 0x8d, 0x8f, 0x90, 0x9d]);

/**
 * Opens text of any encoding as UTF-8. A stated encoding that the bytes contradict is a problem; without one the
 * byte-order mark decides, then whether the bytes are UTF-8, then how they look.
 */
export function openText(
  file: string,
  head: Uint8Array,
  bytes: AsyncIterable<Uint8Array>,
  stated: string | undefined,
  found?: string
): TextSource {
  const bom = boms.find(({ bytes: letters }) => letters.every((byte, i) => head[i] === byte));
  const mark = bom?.bytes.length ?? 0;
  if (stated !== undefined) {
    const encoding = canonical(stated);
    if (bom && bom.encoding !== encoding) {
      throw contradiction(
        file,
        encoding,
        `it begins with the mark of ${bom.encoding}`,
        bom.encoding
      );
    }
    if (encoding.startsWith('utf-16') && !bom && !head.includes(0)) {
      throw contradiction(file, encoding, 'it has one byte for each letter', guess(head));
    }
    const refuse = (detail: string, instead: string) =>
      contradiction(file, encoding, detail, instead);
    const chunks = decoded(bytes, { encoding, mark, strict: true, broken: refuse });
    return { encoding, guessed: false, chunks };
  }
  const encoding = bom?.encoding ?? found ?? guess(head);
  const broken = (_: string, instead: string) =>
    new EncodingChanged(instead === 'utf-8' ? 'windows-1252' : instead);
  return {
    encoding,
    guessed: !bom && encoding !== 'utf-8',
    chunks: decoded(bytes, { encoding, mark, strict: false, broken })
  };
}

/** The encoding that bytes without a mark are most likely in. */
function guess(head: Uint8Array): string {
  let evenZeros = 0;
  let oddZeros = 0;
  for (let i = 0; i < head.length; i++) {
    if (head[i] !== 0) continue;
    if (i & 1) oddZeros++;
    else evenZeros++;
  }
  if (oddZeros > head.length / 8 && evenZeros < oddZeros / 8) return 'utf-16le';
  if (evenZeros > head.length / 8 && oddZeros < evenZeros / 8) return 'utf-16be';
  if (invalidUtf8(head) < 0) return 'utf-8';
  return looksChinese(head) ? 'gb18030' : 'windows-1252';
}

/** In Chinese text nearly every high byte stands in a pair of them; in European text hardly one. */
function looksChinese(bytes: Uint8Array): boolean {
  let high = 0;
  let paired = 0;
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i]! < 0x80) continue;
    high++;
    if (bytes[i]! >= 0xa1 && (bytes[i + 1] ?? 0) >= 0xa1) {
      paired += 2;
      high++;
      i++;
    }
  }
  return high >= 8 && paired / high > 0.9;
}

function canonical(label: string): string {
  try {
    return new TextDecoder(label.trim()).encoding;
  } catch {
    throw fail('source.encoding-unknown', { encoding: label });
  }
}

function contradiction(file: string, encoding: string, detail: string, instead: string): Error {
  return fail('source.encoding-contradicted', { file, encoding, detail, instead });
}

interface Decoding {
  readonly encoding: string;
  /** Bytes of the byte-order mark. */
  readonly mark: number;
  /** Whether bytes without a letter are refused; not in the encoding of last resort. */
  readonly strict: boolean;
  readonly broken: (detail: string, instead: string) => Error;
}

async function* decoded(
  bytes: AsyncIterable<Uint8Array>,
  { encoding, mark, strict, broken }: Decoding
): AsyncGenerator<Uint8Array> {
  const through = encoding === 'utf-8' ? checkedUtf8(broken) : transcoded(encoding, strict, broken);
  let toDrop = mark;
  for await (const whole of bytes) {
    const drop = Math.min(toDrop, whole.length);
    toDrop -= drop;
    yield through.next(whole.subarray(drop));
  }
  yield through.end();
}

interface Through {
  next(chunk: Uint8Array): Uint8Array;
  end(): Uint8Array;
}

/** UTF-8 is handed on as it is; the browser's own decoder tells, much faster than we could, whether it is that. */
function checkedUtf8(broken: Decoding['broken']): Through {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let line = 1;
  // The bytes of a letter that goes on in the next chunk.
  let cut = new Uint8Array();
  return {
    next(chunk) {
      try {
        decoder.decode(chunk, { stream: true });
      } catch {
        const from = concat(cut, chunk);
        const bad = Math.max(0, invalidUtf8(from));
        throw broken(badByte(from, bad, line), guess(from.slice(bad)));
      }
      line += linesIn(chunk, chunk.length);
      cut = chunk.slice(chunk.length - unfinished(chunk));
      return chunk;
    },
    end() {
      if (cut.length > 0) throw broken('its last letter is cut off', 'windows-1252');
      return cut;
    }
  };
}

function transcoded(encoding: string, strict: boolean, broken: Decoding['broken']): Through {
  const decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
  const encoder = new TextEncoder();
  let line = 1;
  const decode = (chunk: Uint8Array, stream: boolean) => {
    try {
      return encoder.encode(decoder.decode(chunk, { stream }));
    } catch {
      throw broken(`bytes in line ${line} or after it mean nothing in it`, 'utf-8');
    }
  };
  return {
    next(chunk) {
      if (strict && encoding === 'windows-1252') {
        const bad = chunk.findIndex((byte) => undefinedIn1252.has(byte));
        if (bad >= 0) throw broken(badByte(chunk, bad, line), 'gb18030');
      }
      const out = decode(chunk, true);
      line += linesIn(out, out.length);
      return out;
    },
    end: () => decode(new Uint8Array(), false)
  };
}

/** The place of the first byte that is not UTF-8; −1 if there is none. A sequence cut off by the end is fine. */
function invalidUtf8(bytes: Uint8Array): number {
  const end = bytes.length;
  for (let i = 0; i < end;) {
    const lead = bytes[i]!;
    if (lead < 0x80) {
      i++;
      continue;
    }
    const length = sequenceLength(lead);
    if (length === 0) return i;
    for (let k = 1; k < length && i + k < end; k++) {
      const byte = bytes[i + k]!;
      const [low, high] = k === 1 ? secondByte(lead) : [0x80, 0xbf];
      if (byte < low || byte > high) return i;
    }
    i += length;
  }
  return -1;
}

function sequenceLength(lead: number): number {
  if (lead < 0xc2 || lead > 0xf4) return 0;
  return lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

function secondByte(lead: number): readonly [number, number] {
  if (lead === 0xe0) return [0xa0, 0xbf];
  if (lead === 0xed) return [0x80, 0x9f];
  if (lead === 0xf0) return [0x90, 0xbf];
  if (lead === 0xf4) return [0x80, 0x8f];
  return [0x80, 0xbf];
}

/** How many bytes at the end belong to a letter that goes on. */
function unfinished(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte >= 0xc0) return sequenceLength(byte) > back ? back : 0;
    if (byte < 0x80) return 0;
  }
  return 0;
}

function badByte(bytes: Uint8Array, at: number, line: number): string {
  const byte = bytes[at]!.toString(16).toUpperCase().padStart(2, '0');
  return `the byte 0x${byte} in line ${line + linesIn(bytes, at)} is no letter in it`;
}

function linesIn(bytes: Uint8Array, end: number): number {
  const returns = bytes.indexOf(13);
  let lines = 0;
  if (returns < 0 || returns >= end) {
    for (let at = bytes.indexOf(10); at >= 0 && at < end; at = bytes.indexOf(10, at + 1)) lines++;
    return lines;
  }
  for (let i = 0; i < end; i++) {
    if (bytes[i] === 10 || (bytes[i] === 13 && bytes[i + 1] !== 10)) lines++;
  }
  return lines;
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(a.length + b.length);
  out.set(a);
  out.set(b, a.length);
  return out;
}
