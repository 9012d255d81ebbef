import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { columns, numeric, text } from '#lib/base/columns.ts';
import type { AdjustConfig } from '#lib/cells/adjust/config.ts';
import { adjustBody } from '#lib/cells/adjust/config.ts';
import { writeGate } from '#lib/cells/adjust/gate-text.ts';
import { journalOf, type JournalRow } from '#lib/cells/adjust/journal.ts';
import { aimOf, targetOf } from '#lib/cells/adjust/target.ts';
import { followUp, triggersIn } from '#lib/cells/adjust/triggers.ts';

const hour = 3_600_000;
const start = Date.UTC(2024, 2, 4);

interface Incident {
  readonly at: number;
  readonly value?: number;
  readonly state?: string;
  readonly depot?: string;
}

function alertsOf(incidents: readonly Incident[]) {
  return columns({
    time: numeric(
      incidents.map((i) => start + i.at * hour),
      'timestamp'
    ),
    alert: text(incidents.map(() => 'low')),
    ...(incidents.some((i) => i.depot) ? { depot: text(incidents.map((i) => i.depot!)) } : {}),
    state: text(incidents.map((i) => i.state ?? 'firing')),
    value: numeric(incidents.map((i) => i.value ?? 1))
  });
}

function configOf(lines: string): AdjustConfig {
  const { config, problems } = adjustBody.parse(`on: shop.low\nset: days\n${lines}`, {});
  expect(problems).toEqual([]);
  return config!;
}

function journal(
  lines: string,
  incidents: readonly Incident[],
  now: number | string = 8
): JournalRow[] {
  const config = configOf(lines);
  const alerts = alertsOf(incidents);
  const value = typeof now === 'number' ? numeric([now], 'integer') : text([now]);
  const target = targetOf('days', columns({ value }));
  const aim = aimOf({ to: config.to, name: config.set }, target, alerts);
  return journalOf(config, triggersIn(alerts, config.on), target, aim);
}

const brief = (rows: readonly JournalRow[]) =>
  rows.map((r) => `${r.decision} ${r.before} ${r.after} ${writeGate(r.gate)}`);

describe('what is proposed', () => {
  test('one proposal for each incident, from the value as it is', () => {
    const rows = journal('to: old * 1.25', [{ at: 1 }, { at: 30 }]);
    expect(brief(rows)).toEqual(['proposed 8 10 passed', 'proposed 8 10 passed']);
  });

  test('each from the one before where no person approves', () => {
    const rows = journal('to: old + 2\napprove: auto', [{ at: 1 }, { at: 30 }]);
    expect(brief(rows)).toEqual(['proposed 8 10 passed', 'proposed 10 12 passed']);
  });

  test('the figure of the alert and the name of the parameter can be used', () => {
    expect(journal('to: days + ceil(value / 2)', [{ at: 1, value: 5 }])[0]?.value).toBe(11);
  });

  test('only the state asked for counts, and keys are named', () => {
    const rows = journal('to: old + 1', [
      { at: 1, depot: 'north', state: 'pending' },
      { at: 2, depot: 'north' },
      { at: 3, depot: 'north', state: 'resolved' }
    ]);
    expect(rows.map((r) => r.trigger)).toEqual(['low{depot="north"}']);
  });

  test('a text is taken as it is', () => {
    const [row] = journal("to: 'express'", [{ at: 1 }], 'standard');
    expect([row?.before, row?.after, row?.decision]).toEqual(['standard', 'express', 'proposed']);
  });

  test('no change, and no number, are held with the reason', () => {
    expect(brief(journal('to: old', [{ at: 1 }]))).toEqual(['held null null no change']);
    expect(brief(journal('to: old / (value - 1)', [{ at: 1 }]))).toEqual([
      'held null null `to` gives no number here'
    ]);
  });

  test('an unknown name in `to` is a problem that names the nearest', () => {
    expect(() => journal('to: old + valeu', [{ at: 1 }])).toThrow(/`valeu`/);
  });
});

describe('guard rails', () => {
  test('a cooldown and a limit a day, in event time', () => {
    const rows = journal('to: old + 1\ncooldown: 2h\nmax_per_day: 2', [
      { at: 1 },
      { at: 2 },
      { at: 3 },
      { at: 6 },
      { at: 24.5 }
    ]);
    expect(rows.map((r) => r.decision)).toEqual([
      'proposed',
      'held',
      'proposed',
      'held',
      'proposed'
    ]);
    expect(writeGate(rows[1]!.gate)).toBe('cooldown: 1h of 2h have passed');
    expect(writeGate(rows[3]!.gate)).toBe('limit: 2 of 2 a day');
  });

  test('a change is bounded by the share of the value that the day began with', () => {
    const rows = journal('to: old * 2\ngate: { max_change: 50% }\napprove: auto', [
      { at: 1 },
      { at: 4 },
      { at: 25 }
    ]);
    expect(brief(rows)).toEqual([
      'proposed 8 12 bounded by max_change 50%: 16 was wanted',
      'held null null bounded by max_change 50%: 24 was wanted',
      'proposed 12 18 bounded by max_change 50%: 24 was wanted'
    ]);
  });

  test('min and max hold for good, and whole numbers stay inside', () => {
    expect(brief(journal('to: old * 2\nmax: 12.7', [{ at: 1 }]))).toEqual([
      'proposed 8 12 bounded by max 12.7: 16 was wanted'
    ]);
    expect(brief(journal('to: old - 9\nmin: 2', [{ at: 1 }]))).toEqual([
      'proposed 8 2 bounded by min 2: -1 was wanted'
    ]);
  });

  test('changes without a person need a cooldown', () => {
    const body = 'on: a.b\nset: p\nto: 1\napprove: auto\ncooldown: 0s';
    expect(adjustBody.parse(body, {}).problems.map((p) => p.code)).toEqual(['config.combination']);
  });

  test('for any incidents, what a rule makes in a day stays within the bound and its cooldown', () => {
    const incidents = fc.array(fc.double({ min: 0, max: 200, noNaN: true }), { maxLength: 60 });
    fc.assert(
      fc.property(incidents, fc.integer({ min: 1, max: 12 }), (times, hours) => {
        const lines = `to: old * 1.7\napprove: auto\ncooldown: ${hours}h\ngate: { max_change: 40% }\nmax_per_day: 5`;
        const made = journal(
          lines,
          times.map((at) => ({ at })),
          100
        ).filter((r) => r.value !== null);
        made.forEach((row, i) => {
          const before = made[i - 1];
          if (before) expect(row.time - before.time).toBeGreaterThanOrEqual(hours * hour);
          const day = made.filter(
            (r) => Math.floor(r.time / (24 * hour)) === Math.floor(row.time / (24 * hour))
          );
          expect(day.length).toBeLessThanOrEqual(5);
          expect(Number(row.after)).toBeLessThanOrEqual(1.4 * Number(day[0]!.before));
        });
      })
    );
  });
});

describe('what is on record', () => {
  const record = (decision: string, at: number, more = '') =>
    `  - { trigger: low, time: ${new Date(start + at * hour).toISOString()}, before: 8, after: 10, gate: passed, decision: ${decision}, by: human${more} }`;

  test('a trigger is decided on once, whatever the parameter is now', () => {
    const rows = journal(`to: old * 1.25\ndecisions:\n${record('approved', 1)}`, [{ at: 1 }], 10);
    expect(brief(rows)).toEqual(['approved 8 10 passed']);
  });

  test('it stays in the journal when its alert is gone', () => {
    const rows = journal(`to: old + 1\ndecisions:\n${record('rejected', 1, ', note: sale')}`, []);
    expect(rows.map((r) => [r.decision, r.note])).toEqual([['rejected', 'sale']]);
  });

  test('triggers from before a change that was made propose nothing, after a rejection they do', () => {
    const given = [{ at: 1 }, { at: 9 }];
    const made = journal(`to: old + 1\ndecisions:\n${record('approved', 9)}`, given);
    expect(writeGate(made[0]!.gate)).toBe('superseded by a later change');
    const refused = journal(`to: old + 1\ndecisions:\n${record('rejected', 9)}`, given);
    expect(refused[0]?.decision).toBe('proposed');
  });

  test('an entry that cannot be read is a warning with its line', () => {
    const body =
      'on: a.b\nset: p\nto: 1\ndecisions:\n  - { trigger: x, time: noon, decision: approved }';
    const { config, problems } = adjustBody.parse(body, {});
    expect(config?.decisions).toEqual([]);
    expect(problems.map((p) => [p.code, p.severity, p.span?.line])).toEqual([
      ['adjust.decision', 'warning', 5]
    ]);
  });
});

test('what became of an alert is its next row in another state', () => {
  const alerts = alertsOf([{ at: 1 }, { at: 4, state: 'resolved' }, { at: 6 }]);
  const next = followUp(alerts, { relation: 'shop_alerts', alert: 'low', state: 'firing' });
  expect(next('low', start + hour)).toEqual({ state: 'resolved', time: start + 4 * hour });
  expect(next('low', start + 6 * hour)).toBeNull();
});
