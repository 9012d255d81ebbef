import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright';
import { build } from 'vite';
import { assembly } from '../../bin/lib/assembly.mjs';
import { chromiumArgs, ensureChromium } from '../../bin/lib/chromium.mjs';
import { root } from '../../bin/lib/paths.mjs';
import { median } from './lib.mjs';

const million = 1_000_000;
const runs = 3;
/** Milliseconds. */
const patience = 120_000;
/** Fewer for the peer, which is too slow for more of them. */
const peerEvents = 50_000;

/**
 * A stream cell in a worker of Chromium: Arrow frames are read, ids told apart, rows put into a log on disk and flushed
 * before anything else, states saved as often as they are, and a monitor folds behind it. Then the same from its log
 * alone, as after a crash before any state was saved. Beside it IndexedDB, which only keeps the rows.
 */
export async function durable() {
  const measure = await openWorker();
  try {
    console.log('\nDurable: a stream cell with ids and a monitor of 1,000 keys, log in OPFS');
    const first = await rates(measure, { what: 'ingest', events: million, batch: 10_000 });
    tellRate('frames of 10,000 events', first);
    tellRate(
      'frames of 1,000',
      await rates(measure, { what: 'ingest', events: million, batch: 1000 })
    );
    const peer = await rates(measure, { what: 'indexeddb', events: peerEvents, batch: 10_000 });
    tellRate('IndexedDB, 10,000 rows a transaction', peer);
    console.log(
      `IndexedDB takes ${(first.rate / peer.rate).toFixed(1)}× the time, ${(first.work / peer.work).toFixed(1)}× the processor's`
    );
    await measure({ what: 'ingest', events: million, batch: 10_000, stateless: true });
    const again = await rates(measure, { what: 'restart', events: 0, batch: 1, rows: million });
    console.log(
      `restart with a tail of 1,000,000 events: ${number(again.ms)} ms, ${number(again.processor)} ms of processor (${sharesOf(again)})`
    );
  } finally {
    await measure.close();
  }
}

/** The median of some runs, after one that does not count. */
async function rates(measure, { rows = 0, ...asked }) {
  const found = [];
  const expected = rows || asked.events;
  for (let run = 0; run <= runs; run++) {
    const outcome = await measure(asked);
    if (outcome.rows !== expected)
      throw new Error(`Events were lost: ${outcome.rows} of ${expected}`);
    found.push(outcome);
  }
  const counted = found.slice(1);
  const ms = median(counted.map((outcome) => outcome.ms));
  const processor = median(counted.map((outcome) => outcome.processor));
  const { stages } = counted.find((outcome) => outcome.ms === ms);
  return {
    ms,
    processor,
    stages,
    rate: (1000 * expected) / ms,
    work: (1000 * expected) / processor
  };
}

/** Where the time went, by the clock. */
function sharesOf({ ms, stages }) {
  if (Object.keys(stages).length === 0) return '';
  const known = Object.values(stages).reduce((sum, part) => sum + part, 0);
  return Object.entries({ 'decode, ids and the rest': ms - known, ...stages })
    .filter(([, part]) => part > ms / 200)
    .map(([name, part]) => `${name} ${Math.round((100 * part) / ms)} %`)
    .join(', ');
}

/** A page with nothing in it whose workers have this origin's private files; what answers runs one case in a worker of its own. */
async function openWorker() {
  const built = await build({
    configFile: false,
    root,
    logLevel: 'error',
    plugins: [assembly()],
    build: {
      write: false,
      lib: { entry: 'tests/bench/durable-worker.ts', formats: ['iife'], name: 'durable' }
    }
  });
  const { code } = [built].flat()[0].output[0];
  // A profile on disk: without one, private files and databases are in memory.
  const profile = await mkdtemp(join(tmpdir(), 'durable-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: await ensureChromium(),
    args: chromiumArgs
  });
  const [page] = context.pages();
  // The private file system wants a secure origin; nothing is asked of it.
  await page.route('**/*', (route) =>
    route.fulfill({ contentType: 'text/html', body: '<title>Log</title>' })
  );
  await page.goto('https://localhost/');
  const devtools = await context.browser().newBrowserCDPSession();
  const askWorker = ([message, ms]) =>
    new Promise((resolve, reject) => {
      const { worker } = globalThis;
      setTimeout(() => reject(new Error('No answer')), ms);
      worker.onerror = (event) => reject(new Error(event.message));
      worker.onmessage = ({ data }) => (data.error ? reject(new Error(data.error)) : resolve(data));
      worker.postMessage(message);
    });
  const measure = async (asked) => {
    await page.evaluate((source) => {
      globalThis.worker = new Worker(URL.createObjectURL(new Blob([source])));
    }, code);
    await page.evaluate(askWorker, [asked, patience]);
    const before = await processorMs(devtools);
    const outcome = await page.evaluate(askWorker, ['go', patience]);
    const processor = (await processorMs(devtools)) - before;
    await page.evaluate(() => globalThis.worker.terminate());
    return { ...outcome, processor };
  };
  const close = async () => {
    await context.close();
    await rm(profile, { recursive: true, force: true });
  };
  return Object.assign(measure, { close });
}

/** Of all processes of the browser. */
async function processorMs(devtools) {
  const { processInfo } = await devtools.send('SystemInfo.getProcessInfo');
  return processInfo.reduce((sum, { cpuTime }) => sum + 1000 * cpuTime, 0);
}

function tellRate(name, found) {
  const shares = sharesOf(found);
  console.log(
    `${name.padEnd(38)} ${number(found.rate).padStart(9)} events a second, ${number(found.work)} a second of processor${shares === '' ? '' : ` (${shares})`}`
  );
}

function number(figure) {
  return Math.round(figure).toLocaleString('en');
}
