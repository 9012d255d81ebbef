import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toRows } from '#lib/base/columns.ts';
import { freePort, startDaemon, whyNot, type Daemon } from '../../support/daemon.ts';
import { runFeedForTest } from '../../support/feed.ts';
import { serveHttp, type TestServer } from '../../support/http-server.ts';

const missing = whyNot('prometheus', '--version');

describe.skipIf(missing)(`against prometheus${missing ? ` (${missing})` : ''}`, () => {
  let prometheus: Daemon;
  let port: number;
  beforeAll(async () => {
    port = await freePort();
    const config = [
      // Where a scrape takes longer than it may, `up` is 0.
      'global: { scrape_interval: 1s, scrape_timeout: 1s }',
      'scrape_configs:',
      `  - { job_name: self, static_configs: [{ targets: ["127.0.0.1:${port}"] }] }`
    ].join('\n');
    prometheus = await startDaemon(
      'prometheus',
      (folder) => [
        `--config.file=${folder}/config`,
        `--storage.tsdb.path=${folder}/data`,
        `--web.listen-address=127.0.0.1:${port}`
      ],
      config,
      port
    );
  });
  afterAll(() => prometheus.stop());

  test('points come once each, a step apart', async () => {
    const { log, report, problems } = await runFeedForTest(
      `prometheus: { url: 'http://127.0.0.1:${port}', query: up, step: 1s, last: 10s }`,
      { until: ({ events }) => events >= 4 }
    );
    expect(problems).toEqual([]);
    const rows = toRows(log!);
    expect(log!.names).toEqual(['time', 'value', 'instance', 'job', 'metric', 'arrival']);
    expect(rows[0]).toMatchObject({ value: 1, job: 'self', metric: 'up' });
    const times = rows.map((row) => row['time'] as number);
    for (const [i, time] of times.entries()) if (i > 0) expect(time - times[i - 1]!).toBe(1000);
    expect(report.duplicates).toBe(0);
  });

  test('a query that is wrong is told in its words', async () => {
    const { problems } = await runFeedForTest(
      `prometheus: { url: 'http://127.0.0.1:${port}', query: 'sum(' }`
    );
    expect(problems).toMatchObject([{ code: 'feed.query' }]);
    expect(problems[0]!.cause).toContain('parse error');
  });
});

describe('late samples', () => {
  let server: TestServer;
  afterAll(() => server.close());

  test('are told when they come, and nothing is told twice', async () => {
    let asks = 0;
    server = await serveHttp((url, _, response) => {
      const [from, to] = ['start', 'end'].map((name) => Number(url.searchParams.get(name)));
      asks++;
      const values = (late: boolean) => {
        const out: [number, string][] = [];
        for (let t = from!; t <= to!; t++)
          if (late || t % 3 !== 0 || asks > 3) out.push([t, `${t}`]);
        return out;
      };
      const result = [
        { metric: { __name__: 'a', time: 'x' }, values: values(false) },
        { metric: { __name__: 'b' }, values: values(true) }
      ];
      response.end(JSON.stringify({ status: 'success', data: { result } }));
    });
    // A clock twenty times as quick.
    const began = Date.now();
    const { log } = await runFeedForTest(
      `prometheus: { url: '${server.url}', query: x, step: 1s, last: 4s }\nid: [metric, time]`,
      {
        env: { now: () => began + (Date.now() - began) * 20 },
        until: () => asks > 6
      }
    );
    const rows = toRows(log!);
    const timesOf = (metric: string) =>
      rows.filter((row) => row['metric'] === metric).map((row) => row['time'] as number);
    for (const metric of ['a', 'b']) {
      const times = timesOf(metric);
      expect(new Set(times).size).toBe(times.length);
    }
    expect(timesOf('b').length).toBeGreaterThan(8);
    expect(rows[0]!['time_label']).toBeDefined();
  });
});
