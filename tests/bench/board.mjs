import { readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { chromium } from 'playwright';
import { build } from 'vite';
import { assembly } from '../../bin/lib/assembly.mjs';
import { chromiumArgs, ensureChromium } from '../../bin/lib/chromium.mjs';
import { root } from '../../bin/lib/paths.mjs';
import { scriptPerFrame, traceCategories } from './frame-script.mjs';

const charts = 10;
const points = 100_000;
const count = 200;
const budget = 8;

/**
 * The charts of a live board in Chromium: ten with band and expectation over a hundred thousand windows each, ten
 * times a second a window more, against uPlot given all points as they are. Chromium's own trace tells how much script
 * each frame has, in processor time of the main thread; rastering is not in it.
 */
export async function board() {
  const events = await traced();
  console.log(
    `\nLive board: ${charts} charts × ${points.toLocaleString('en')} windows with band, ten windows more a second; script per frame, processor time`
  );
  const told = (name, words) => {
    const times = scriptPerFrame(events, name).sort((a, b) => a - b);
    const at = (share) => times[Math.min(times.length - 1, Math.floor(share * times.length))];
    const figures = [0.5, 0.95, 0.99, 1].map((share) => at(share).toFixed(1).padStart(8)).join('');
    console.log(`${words.padEnd(44)}${figures}   ${times.length} frames`);
    return { times, most: times.at(-1), sum: times.reduce((a, b) => a + b, 0) };
  };
  console.log(`${'milliseconds'.padEnd(44)}     p50     p95     p99     max`);
  const whole = told('whole', 'all 100,000 in view, following');
  told('usual', 'the usual 300 in view, following');
  const moved = told('moved', 'moved or zoomed in every frame');
  const raw = told('raw', 'uPlot 1.6.32, every point, each frame');
  const picture = whole.sum / windowsIn(events, 'whole');
  const peer = raw.sum / raw.times.length;
  console.log(
    `one picture of all ten: ${picture.toFixed(1)} ms of script; uPlot takes ${(peer / picture).toFixed(0)} times as long`
  );
  if (Math.max(whole.most, moved.most) > budget)
    console.log(`Over the ${budget} ms aimed at, on this machine and load.`);
}

/** How many windows came in a phase, each of which changes every chart. */
function windowsIn(events, name) {
  const at = (label) => events.find((event) => event.name === label).ts;
  const [begin, end] = [at(`begin ${name}`), at(`end ${name}`)];
  return events.filter((e) => e.name === 'window' && e.ts > begin && e.ts < end).length;
}

async function traced() {
  const html = await page();
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(html);
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  const file = join(tmpdir(), `quartermaster-board-${process.pid}.json`);
  const browser = await chromium.launch({
    executablePath: await ensureChromium(),
    args: chromiumArgs
  });
  try {
    const tab = await browser.newPage({ viewport: { width: 1440, height: 1000 } });
    tab.setDefaultTimeout(300_000);
    await tab.goto(`http://127.0.0.1:${server.address().port}/`);
    await browser.startTracing(tab, { path: file, categories: traceCategories });
    await tab.evaluate(`window.board.board(${charts}, ${points}, ${count})`);
    await tab.evaluate(`window.board.raw(${charts}, ${points}, 6)`);
    await browser.stopTracing();
    return JSON.parse(await readFile(file, 'utf8')).traceEvents;
  } finally {
    await browser.close();
    server.close();
    await rm(file, { force: true });
  }
}

/** The page with everything in it. */
async function page() {
  const built = await build({
    configFile: false,
    root,
    logLevel: 'error',
    plugins: [assembly(), svelte({ configFile: false })],
    build: {
      write: false,
      minify: false,
      lib: { entry: 'tests/bench/board-page.svelte.ts', formats: ['iife'], name: 'page' }
    }
  });
  const { output } = [built].flat()[0];
  const { code } = output.find(({ type }) => type === 'chunk');
  const css = output.find(({ fileName }) => fileName.endsWith('.css'))?.source ?? '';
  return `<!doctype html><html data-theme="light"><title>Board</title><style>${css}</style><body><script>${code.replaceAll('</script', '<\\/script')}</script>`;
}
