import { hash128 } from '#lib/base/hash.ts';
import type { FeedSource } from '#lib/cells/core/feed.ts';
import { fail } from '#lib/problems/index.ts';
import type { GrowingFile, LiveEnv } from '../env.ts';
import { LineCutter } from '../line-cutter.ts';
import type { Attempt, Frame } from '../link.ts';
import { pause } from '../pause.ts';
import type { SourceLink } from './index.ts';

type Source = Extract<FeedSource, { kind: 'tail' }>;

/** Bytes read at once, and those before the place of reading that tell whether it is still the same file. */
const pieceBytes = 4 << 20;
const markBytes = 1024;

/** How far a file has been read, and what stood just before. */
interface FilePlace {
  offset: number;
  mark: string;
  started: boolean;
  /** As far as rows have been read; null before the first. */
  read: ReadPlace | null;
}

interface ReadPlace {
  readonly offset: number;
  readonly mark: string;
}

/**
 * A file that grows on this machine, read on from where the last whole line ended. Before each reading the last kilobyte
 * before that place is compared by hash: where it differs, or the file is shorter, the file was replaced and is read
 * from its start.
 */
export function tailLink(source: Source, env: LiveEnv, known: unknown): SourceLink {
  const before = known as ReadPlace | null;
  const place: FilePlace = before
    ? { ...before, started: true, read: before }
    : { offset: 0, mark: '', started: false, read: null };
  return {
    host: source.file,
    quiet: true,
    reading: { format: source.format, rows: null, after: null },
    place: () => place.read,
    open: (attempt) => follow(source, env, attempt, place)
  };
}

async function* follow(
  { file, every, from }: Source,
  env: LiveEnv,
  attempt: Attempt,
  place: FilePlace
): AsyncGenerator<Frame, void, undefined> {
  const { signal } = attempt;
  const handle = env.growingFile(file);
  if (!handle) throw fail('feed.no-file', { file });
  for (let first = true; !signal.aborted; first = false) {
    const blob = await readable(handle, file);
    if (!place.started && from === 'end') place.offset = await afterLastLine(blob);
    else if (place.started && (await markOf(blob, place.offset)) !== place.mark) place.offset = 0;
    place.started = true;
    if (first) attempt.opened();
    for await (const data of wholeLines(blob, place)) {
      if (signal.aborted) return;
      const read = { offset: place.offset, mark: await markOf(blob, place.offset) };
      place.mark = read.mark;
      yield { data, onRead: () => (place.read = read) };
    }
    place.mark = await markOf(blob, place.offset);
    await pause(every, signal);
  }
}

/** The file as it is now; its first byte is read to see that it may be: a file without a handle may not once it has changed. */
async function readable(handle: GrowingFile, file: string): Promise<Blob> {
  try {
    const blob = await handle.getFile();
    await blob.slice(0, 1).arrayBuffer();
    return blob;
  } catch {
    throw fail('feed.no-file', { file });
  }
}

/** The whole lines from the place on; it moves with them. */
async function* wholeLines(blob: Blob, place: FilePlace): AsyncGenerator<Uint8Array> {
  const cutter = new LineCutter();
  for (let at = place.offset; at < blob.size; at += pieceBytes) {
    const piece = new Uint8Array(await blob.slice(at, at + pieceBytes).arrayBuffer());
    const whole = cutter.push(piece);
    if (whole.length === 0) continue;
    place.offset += whole.length;
    yield whole;
  }
}

async function afterLastLine(blob: Blob): Promise<number> {
  for (let end = blob.size; end > 0; end -= pieceBytes) {
    const start = Math.max(0, end - pieceBytes);
    const piece = new Uint8Array(await blob.slice(start, end).arrayBuffer());
    const at = piece.lastIndexOf(10);
    if (at >= 0) return start + at + 1;
  }
  return 0;
}

async function markOf(blob: Blob, offset: number): Promise<string> {
  if (blob.size < offset) return 'shorter';
  const bytes = await blob.slice(Math.max(0, offset - markBytes), offset).arrayBuffer();
  return hash128(Array.from(new Uint8Array(bytes), (b) => String.fromCharCode(b)).join(''));
}
