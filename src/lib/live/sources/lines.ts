import type { FeedSource } from '#lib/cells/core/feed.ts';
import { problem } from '#lib/problems/index.ts';
import { addressOf, type Address } from '../address.ts';
import type { LiveEnv } from '../env.ts';
import { ask, bytesOf } from '../http.ts';
import { LineCutter } from '../line-cutter.ts';
import { LinkLost, type Attempt, type Frame } from '../link.ts';
import type { SourceLink } from './index.ts';

type Source = Extract<FeedSource, { kind: 'ndjson' }>;

/** How far a file has been read: bytes of whole lines, and the line after them that had no end yet. */
interface FilePlace {
  offset: number;
  rest: string;
  /** Bytes whose rows have been read. */
  read: number;
}

/**
 * Lines of NDJSON or CSV over fetch. After a break it goes on by the last value of `after`, sent as a parameter, or, as
 * for a file that grows, by a byte range from where the last whole line ended. A server that answers a range with
 * everything is read from that byte on if it tells how long the whole is; otherwise what it sends now counts as new.
 */
export function linesLink(source: Source, env: LiveEnv, known: unknown): SourceLink {
  const address = addressOf(source.at, 'ndjson', env);
  const { format, after } = source;
  const place: FilePlace = { offset: 0, rest: '', read: 0, ...(known as Partial<FilePlace>) };
  place.offset = place.read;
  return {
    host: address.host,
    quiet: false,
    place: () => ({ read: place.read }),
    reading: { format, rows: null, after: after?.column ?? null },
    open: (attempt) => connect(source, address, env, attempt, place)
  };
}

async function* connect(
  { after }: Source,
  address: Address,
  env: LiveEnv,
  attempt: Attempt,
  place: FilePlace
): AsyncGenerator<Frame, void, undefined> {
  const { signal } = attempt;
  const { cursor } = attempt.resume;
  const { host } = address;
  const url = new URL(address.url);
  if (after && cursor !== null) url.searchParams.set(after.parameter, cursor);
  const ranged = !after && place.offset > 0;
  const response = await ask({
    address,
    url,
    env,
    signal,
    fine: ranged ? [416] : [],
    ...(ranged ? { headers: { Range: `bytes=${place.offset}-` } } : {})
  });
  attempt.opened();
  if (response.status === 416) return void (await response.body?.cancel());
  const length = Number(response.headers.get('content-length') ?? 0);
  let skip = 0;
  if (ranged && response.status !== 206) {
    if (length >= place.offset) skip = place.offset;
    else place.offset = 0;
  }
  const lines = new LineCutter();
  for await (const bytes of bytesOf(response, host, signal)) {
    const from = Math.min(skip, bytes.length);
    skip -= from;
    const whole = lines.push(bytes.subarray(from));
    if (whole.length === 0) continue;
    place.offset += whole.length;
    yield { data: whole, onRead: () => (place.read = place.offset) };
  }
  if (signal.aborted) return;
  const rest = lines.rest();
  if (rest.length > 0 && (after !== null || isWhole(rest, place))) {
    place.offset += rest.length;
    place.rest = '';
    yield { data: rest, onRead: () => (place.read = place.offset) };
  }
  throw new LinkLost(problem('feed.ended', { host }));
}

/** Whether the last line, which has no end, is all of it: it is a JSON object, or it was the same the last time. */
function isWhole(rest: Uint8Array, place: FilePlace): boolean {
  const text = new TextDecoder().decode(rest);
  const same = text === place.rest;
  place.rest = text;
  if (same) return true;
  try {
    return text.trimStart().startsWith('{') && typeof JSON.parse(text) === 'object';
  } catch {
    return false;
  }
}
