import { describe, expect, test } from 'vitest';
import { seeded } from '#lib/base/random.ts';
import { freePort, startDaemon, whyNot } from '../../support/daemon.ts';
import { pagesThatDie } from '../../support/pages.ts';

const missing = whyNot('prometheus', '--version');

describe.skipIf(missing)(`prometheus${missing ? ` (${missing})` : ''}`, () => {
  test('is asked on from where the last page stood, and every point comes once', async () => {
    const port = await freePort();
    const daemon = await startDaemon(
      'prometheus',
      (folder) => [
        `--config.file=${folder}/config`,
        `--storage.tsdb.path=${folder}/data`,
        `--web.listen-address=127.0.0.1:${port}`
      ],
      [
        'global: { scrape_interval: 100ms, scrape_timeout: 100ms }',
        'scrape_configs:',
        `  - { job_name: self, static_configs: [{ targets: ["127.0.0.1:${port}"] }] }`
      ].join('\n'),
      port
    );
    try {
      const points = 7;
      const random = seeded(6, 'kills');
      const { tables, problems, kills } = await pagesThatDie(
        {
          feed: `prometheus: { url: 'http://127.0.0.1:${port}', query: up, step: 1s, last: 5s }`,
          until: ({ events }) => events >= points
        },
        () => 700 + Math.floor(random() * 1500),
        4
      );
      expect(kills).toBeGreaterThanOrEqual(2);
      expect(problems).toEqual([]);
      const times = tables['log']!.map((row) => row['time'] as number);
      expect(times.length).toBeGreaterThanOrEqual(points);
      expect(times).toEqual(times.map((_, i) => times[0]! + i * 1000));
    } finally {
      await daemon.stop();
    }
  }, 90_000);
});
