import { hash128 } from '#lib/base/hash.ts';
import type { FeedSource } from '#lib/cells/core/feed.ts';
import { fail, problem } from '#lib/problems/index.ts';
import type { GrowingFile, LiveEnv } from '../env.ts';
import { LineCutter } from '../line-cutter.ts';
import { LinkLost, type Attempt, type Frame } from '../link.ts';
import { pause } from '../pause.ts';
import type { SourceLink } from './index.ts';

type Source = Extract<FeedSource, { kind: 'tail' }>;

/** Bytes read at once, and those before the place of reading that tell whether it is still the same file. */
const pieceBytes = 4 << 20;
const markBytes = 1024;
/** What stands before the beginning of a file. */
const noMark = hash128('');
/** Attempts to read a file that cannot be read, a little further apart each time: two seconds in all. */
const mostMissed = 20;

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
 * before that place is compared by hash: where it differs, or the file is shorter, the file was replaced: that is told as
 * a break, and it is read from its start.
 */
export function tailLink(source: Source, env: LiveEnv, known: unknown): SourceLink {
  const before = known as ReadPlace | null;
  const place: FilePlace = before
    ? { ...before, started: true, read: before }
    : { offset: 0, mark: noMark, started: false, read: null };
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
  let isOpen = false;
  let missed = 0;
  while (!signal.aborted) {
    try {
      const blob = await readable(handle);
      if (!place.started && from === 'end') await moveTo(place, blob, await afterLastLine(blob));
      else if (place.started && (await markOf(blob, place.offset)) !== place.mark)
        throw replaced(file, place, blob, attempt);
      place.started = true;
      if (!isOpen) attempt.opened();
      isOpen = true;
      for await (const data of wholeLines(blob, place)) {
        if (signal.aborted) return;
        const read = { offset: place.offset, mark: place.mark };
        missed = 0;
        yield { data, onRead: () => (place.read = read) };
      }
      missed = 0;
    } catch (error) {
      // A file that is written while it is read, or put in another's place, cannot be read for a moment.
      if (!(error instanceof DOMException)) throw error;
      if (++missed > mostMissed) throw fail('feed.no-file', { file });
      await pause(missed * 10, signal);
      continue;
    }
    await pause(every, signal);
  }
}

/** What was read is no longer there: the file is read from its start, and what came last in the old one is unknown. */
function replaced(file: string, place: FilePlace, { size }: Blob, attempt: Attempt): LinkLost {
  const found = problem('feed.replaced', { file, shorter: size < place.offset });
  attempt.warn(found);
  place.offset = 0;
  place.mark = noMark;
  return new LinkLost(found);
}

/** The file as it is now; its first byte is read to see that it may be: a file without a handle may not once it has changed. */
async function readable(handle: GrowingFile): Promise<Blob> {
  const blob = await handle.getFile();
  await blob.slice(0, 1).arrayBuffer();
  return blob;
}

async function moveTo(place: FilePlace, blob: Blob, offset: number): Promise<void> {
  const mark = await markOf(blob, offset);
  place.offset = offset;
  place.mark = mark;
}

/** The whole lines from the place on; it moves with them. */
async function* wholeLines(blob: Blob, place: FilePlace): AsyncGenerator<Uint8Array> {
  const cutter = new LineCutter();
  for (let at = place.offset; at < blob.size; at += pieceBytes) {
    const piece = new Uint8Array(await blob.slice(at, at + pieceBytes).arrayBuffer());
    const whole = cutter.push(piece);
    if (whole.length === 0) continue;
    await moveTo(place, blob, place.offset + whole.length);
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
