import { describe, expect, test } from 'vitest';
import { acknowledgementOf, readAcknowledged } from '#lib/cells/core/acknowledged.ts';
import type { CellKind } from '#lib/cells/core/define.ts';
import type { ViewActions, ViewCell } from '#lib/cells/core/view.ts';
import {
  eventsSql,
  incidentView,
  stateSpans,
  windowsSql
} from '#lib/cells/monitor/alerts/incident.ts';
import { shelfOf } from '#lib/cells/monitor/alerts/shelves.ts';
import { removeSilence, writeSilence } from '#lib/cells/monitor/alerts/silencing.ts';
import monitor, { type MonitorReport } from '#lib/cells/monitor/index.ts';
import runMonitor from '#lib/cells/monitor/run.ts';
import { setYamlValue } from '#lib/notebook/yaml-edit.ts';
import { runLiveKindForTest } from '../../support/live.ts';

const minute = 60_000;
const body = `stream: log
by: depot
window: 1m
measures: { parcels: max(x), n: count() }
alerts:
  - { name: high, when: parcels > 5 and n > 0, severity: page }
`;
const log = ['at,depot,x']
  .concat(
    Array.from({ length: 30 }, (_, i) => {
      const at = new Date(i * minute).toISOString();
      return `${at},it's,${i >= 10 ? 9 : 1}\n${at},south,${i >= 12 && i < 20 ? 9 : 1}`;
    })
  )
  .join('\n');

async function reportOf(text: string): Promise<MonitorReport> {
  const { report } = await runLiveKindForTest(monitor as unknown as CellKind, runMonitor, {
    body: text,
    given: { log }
  });
  return report as MonitorReport;
}

const alertOf = (report: MonitorReport, key: string) => report.alerts.find((a) => a.key === key)!;

/** What the page does when a view writes a key. */
function editing(text: string) {
  const cell = { name: 'm', kind: 'monitor', body: text, config: null } as ViewCell;
  let now = text;
  const actions = {
    setField: (path, value) => (now = setYamlValue(now, path, value as never))
  } as Partial<ViewActions> as ViewActions;
  return { cell, actions, text: () => now };
}

describe('a silence from the list', () => {
  test('mutes that alert and key alone, and comes out again', async () => {
    const report = await reportOf(body);
    expect(shelfOf(alertOf(report, "it's"), [])).toBe('firing');
    const edit = editing(body);
    const silence = { ms: 3_600_000, author: 'Ada', reason: 'moving' };
    writeSilence(edit.cell, edit.actions, report, alertOf(report, "it's"), silence);
    const silenced = await reportOf(edit.text());
    const alert = alertOf(silenced, "it's");
    expect(shelfOf(alert, [])).toBe('muted');
    expect(alert.muting).toMatchObject({
      kind: 'silenced',
      index: 0,
      author: 'Ada',
      reason: 'moving'
    });
    expect(shelfOf(alertOf(silenced, 'south'), [])).toBe('resolved');
    const back = editing(edit.text());
    removeSilence(back.cell, back.actions, 0);
    expect(back.text()).toBe(body);
  });

  test.each([
    'silences: [{ alert: high, until: 1970-01-01 }]',
    'silences: { alert: high, until: 1970-01-01 }'
  ])('joins %s, and leaves it when it goes', async (before) => {
    const text = `${body}${before}\n`;
    const report = await reportOf(text);
    const edit = editing(text);
    writeSilence(edit.cell, edit.actions, report, alertOf(report, "it's"), {
      ms: 1000,
      author: '',
      reason: ''
    });
    const parsed = monitor.body.parse(edit.text(), {});
    expect(parsed.problems).toEqual([]);
    expect(parsed.config!.silences).toHaveLength(2);
    const back = editing(edit.text());
    removeSilence(back.cell, back.actions, 1);
    expect(monitor.body.parse(back.text(), {}).config!.silences).toHaveLength(1);
  });
});

test('an acknowledgement is of one time that an alert fires', async () => {
  const alert = alertOf(await reportOf(body), "it's");
  const one = { fingerprint: alert.fingerprint, since: 11 * minute, note: 'n', by: 'Ada', at: 1 };
  expect(alert.firingSince).toBe(11 * minute);
  expect(shelfOf(alert, [one])).toBe('acknowledged');
  expect(shelfOf({ ...alert, firingSince: 12 * minute }, [one])).toBe('firing');
  expect(readAcknowledged([one, null, { since: 1 }, 'x'])).toEqual([one]);
  expect(readAcknowledged(undefined)).toEqual([]);
  expect(acknowledgementOf([one], alert.fingerprint, 11 * minute)).toBe(one);
});

test('an incident is the windows around it, its limit, its states and its events', async () => {
  const report = await reportOf(body);
  const alert = alertOf(report, "it's");
  const view = incidentView(alert, report, minute);
  expect(view).toEqual({
    from: 10 * minute,
    to: 11 * minute,
    low: -2 * minute,
    high: 23 * minute,
    measures: [
      { name: 'parcels', limit: 5 },
      { name: 'n', limit: 0 }
    ]
  });
  expect(eventsSql(alert, report, view)).toBe(
    "SELECT *\nFROM log\nWHERE \"at\" >= TIMESTAMP '1970-01-01 00:10:00.000'\n  AND \"at\" < TIMESTAMP '1970-01-01 00:11:00.000'\n  AND depot = 'it''s'\nORDER BY \"at\""
  );
  expect(windowsSql('m', alert, report, view)).toContain(
    'SELECT window_end, "parcels", "n" FROM "m"'
  );
  expect(
    stateSpans([20, 8, 2], ['resolved', 'firing', 'pending'], { ...view, low: 5, high: 30 })
  ).toEqual([
    { state: 'pending', from: 5, to: 8 },
    { state: 'firing', from: 8, to: 20 },
    { state: 'resolved', from: 20, to: 30 }
  ]);
});
