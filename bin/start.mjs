import { spawn } from 'node:child_process';
import { ensureInstalled } from './lib/install.mjs';

await ensureInstalled();
const { ensureBuilt } = await import('./lib/build.mjs');
const { serveSite } = await import('./lib/server.mjs');
await ensureBuilt();

const { url } = await serve(Number(process.env.PORT ?? 4173));
const example = `${url}notebook/?open=weekly-supply`;
console.log(`\nQuartermaster is served at ${url}\nOpening ${example}\nStop with Ctrl+C.`);
if (!process.env.CI) openInBrowser(example);

/** The usual port, or a free one when it is taken. */
async function serve(port) {
  try {
    return await serveSite({ port });
  } catch (error) {
    if (error.code !== 'EADDRINUSE') throw error;
    return serveSite({ port: 0 });
  }
}

function openInBrowser(address) {
  const [command, ...args] =
    process.platform === 'darwin'
      ? ['open', address]
      : process.platform === 'win32'
        ? ['cmd', '/c', 'start', '', address]
        : ['xdg-open', address];
  spawn(command, args, { stdio: 'ignore', detached: true })
    .on('error', () =>
      console.log('No browser could be opened from here; open the address by hand.')
    )
    .unref();
}
