import { ProblemError } from '#lib/base/problem.ts';
import { fail, problem } from '#lib/problems/index.ts';
import type { Address } from './address.ts';
import { authorization } from './address.ts';
import type { LiveEnv } from './env.ts';
import { LinkLost } from './link.ts';

export interface Ask {
  readonly address: Address;
  readonly url: URL;
  readonly env: LiveEnv;
  readonly signal: AbortSignal;
  /** Headers that the answer can do without: where a server does not let pages send them, `onBare` is told and it is asked without. */
  readonly extra?: Readonly<Record<string, string>>;
  readonly onBare?: () => void;
  /** Statuses that are answers and no failures. */
  readonly fine?: readonly number[];
  /** Let the browser ask whether its copy is still good. */
  readonly revalidate?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Longest part of an answer's text that a problem tells. */
const detailLength = 300;

/** An answer to GET; what is wrong is thrown as a problem in words, or as LinkLost where waiting may help. */
export async function ask(question: Ask): Promise<Response> {
  const { address, extra = {}, fine = [] } = question;
  let response: Response;
  try {
    response = await send(question, { ...authorization(address), ...extra });
  } catch (error) {
    if (question.signal.aborted) throw error;
    const found = await whyNot(question);
    if (found instanceof Response) response = found;
    else throw found;
  }
  if (response.ok || fine.includes(response.status)) return response;
  throw await refusalOf(response, question);
}

function send(
  { url, env, signal, revalidate, headers = {} }: Ask,
  more: Readonly<Record<string, string>>
): Promise<Response> {
  return env.fetch(url, {
    headers: { ...headers, ...more },
    signal,
    credentials: 'omit',
    referrerPolicy: 'no-referrer',
    cache: revalidate ? 'no-cache' : 'no-store'
  });
}

/**
 * Why a request failed, which browsers do not tell: asked again without headers that need leave, then without wanting
 * to read the answer. An answer without `extra` headers is one to go on with.
 */
async function whyNot(question: Ask): Promise<Response | Error> {
  const { address, extra = {}, env, url, signal } = question;
  const { host, connection } = address;
  const plain = (more: Readonly<Record<string, string>>) => send(question, more).catch(() => null);
  const own = authorization(address);
  if (Object.keys(extra).length > 0) {
    const bare = await plain(own);
    if (bare) {
      question.onBare?.();
      return bare;
    }
  }
  if (Object.keys(own).length > 0) {
    const anonymous = await plain({});
    if (anonymous) {
      await anonymous.body?.cancel();
      return fail('feed.preflight', { connection, host, headers: 'Authorization' });
    }
  }
  const there = await env
    .fetch(url, { mode: 'no-cors', credentials: 'omit', signal })
    .then(async ({ body }) => body?.cancel().then(() => true) ?? true)
    .catch(() => false);
  return there
    ? fail('feed.cors', { connection, host })
    : new LinkLost(problem('feed.unreachable', { connection, host }));
}

async function refusalOf(response: Response, { address, url }: Ask): Promise<Error> {
  const { status } = response;
  const { host, connection } = address;
  const detail = (await response.text().catch(() => '')).replace(/<[^>]*>|\s+/g, ' ').trim();
  const said = detail.slice(0, detailLength);
  if (status === 401 || status === 403)
    return fail('feed.auth', { connection, host, detail: said || `It answered ${status}.` });
  if (status === 404 || status === 410) return fail('feed.not-found', { host, path: url.pathname });
  if (status === 408 || status === 425 || status === 429 || status >= 500) {
    const after = Number(response.headers.get('retry-after'));
    const wait = after > 0 ? Math.min(after, 3600) * 1000 : 0;
    return new LinkLost(problem('feed.status', { host, status, detail: said }), wait);
  }
  return new ProblemError(problem('feed.status', { host, status, detail: said }));
}

/** Bytes of an answer as they come; LinkLost where it breaks off in the middle. */
export async function* bytesOf(
  response: Response,
  host: string,
  signal: AbortSignal
): AsyncGenerator<Uint8Array, void, undefined> {
  if (!response.body) return;
  const reader = response.body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } catch (error) {
    if (signal.aborted) return;
    const detail = error instanceof Error ? `${error.message}.` : String(error);
    throw new LinkLost(problem('feed.lost', { host, detail }));
  } finally {
    reader.cancel().catch(() => undefined);
  }
}
