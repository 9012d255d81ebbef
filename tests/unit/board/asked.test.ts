import { expect, test } from 'vitest';
import { boolean, columns, numeric, text, toRows, type Columns } from '#lib/base/columns.ts';
import type { CellKind } from '#lib/cells/core/define.ts';
import type { IncidentRequest, ViewData } from '#lib/cells/core/view.ts';
import { askedAlert } from '#lib/cells/monitor/alerts/asked.ts';
import monitor, { type MonitorReport } from '#lib/cells/monitor/index.ts';
import runMonitor from '#lib/cells/monitor/run.ts';
import { giveTables, openTestDuckDb } from '../../support/duckdb.ts';
import { runLiveKindForTest } from '../../support/live.ts';

const hour = 3_600_000;
const start = Date.UTC(2024, 2, 4);

const body = [
  'stream: orders',
  'time: at',
  'by: [shop, open, day, since]',
  'window: 1h',
  'measures: { units: sum(units) }',
  'alerts:',
  `  - { name: much, when: 'units > 60' }`
].join('\n');

/** Two hours of two shops, one without a name; too much in the first. */
const orders = (): Columns => {
  const times = [0, 0, 1, 1, 2].map((h) => start + h * hour);
  const each = <T>(a: T, b: T) => [a, b, a, b, a];
  return columns({
    at: numeric(times, 'timestamp'),
    shop: text(each<string | null>('north', null)),
    open: boolean(each(true, false)),
    day: numeric(each(start, start - 24 * hour), 'date'),
    since: numeric(each(start + 90_000, start), 'timestamp'),
    units: numeric([70, 80, 1, 2, 3], 'integer')
  });
};

test('an incident of the past is named as the list names it, whatever its key is made of', async () => {
  const outcome = await runLiveKindForTest(monitor as unknown as CellKind, runMonitor, {
    name: 'shops',
    body,
    given: { orders: orders() }
  });
  const report = { ...(outcome.report as MonitorReport), alerts: [] };
  const db = await openTestDuckDb();
  await giveTables(db, outcome.relations);
  const data: Pick<ViewData, 'query'> = { query: (sql) => db.query(sql) };
  const ask = (keys: IncidentRequest['keys'], time: number) =>
    askedAlert('shops', report, data, { alert: 'much', keys, time });
  try {
    const rows = toRows(outcome.relations['shops_alerts']!);
    const asked = await Promise.all(
      rows.map(async ({ time, shop, open, day, since }) => {
        const found = await ask(
          { shop, open, day, since } as IncidentRequest['keys'],
          Number(time)
        );
        return `${Number(time)} ${found?.state} ${found?.key}`;
      })
    );
    const told = report.transitions.map(({ time, state, key }) => `${time} ${state} ${key}`);
    expect(told).toHaveLength(4);
    expect(asked.sort()).toEqual(told.sort());
    expect(told.join('\n')).toContain('north, true, 2024-03-04, 2024-03-04T00:01:30.000Z');
    expect(await ask({ shop: 'south', open: true, day: start, since: start }, start)).toBeNull();
  } finally {
    await db.close();
  }
});
