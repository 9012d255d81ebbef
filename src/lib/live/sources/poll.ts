import { hash128 } from '#lib/base/hash.ts';
import type { FeedFormat, FeedSource } from '#lib/cells/core/feed.ts';
import { problem } from '#lib/problems/index.ts';
import { addressOf, type Address } from '../address.ts';
import type { LiveEnv } from '../env.ts';
import { ask } from '../http.ts';
import { LinkLost, type Attempt, type Frame } from '../link.ts';
import { pause } from '../pause.ts';
import type { SourceLink } from './index.ts';

type Source = Extract<FeedSource, { kind: 'poll' }>;

/**
 * Asks an address again and again. What has not changed is not read twice: the browser revalidates its copy, an ETag that
 * the page may see is sent as If-None-Match, and an answer equal to the last is left out. With `after` only what is
 * newer is asked for.
 */
export function pollLink(source: Source, env: LiveEnv, known: unknown): SourceLink {
  const address = addressOf(source.at, 'poll', env);
  const { rows, after } = source;
  const seen: Seen = { etag: null, hash: '', mayAsk: true };
  let read = (known ?? { etag: null, hash: '' }) as Pick<Seen, 'etag' | 'hash'>;
  Object.assign(seen, read);
  const onRead = () => (read = { etag: seen.etag, hash: seen.hash });
  return {
    host: address.host,
    quiet: true,
    reading: { format: source.format, rows, after: after?.column ?? null },
    place: () => read,
    open: (attempt) => poll(source, address, env, attempt, seen, onRead)
  };
}

/** What is known of the last answer, and whether the server lets us ask for a newer one. */
interface Seen {
  etag: string | null;
  hash: string;
  mayAsk: boolean;
}

async function* poll(
  source: Source,
  address: Address,
  env: LiveEnv,
  attempt: Attempt,
  seen: Seen,
  onRead: () => void
): AsyncGenerator<Frame, void, undefined> {
  const { signal } = attempt;
  for (let first = true; !signal.aborted; first = false) {
    const began = performance.now();
    const frame = await newer(source, address, env, attempt, seen);
    if (signal.aborted) return;
    if (first) attempt.opened();
    if (frame) yield { ...frame, onRead };
    await pause(source.every - (performance.now() - began), signal);
  }
}

async function newer(
  { after, format }: Source,
  address: Address,
  env: LiveEnv,
  { signal, resume }: Attempt,
  seen: Seen
): Promise<Frame | null> {
  const url = new URL(address.url);
  if (after && resume.cursor !== null) url.searchParams.set(after.parameter, resume.cursor);
  const { etag } = seen;
  const response = await ask({
    address,
    url,
    env,
    signal,
    fine: [204, 304],
    revalidate: true,
    ...(etag !== null && seen.mayAsk && !after ? { extra: { 'If-None-Match': etag } } : {}),
    onBare: () => (seen.mayAsk = false)
  });
  if (response.status === 204 || response.status === 304) return null;
  seen.etag = response.headers.get('etag');
  const data = await bodyOf(response, format).catch((error: unknown) => {
    if (signal.aborted) return '';
    const detail = error instanceof Error ? `${error.message}.` : String(error);
    throw new LinkLost(problem('feed.lost', { host: address.host, detail }));
  });
  if (data.length === 0) return null;
  const hash = hash128(typeof data === 'string' ? data : binaryText(data));
  if (hash === seen.hash) return null;
  seen.hash = hash;
  return { data };
}

function bodyOf(response: Response, format: FeedFormat): Promise<string | Uint8Array> {
  const type = response.headers.get('content-type') ?? '';
  if (format === 'arrow' || /arrow|octet-stream/.test(type))
    return response.arrayBuffer().then((buffer) => new Uint8Array(buffer));
  return response.text();
}

function binaryText(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
