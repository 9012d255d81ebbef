import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { bundled } from './bundled.mjs';
import { median } from './lib.mjs';

const samples = 20;

/** Ten million events (or as many as SOAK_EVENTS says) through a stream, its log and two monitors: the heap by twentieths. */
export function soak() {
  const events = Number(process.env.SOAK_EVENTS ?? 10_000_000);
  const file = fileURLToPath(import.meta.url);
  const args = ['--expose-gc', file, String(events), 'ids'];
  const { heap, seconds, outcome } = JSON.parse(execFileSync(process.execPath, args).toString());
  console.log(
    `\nSoak: ${events.toLocaleString('en')} events with ids, late, double and lost ones, keys that never end, two monitors with detectors and alerts`
  );
  console.log(`heap in MB after each twentieth: ${heap.map((mb) => mb.toFixed(0)).join(' ')}`);
  const [windows, sessions] = outcome.keys;
  const [goneOfWindows, goneOfSessions] = outcome.forgotten.map((n) => n.toLocaleString('en'));
  console.log(
    `keys known at the end: ${windows} and ${sessions}; forgotten: ${goneOfWindows} and ${goneOfSessions}; heap of the last quarter to that of the quarter before (medians): ${(median(heap.slice(-5)) / median(heap.slice(-10, -5))).toFixed(3)}`
  );
  console.log(
    `${outcome.windows.toLocaleString('en')} windows and ${outcome.sessions.toLocaleString('en')} sessions closed, ${Math.round(events / seconds).toLocaleString('en')} events a second`
  );
}

/** In a process of its own, which may collect garbage when it wants: node --expose-gc soak.mjs EVENTS [ids]. */
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const events = Number(process.argv[2]);
  const { soak: run } = await bundled('tests/support/soak.ts');
  const heap = [];
  const began = process.cpuUsage();
  const outcome = await run(events, process.argv[3] === 'ids', (done) => {
    if (done < ((heap.length + 1) / samples) * events) return;
    // The second waits for the sweep of the first: buffers are given back meanwhile.
    globalThis.gc();
    globalThis.gc();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    heap.push((heapUsed + arrayBuffers) / 2 ** 20);
  });
  const { user, system } = process.cpuUsage(began);
  console.log(JSON.stringify({ heap, seconds: (user + system) / 1e6, outcome }));
}
