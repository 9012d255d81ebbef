import { describe, expect, test } from 'vitest';
import { columns, numeric, text, toRows, type Columns } from '#lib/base/columns.ts';
import type { CellKind } from '#lib/cells/core/define.ts';
import type { FeedItem, FeedStatus } from '#lib/cells/core/feed.ts';
import monitor from '#lib/cells/monitor/index.ts';
import runMonitor from '#lib/cells/monitor/run.ts';
import stream, { type StreamConfig, type StreamReport } from '#lib/cells/stream/index.ts';
import runStream from '#lib/cells/stream/run.ts';
import { runLiveKindForTest, type LiveCase } from '../../support/live.ts';

const hour = 3_600_000;
const noon = Date.UTC(2024, 2, 4, 12);

const ofStream = async (options: LiveCase) => {
  const outcome = await runLiveKindForTest(stream as unknown as CellKind, runStream, {
    name: 'log',
    ...options
  });
  return { ...outcome, report: outcome.report as StreamReport };
};

function table(rows: readonly (readonly [desk: string, at: number, came: number])[]): Columns {
  const times = (of: 1 | 2) =>
    numeric(
      rows.map((row) => noon + row[of]),
      'timestamp'
    );
  return columns({ desk: text(rows.map(([desk]) => desk)), at: times(1), came: times(2) });
}

const status: FeedStatus = {
  state: 'open',
  since: 0,
  retryAt: null,
  lostAt: null,
  opened: 1,
  trouble: null,
  messages: 0,
  bytes: 0,
  queued: 0,
  dropped: 0,
  unreadable: 0,
  misfits: 0
};

/** A live source that hands over each row at the time it came. */
async function* live(rows: Columns): AsyncGenerator<FeedItem> {
  const mark = { cursor: null, place: null, client: 'test', columns: null, header: null, at: 0 };
  for (const [row, at] of (rows.vectors[2]!.values as Float64Array).entries()) {
    const one = toRows(rows)[row]!;
    const item = table([[one['desk'] as string, (one['at'] as number) - noon, 0]]);
    yield await Promise.resolve({ rows: item, at, status, breaks: [], warnings: [], mark });
  }
}

const websocket = 'websocket: wss://example.org/orders';
const desks = table([
  ['a', 0, 0],
  ['b', 40_000, 50_000],
  ['a', 9 * hour, 60_000],
  ['b', 70_000, 75_000],
  ['a', 10_000, 80_000]
]);

describe('events from the future', () => {
  test('of a live source are kept apart with the reason, and move no watermark', async () => {
    const { relations, report } = await ofStream({
      body: `${websocket}\ntime: at\ndisorder: 0s`,
      feed: () => live(desks)
    });
    expect(relations['log']!.length).toBe(4);
    expect(toRows(relations['log_quarantine']!)).toEqual([
      {
        desk: 'a',
        at: noon + 9 * hour,
        came: noon,
        held: 1,
        received: noon + 60_000,
        ahead: 9 * 3600 - 60,
        reason: '8h59m ahead of its arrival, more than 1h'
      }
    ]);
    expect(report).toMatchObject({
      events: 4,
      watermark: noon + 70_000,
      quarantined: 1,
      quarantine: [{ time: noon + 9 * hour, arrived: noon + 60_000 }]
    });
  });

  test('pass where the bound allows them', async () => {
    const { relations } = await ofStream({
      body: `${websocket}\ntime: at\nfuture: 10h`,
      feed: () => live(desks)
    });
    expect(relations['log']!.length).toBe(5);
    expect(relations['log_quarantine']!.length).toBe(0);
  });

  test('of a replay are kept apart when it is asked to, and knows when events came', async () => {
    const replay = async (lines: string) => {
      const { relations } = await ofStream({ body: lines, given: { desks } });
      return [relations['log']!.length, relations['log_quarantine']!.length];
    };
    const received = 'replay: { source: desks, time: at, received: came }';
    expect(await replay('replay: { source: desks, time: at }\nfuture: 0s')).toEqual([5, 0]);
    expect(await replay(received)).toEqual([5, 0]);
    expect(await replay(`${received}\nfuture: 1h`)).toEqual([4, 1]);
  });

  test('a quarantined copy does not keep the corrected event out', async () => {
    const twice = columns({
      id: text(['x', 'x']),
      at: numeric([noon + 9 * hour, noon], 'timestamp'),
      came: numeric([noon, noon + 1000], 'timestamp')
    });
    const { relations } = await ofStream({
      body: 'replay: { source: twice, time: at, received: came }\nid: id\nfuture: 1h',
      given: { twice }
    });
    expect(toRows(relations['log']!).map((row) => row['at'])).toEqual([noon]);
  });
});

describe('the disorder of a stream', () => {
  const config = (body: string) => stream.body.parse(body, {}).config as StreamConfig;

  test('is learned from a live source and none in a replay, unless written', () => {
    expect(config(websocket)).toMatchObject({ disorder: 'auto', future: hour });
    expect(config('replay: { source: a }')).toMatchObject({ disorder: 0, future: null });
    expect(config(`${websocket}\ndisorder: 90s`).disorder).toBe(90_000);
    expect(config('replay: { source: a }\ndisorder: auto').disorder).toBe('auto');
    expect(stream.body.parse('replay: { source: a }\ndisorder: some', {}).problems).toMatchObject([
      { code: 'config.value' }
    ]);
  });

  test('as it was learned stands in the report, and holds the watermark of a monitor back', async () => {
    const count = 2000;
    const rows = Array.from({ length: count }, (_, i): [string, number, number] => {
      const late = i % 50 === 0 ? 30_000 : 0;
      return ['a', i * 1000 - late, i * 1000];
    });
    const poor = table(rows);
    const body = 'replay: { source: poor, time: at, received: came }\ndisorder: auto';
    const { report, relations } = await ofStream({ body, given: { poor } });
    expect(report.clock).toMatchObject({ learned: true, partition: null });
    expect(report.clock.disorder).toBeGreaterThanOrEqual(29_000);
    expect(report.clock.disorder).toBeLessThan(31_000);
    expect(report.watermark).toBe(noon + (count - 1) * 1000 - report.clock.disorder);
    const late = async (disorder: string) => {
      const outcome = await runLiveKindForTest(monitor as unknown as CellKind, runMonitor, {
        body: `stream: log\nwindow: 10s\ndisorder: ${disorder}`,
        given: { log: relations['log']! },
        clocks: { log: { time: 'at', disorder: 0, lateness: 0 } }
      });
      return (outcome.report as { late: number }).late;
    };
    expect(await late('0s')).toBeGreaterThan(30);
    expect(await late('auto')).toBeLessThan(3);
  });
});

describe('partitions', () => {
  const rows = Array.from({ length: 120 }, (_, i): [string, number, number] => {
    const slow = i % 2 === 0 && i < 60;
    return [slow ? 'slow' : 'fast', i * 1000 - (slow ? 20_000 : 0), i * 1000];
  });
  const desks = table(rows);
  const body = (lines: string) => `replay: { source: desks, time: at, received: came }\n${lines}`;

  test('hold the watermark back while they are heard, and are told', async () => {
    const late = async (lines: string) =>
      (await ofStream({ body: body(lines), given: { desks } })).report;
    expect((await late('')).late).toBe(29);
    const { clock, late: few } = await late('partition: desk\nidle: 30s');
    expect(few).toBe(0);
    expect(clock).toMatchObject({ partition: 'desk', partitionCount: 2, idleCount: 1 });
    expect(clock.partitions.map(({ name, idle }) => [name, idle])).toEqual([
      ['fast', false],
      ['slow', true]
    ]);
  });

  test('must be a column', async () => {
    const { problems } = await ofStream({ body: body('partition: dsk'), given: { desks } });
    expect(problems).toMatchObject([{ code: 'live.column' }]);
  });

  test('are those of the stream for its monitors', () => {
    const { config } = stream.body.parse(body('partition: desk'), {});
    const cell = { name: 'log', kind: 'stream', body: '', config: config!, params: {} };
    expect(stream.clock!(cell)).toMatchObject({ partition: { column: 'desk', idle: 60_000 } });
  });
});
