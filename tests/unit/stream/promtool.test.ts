import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { evaluateAlert, newAlert } from '#lib/analytics/stream/alert-machine.ts';
import { seeded } from '#lib/base/random.ts';

const promtool = process.env['PROMTOOL'] ?? 'promtool';
const isThere = spawnSync(promtool, ['--version']).status === 0;

interface Case {
  readonly hold: number;
  readonly keep: number;
  readonly series: readonly (number | null)[];
}

function randomCases(count: number): Case[] {
  const random = seeded(7, 'promtool');
  return Array.from({ length: count }, () => ({
    hold: Math.floor(random() * 4),
    keep: Math.floor(random() * 4),
    series: Array.from({ length: 24 }, () => {
      const u = random();
      return u < 0.15 ? null : u < 0.55 ? 0 : 1;
    })
  }));
}

/** What our machine says at every minute, as promtool's expectations. */
function unitTest({ series }: Case, i: number, firing: readonly boolean[]): string {
  const values = series.map((v) => v ?? 'stale').join(' ');
  const checks = firing.map((fires, minute) => {
    const expected = fires ? `\n        exp_alerts: [{ exp_labels: { key: k } }]` : '';
    return `      - eval_time: ${minute}m\n        alertname: case${i}${expected}`;
  });
  return `  - interval: 1m
    input_series:
      - series: 'x${i}{key="k"}'
        values: '${values}'
    alert_rule_test:
${checks.join('\n')}`;
}

function ruleOf({ hold, keep }: Case, i: number): string {
  return `      - alert: case${i}
        expr: x${i} > 0
        for: ${hold}m
        keep_firing_for: ${keep}m`;
}

function firings({ hold, keep, series }: Case): boolean[] {
  const alert = newAlert(0);
  return series.map((value, i) => {
    const time = i * 60_000;
    evaluateAlert(
      alert,
      { hold: hold * 60_000, keep: keep * 60_000, noData: null },
      { time, from: time, hasData: value !== null, when: (value ?? 0) > 0, recovered: null }
    );
    return alert.state === 'firing';
  });
}

test.skipIf(!isThere)(
  'promtool (Debian package prometheus) sees the same alerts firing at every minute of 24 random series',
  () => {
    const cases = randomCases(24);
    const folder = mkdtempSync(path.join(tmpdir(), 'alerts-'));
    try {
      writeFileSync(
        path.join(folder, 'rules.yaml'),
        `groups:\n  - name: all\n    interval: 1m\n    rules:\n${cases.map(ruleOf).join('\n')}\n`
      );
      const tests = cases.map((c, i) => unitTest(c, i, firings(c)));
      writeFileSync(
        path.join(folder, 'tests.yaml'),
        `rule_files: [rules.yaml]\nevaluation_interval: 1m\ntests:\n${tests.join('\n')}\n`
      );
      const said = execFileSync(promtool, ['test', 'rules', path.join(folder, 'tests.yaml')], {
        encoding: 'utf8'
      });
      expect(said).toContain('SUCCESS');
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
);
