import { describe, expect, test } from 'vitest';
import { columns, numeric, text } from '#lib/base/columns.ts';
import { driftReport } from '#lib/cells/adjust/drift-report.ts';
import { causesIn, triggersIn } from '#lib/cells/adjust/triggers.ts';
import { driftPlot, evidenceWords, testName, testOf } from '#lib/cells/adjust/view-drift.ts';
import { askedAlert } from '#lib/cells/monitor/alerts/asked.ts';
import type { MonitorReport } from '#lib/cells/monitor/report.ts';
import { en } from '#lib/messages/en.ts';
import { zhCN } from '#lib/messages/zh-CN.ts';

const at = Date.UTC(2024, 2, 4, 10);

describe('what led to a decision', () => {
  const on = { relation: 'shop_alerts', alert: 'low', state: 'firing' } as const;
  const alerts = columns({
    time: numeric([at, at], 'timestamp'),
    alert: text(['low', 'low']),
    depot: text(['north', 'south']),
    state: text(['firing', 'firing'])
  });

  test('is the alert of its key, while it is there', () => {
    const of = causesIn(alerts, triggersIn(alerts, on));
    expect(of({ trigger: 'low{depot="south"}', time: at })).toEqual({
      alert: 'low',
      keys: { depot: 'south' }
    });
    expect(of({ trigger: 'low{depot="west"}', time: at })).toBeNull();
  });

  test('opens the incident as the alert was then, by the row of its change of state', async () => {
    const report = {
      alerts: [],
      keyColumns: [{ column: 'depot', type: 'text' }]
    } as unknown as MonitorReport;
    let asked = '';
    const rows = columns({
      state: text(['firing']),
      value: numeric([9]),
      evidence_from: numeric([at - 60_000], 'timestamp'),
      evidence_to: numeric([at], 'timestamp')
    });
    const query = (sql: string) => {
      asked = sql;
      return Promise.resolve(rows);
    };
    const request = { alert: 'low', keys: { depot: "o'brien" }, time: at };
    expect(await askedAlert('shop', report, { query }, request)).toMatchObject({
      alert: 'low',
      key: "o'brien",
      keys: ["o'brien"],
      state: 'firing',
      since: at,
      from: at - 60_000,
      to: at,
      value: 9
    });
    expect(asked).toContain("depot = 'o''brien'");
    expect(asked).toContain('"shop_alerts"');
    const none = { query: () => Promise.resolve(columns({ state: text([]) })) };
    expect(await askedAlert('shop', report, none, request)).toBeNull();
  });
});

describe('drift for the view', () => {
  const moved = { code: 'values-moved', before: 2, now: 9, p: 0.001, rows: 20 } as const;
  const shares = {
    code: 'shares-moved',
    most: { bin: { category: 'web' }, before: 0.25, now: 0.75 },
    p: 0.01,
    rows: 20
  } as const;
  const tests = driftReport([
    {
      time: at,
      findings: [
        {
          ...{ subject: 'input', column: 'channel', method: 'psi', evidence: shares },
          ...{ score: 0.3, threshold: 0.25, drifted: true }
        },
        {
          ...{ subject: 'input', column: 'quantity', method: 'ks', evidence: moved },
          ...{ score: 0.9, threshold: 0.3, drifted: true }
        }
      ]
    }
  ]);

  test('keeps apart what one method says of the mean and of the size of errors', () => {
    const finding = (code: 'error-moved' | 'error-grew', drifted: boolean) => ({
      ...({ subject: 'error', column: 'error', method: 'adwin' } as const),
      ...{ score: 1, threshold: 2, drifted },
      evidence: { code, before: 0, now: 1, rows: 9 }
    });
    const both = driftReport([
      { time: at, findings: [finding('error-moved', false), finding('error-grew', true)] }
    ]);
    expect(both.map(({ code, looks }) => [code, looks.length])).toEqual([
      ['error-moved', 1],
      ['error-grew', 1]
    ]);
    const led = testOf(both, { column: 'error', method: 'adwin', time: at });
    expect(led?.code).toBe('error-grew');
  });

  test('shows the test that was furthest beyond its threshold first', () => {
    expect(tests.map((t) => testName(t, en.views.adjust.drift))).toEqual([
      'quantity · Kolmogorov–Smirnov',
      'channel · stability index'
    ]);
    const { lines, flags, rings } = driftPlot(tests[0]!, at, en.views.adjust.drift);
    expect(lines.map(({ values }) => values[0])).toEqual([0.9, 0.3]);
    expect([flags?.length, rings.length]).toEqual([1, 1]);
  });

  test('and says what it found in either language', () => {
    const words = ({ views }: typeof en, language: string) =>
      tests.map((t) => evidenceWords(t.column, t.looks[0]!, views.adjust.drift, language));
    expect(words(en, 'en')).toEqual([
      'median of quantity 9, before 2 (score 0.9, threshold 0.3)',
      'other shares of the values of channel: web 75.0 %, before 25.0 % (score 0.3, threshold 0.25)'
    ]);
    expect(words(zhCN, 'zh-CN')).toEqual([
      'quantity 的中位数 9，之前 2（得分 0.9，阈值 0.3）',
      'channel 的取值占比改变：web 75.0%，之前 25.0%（得分 0.3，阈值 0.25）'
    ]);
  });
});
