import { problem } from '#lib/problems/index.ts';
import type { Address } from './address.ts';
import type { LiveEnv } from './env.ts';
import { LinkLost } from './link.ts';

/** Browsers do not tell a page why a WebSocket did not open: whether anything is there at all is found by asking over http. */
export async function refusal(address: Address, env: LiveEnv): Promise<LinkLost> {
  const { host, connection } = address;
  const url = new URL(address.url);
  url.protocol = url.protocol === 'wss:' ? 'https:' : 'http:';
  const there = await env
    .fetch(url.origin, { mode: 'no-cors', credentials: 'omit', signal: AbortSignal.timeout(3000) })
    .then(
      () => true,
      () => false
    );
  return new LinkLost(
    there
      ? problem('feed.handshake', { host, connection })
      : problem('feed.unreachable', { host, connection })
  );
}
