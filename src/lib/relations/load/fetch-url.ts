import { Cancelled } from '#lib/base/problem.ts';
import type { RunContext } from '#lib/cells/core/context.ts';
import type { FileFormat } from '#lib/cells/core/loader.ts';
import { withoutSecrets } from '#lib/cells/core/secrets.ts';
import { fail } from '#lib/problems/index.ts';
import type { NamedBlob } from '../files.ts';
import { parquetByRanges } from '../remote/range-blob.ts';

/** Endings that the media types of tables stand for, where the address has none. */
const endings: readonly (readonly [type: RegExp, ending: string])[] = [
  [/^(text|application)\/csv/, 'csv'],
  [/tab-separated-values/, 'tsv'],
  [/ndjson|jsonl|json-seq/, 'ndjson'],
  [/json/, 'json'],
  [/parquet/, 'parquet'],
  [/apache\.arrow/, 'arrow'],
  [/spreadsheetml/, 'xlsx'],
  [/sqlite/, 'sqlite']
];

const statusWords: Readonly<Record<number, string>> = {
  401: 'It wants to know who asks',
  403: 'It does not allow this file to be read',
  404: 'It has no file at this address',
  410: 'It no longer has the file',
  429: 'It was asked too often'
};

/**
 * Fetches a file from the network, straight from its server: no cookies, no referrer, nothing between. A large Parquet
 * file stays there, and its parts are asked for as they are read. What the server or the browser refuses is told, with
 * what to do.
 */
export async function fetchFile(
  address: string,
  format: FileFormat | undefined,
  { signal, progress }: Pick<RunContext, 'signal' | 'progress'>
): Promise<NamedBlob> {
  const url = addressOf(address);
  try {
    if (format === 'parquet' || (!format && /\.(parquet|parq|pq)$/i.test(url.pathname))) {
      const onRead = (done: number) => progress({ done, unit: 'bytes' });
      const blob = await parquetByRanges(url.href, { signal, onRead });
      if (blob) return { name: nameOf(url, 'application/parquet'), blob };
    }
    const answer = await fetch(url, {
      signal,
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      cache: 'no-store'
    });
    requireOk(url, answer);
    const blob = await bodyOf(answer, (done, total) =>
      progress({ done, ...(total === null ? {} : { total }), unit: 'bytes' })
    );
    await refusePage(url, blob);
    return { name: nameOf(url, answer.headers.get('content-type') ?? ''), blob };
  } catch (error) {
    if (signal.aborted) throw new Cancelled();
    if (error instanceof TypeError) throw unreachable(url);
    throw error;
  }
}

function addressOf(address: string): URL {
  const url = URL.canParse(address.trim()) ? new URL(address.trim()) : null;
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') {
    throw fail('source.url-bad', { url: withoutSecrets(address) });
  }
  const isLocal = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
  if (site().startsWith('https:') && url.protocol === 'http:' && !isLocal) {
    throw fail('source.url-mixed', { url: withoutSecrets(url.href) });
  }
  return url;
}

function requireOk(url: URL, { ok, status }: Response): void {
  if (ok) return;
  const ours = status >= 500 ? 'It has failed itself' : 'It refused the request';
  const words = statusWords[status] ?? ours;
  throw fail('source.url-status', { url: withoutSecrets(url.href), status, words });
}

/** A script cannot tell a server that is not there from one that keeps other sites out: the browser hides which. */
function unreachable(url: URL): Error {
  const isOffline = typeof navigator !== 'undefined' && navigator.onLine === false;
  const params = { url: withoutSecrets(url.href), host: url.host };
  return isOffline
    ? fail('source.url-offline', params)
    : fail('source.url-unreachable', { ...params, site: site() || '*' });
}

async function bodyOf(
  answer: Response,
  report: (done: number, total: number | null) => void
): Promise<Blob> {
  if (!answer.body) return answer.blob();
  // The stated length is that of the packed bytes where the server packs them.
  const stated = answer.headers.get('content-encoding')
    ? null
    : answer.headers.get('content-length');
  const total = stated === null ? null : Number(stated);
  const reader = answer.body.getReader();
  const parts: Blob[] = [];
  let done = 0;
  for (;;) {
    const { done: end, value } = await reader.read();
    if (end) return new Blob(parts);
    parts.push(new Blob([value]));
    report((done += value.length), total !== null && total >= done ? total : null);
  }
}

/** Servers answer with a page where one has to sign in, or where an address shows a file instead of giving it. */
async function refusePage(url: URL, blob: Blob): Promise<void> {
  const head = (await blob.slice(0, 512).text()).trimStart().toLowerCase();
  if (!/^(<!doctype html|<html|<head)/.test(head)) return;
  throw fail('source.url-page', { url: withoutSecrets(url.href) });
}

function nameOf(url: URL, type: string): string {
  const last = readable(url.pathname.split('/').at(-1) ?? '') || url.hostname;
  if (/\.[a-z0-9]{2,8}$/i.test(last)) return last;
  const ending = endings.find(([pattern]) => pattern.test(type))?.[1];
  return ending === undefined ? last : `${last}.${ending}`;
}

function readable(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The site this runs on; empty outside a browser. */
function site(): string {
  const { origin } = globalThis as { origin?: string };
  return origin ?? '';
}
