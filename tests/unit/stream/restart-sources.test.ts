import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { seeded } from '#lib/base/random.ts';
import { serveHttp, type TestServer } from '../../support/http-server.ts';
import { pagesThatDie, type PageCase, type PageOutcome } from '../../support/pages.ts';

const start = Date.UTC(2024, 2, 4);
const total = 700;
/** No event has anything by which the stream could tell a copy: what counts is where it went on. */
const event = (seq: number) => ({ seq, at: new Date(start + seq * 100).toISOString(), n: seq % 7 });
const seqs = Array.from({ length: total }, (_, i) => i);
const json = (seq: number) => `${JSON.stringify(event(seq))}\n`;
const csv = (seq: number) => `${Object.values(event(seq)).join(',')}\n`;

let server: TestServer | null = null;
let timer: ReturnType<typeof setInterval> | null = null;
afterEach(async () => {
  clearInterval(timer!);
  await server?.close();
  server = null;
});

/** Pages that die at bytes drawn by lot; the last has every event once, in order, under its number. */
async function survives(given: PageCase, seed: number, deaths = 8): Promise<PageOutcome> {
  const random = seeded(seed, 'kills');
  const until: PageCase['until'] = ({ events }) => events >= total;
  const budget = () => 600 + Math.floor(random() * 12_000);
  const outcome = await pagesThatDie({ until, ...given }, budget, deaths);
  expect(outcome.kills).toBeGreaterThanOrEqual(3);
  expect(outcome.problems).toEqual([]);
  const log = outcome.tables['log']!;
  expect(log.map((row) => row['seq'])).toEqual(seqs);
  expect(log.map((row) => row['arrival'])).toEqual(seqs.map((i) => i + 1));
  expect(log.map((row) => [row['at'], row['n']])).toEqual(
    seqs.map((i) => [start + i * 100, i % 7])
  );
  return outcome;
}

/** Text piece by piece, until it is sent or the other side goes; now and then it breaks off. */
function drip(response: ServerResponse, text: string, breakAt = Infinity): void {
  let at = 0;
  const next = () => {
    if (response.destroyed) return;
    if (at >= breakAt) return void response.destroy();
    if (at >= text.length) return void response.end();
    response.write(text.slice(at, (at += 1500)));
    setTimeout(next, 2);
  };
  next();
}

describe('lines over fetch', () => {
  test('go on after the last value, over broken answers and pages that die', async () => {
    let asks = 0;
    server = await serveHttp((url, _, response) => {
      const from = Number(url.searchParams.get('after') ?? -1) + 1;
      drip(response, seqs.slice(from).map(json).join(''), ++asks % 3 === 0 ? 7000 : Infinity);
    });
    await survives({ feed: `ndjson: { url: '${server.url}', after: seq }\ntime: at` }, 1);
  });

  test.each([
    ['NDJSON', '', json],
    ['CSV', ', format: csv', csv]
  ])(
    '%s goes on at the byte, where the server takes ranges and where not',
    async (_, format, line) => {
      const header = line === csv ? 'seq,at,n\n' : '';
      const whole = header + seqs.map(line).join('');
      let asks = 0;
      server = await serveHttp((_url, request, response) => {
        asks++;
        const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
        if (from >= whole.length && asks % 2 === 0) return void response.writeHead(416).end();
        const takesRanges = asks % 2 === 0 && from > 0;
        if (takesRanges) response.writeHead(206);
        else response.writeHead(200, { 'content-length': whole.length });
        drip(response, takesRanges ? whole.slice(from) : whole);
      });
      await survives({ feed: `ndjson: { url: '${server.url}'${format} }\ntime: at` }, 2);
    }
  );
});

describe('a growing file', () => {
  test.each([
    ['NDJSON', '', json],
    ['CSV', ', format: csv', csv]
  ])('of %s is read on at the line, while it grows', async (_, format, line) => {
    const pieces = (line === csv ? 'seq,at,n\n' : '') + seqs.map(line).join('');
    let length = 40;
    timer = setInterval(() => (length += 333), 5);
    const getFile = () => Promise.resolve(new Blob([pieces.slice(0, length)]));
    const growingFile = () => ({ getFile });
    const feed = `tail: { file: live.log, every: 5ms${format} }\ntime: at`;
    await survives({ feed, env: { growingFile } }, 3);
  });
});

describe('an address that is asked again and again', () => {
  test('with a cursor tells each event once', async () => {
    server = await serveHttp((url, _, response) => {
      const from = Number(url.searchParams.get('after') ?? -1) + 1;
      response.end(JSON.stringify({ data: seqs.slice(from, from + 40).map(event) }));
    });
    const feed = `poll: { url: '${server.url}', every: 5ms, rows: data, after: seq }\ntime: at`;
    await survives({ feed }, 4);
  });

  test('is not read again by a page that comes back while it has nothing new', async () => {
    let shown = 100;
    server = await serveHttp((_url, request, response) => {
      const etag = `"${shown}"`;
      const rows = JSON.stringify(seqs.slice(shown - 100, shown).map(event));
      if (request.headers['if-none-match'] === etag) response.writeHead(304).end();
      else response.writeHead(200, { etag }).end(rows);
    });
    // The next hundred are shown once the last have been taken by some page.
    const until: PageCase['until'] = ({ events }) => {
      if (events >= shown) shown = Math.min(total, shown + 100);
      return events >= total;
    };
    await survives({ feed: `poll: { url: '${server.url}', every: 10ms }\ntime: at`, until }, 5);
  });
});
