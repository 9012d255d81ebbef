import { nearest } from '#lib/base/nearest.ts';
import type { FeedKind, Place } from '#lib/cells/core/feed.ts';
import { fail } from '#lib/problems/index.ts';
import type { Connection } from '#lib/runtime/connection.ts';
import type { LiveEnv } from './env.ts';

/** Where to connect. `host` and `connection` (empty: none) are what problems may say of it; the URL may hold a secret. */
export interface Address {
  readonly url: URL;
  readonly host: string;
  readonly connection: string;
  readonly credentials: Pick<Connection, 'user' | 'password' | 'token'> | null;
}

const sockets = ['ws:', 'wss:'];
const requests = ['http:', 'https:'];
const loopback = /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/;

/** The address that a place names, fit for the kind of source; a problem in words if there is none or it cannot be used. */
export function addressOf(place: Place, kind: FeedKind, env: LiveEnv): Address {
  const address = 'url' in place ? written(place.url) : connected(place, env);
  const { url, host, connection } = address;
  const schemes = kind === 'websocket' || kind === 'mqtt' || kind === 'nats' ? sockets : requests;
  if (!schemes.includes(url.protocol)) {
    const wanted = schemes === sockets ? 'ws:// or wss://' : 'http:// or https://';
    throw fail('feed.scheme', { source: kind, connection, scheme: url.protocol, wanted });
  }
  const plain = url.protocol === 'ws:' || url.protocol === 'http:';
  if (env.secure && plain && !loopback.test(url.hostname)) {
    const secure = url.protocol === 'ws:' ? 'wss://' : 'https://';
    throw fail('feed.mixed-content', { host, scheme: `${url.protocol}//`, secure });
  }
  return address;
}

function written(text: string): Address {
  if (!URL.canParse(text)) throw fail('feed.url', { url: text });
  const url = new URL(text);
  return { url, host: url.host, connection: '', credentials: null };
}

function connected(place: { connection: string; path: string | null }, env: LiveEnv): Address {
  const found = env.connection(place.connection);
  if (!found) {
    const known = env.connectionNames();
    throw fail('remote.no-connection', {
      connection: place.connection,
      nearest: nearest(place.connection, known),
      known: known.join(', ')
    });
  }
  if (!URL.canParse(found.url)) throw fail('feed.url', { url: found.name });
  const base = new URL(found.url);
  const url = place.path === null ? base : below(base, place.path, found.name);
  const { user, password, token } = found;
  return { url, host: base.host, connection: found.name, credentials: { user, password, token } };
}

/** A path below an address, its own parameters kept; it may not lead to another host, which would get the password. */
function below(base: URL, path: string, connection: string): URL {
  const folder = new URL(base);
  if (!folder.pathname.endsWith('/')) folder.pathname += '/';
  const url = URL.canParse(path.replace(/^\/+/, './'), folder.href)
    ? new URL(path.replace(/^\/+/, './'), folder)
    : null;
  if (url?.host !== base.host || url.protocol !== base.protocol || url.username !== base.username)
    throw fail('feed.path', { path, connection });
  for (const [name, value] of base.searchParams) {
    if (!url.searchParams.has(name)) url.searchParams.set(name, value);
  }
  return url;
}

/** The headers that let us in. */
export function authorization({ credentials }: Address): Record<string, string> {
  if (!credentials) return {};
  const { user, password, token } = credentials;
  if (token !== '') return { Authorization: `Bearer ${token}` };
  if (user === '') return {};
  const bytes = new TextEncoder().encode(`${user}:${password}`);
  return { Authorization: `Basic ${btoa(String.fromCharCode(...bytes))}` };
}
