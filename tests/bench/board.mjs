import { createServer } from 'node:http';
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { assembly } from '../../bin/lib/assembly.mjs';
import { chromiumArgs, ensureChromium } from '../../bin/lib/chromium.mjs';
import { root } from '../../bin/lib/paths.mjs';
import { median } from './lib.mjs';

const charts = 10;
const points = 100_000;
const count = 60;
const budget = 8;

/**
 * A live board in Chromium: ten charts with band and expectation over a hundred thousand windows each, one more of them
 * every frame, against uPlot given the same points as they are. Only script is timed, as frames are; the page drives
 * itself and posts its figures, so that no instrumentation stands in between.
 */
export async function board() {
  const figures = await inChromium();
  const { ours, theirs } = figures;
  const rest = ours.times.slice(5);
  const sorted = [...rest].sort((a, b) => a - b);
  const middle = median(rest);
  const high = sorted[Math.floor(sorted.length * 0.95)];
  const peer = median(theirs.times.slice(1));
  console.log(
    `\nLive board: ${charts} charts × ${points.toLocaleString('en')} windows with band, one window more each frame; script per frame`
  );
  const row = (name, ms, more) =>
    console.log(`${name.padEnd(34)} ${ms.toFixed(1).padStart(8)} ms  ${more}`);
  row(
    'ours, min/max pyramids',
    middle,
    `95 % under ${high.toFixed(1)} ms, ${ours.places} places a chart`
  );
  row('uPlot 1.6.32, every point', peer, `${(peer / middle).toFixed(1)} times as long`);
  if (middle > budget) console.log(`Over the ${budget} ms aimed at, on this machine and load.`);
}

async function inChromium() {
  const built = await build({
    configFile: false,
    root,
    logLevel: 'error',
    plugins: [assembly()],
    build: {
      write: false,
      minify: false,
      lib: { entry: 'tests/bench/board-page.ts', formats: ['iife'], name: 'page' }
    }
  });
  const { code } = [built].flat()[0].output.find((part) => part.type === 'chunk');
  const drive = `
    const { board, raw } = window.board;
    const ours = await board(${charts}, ${points}, ${count});
    const theirs = await raw(${charts}, ${points}, 6);
    await fetch('/figures', { method: 'POST', body: JSON.stringify({ ours, theirs }) });`;
  const html = `<!doctype html><title>Board</title><body><script>${code.replaceAll('</script', '<\\/script')}</script><script type="module">${drive}</script>`;
  let told;
  const figures = new Promise((resolve) => (told = resolve));
  const server = createServer((request, response) => {
    if (request.method !== 'POST') {
      response.setHeader('content-type', 'text/html; charset=utf-8');
      response.end(html);
      return;
    }
    let text = '';
    request.on('data', (part) => (text += part));
    request.on('end', () => {
      response.end();
      told(JSON.parse(text));
    });
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  const profile = await mkdtemp(join(tmpdir(), 'qm-board-'));
  const browser = spawn(
    await ensureChromium(),
    [
      ...chromiumArgs,
      '--headless=new',
      `--user-data-dir=${profile}`,
      '--window-size=1440,1000',
      `http://127.0.0.1:${server.address().port}/`
    ],
    { stdio: 'ignore' }
  );
  const limit = setTimeout(() => browser.kill(), 300_000);
  try {
    return await Promise.race([
      figures,
      new Promise((_, fail) => browser.once('exit', () => fail(new Error('Chromium has left'))))
    ]);
  } finally {
    clearTimeout(limit);
    browser.removeAllListeners('exit');
    const gone = new Promise((done) => browser.once('exit', done));
    browser.kill();
    await gone;
    server.close();
    await rm(profile, { recursive: true, force: true, maxRetries: 5 }).catch(() => undefined);
  }
}
