import { createServer } from 'node:http';
import sirv from 'sirv';
import { buildDir } from './paths.mjs';

/**
 * Serves the built site as the plainest static host would: files, no special headers.
 * `base` puts it under a sub-path; port 0 takes a free one.
 */
export async function serveSite({ port = 0, base = '/', dir = buildDir } = {}) {
  const files = sirv(dir, { dev: true, etag: true });
  const prefix = base.endsWith('/') ? base : `${base}/`;
  const server = createServer((request, response) => {
    const notFound = () => {
      response.statusCode = 404;
      response.end('Not found');
    };
    if (!request.url.startsWith(prefix)) return notFound();
    request.url = request.url.slice(prefix.length - 1);
    files(request, response, notFound);
  });
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${server.address().port}${prefix}`,
    close: () => new Promise((resolve) => server.close(resolve))
  };
}
