import { columns, numeric, text, type Columns } from '#lib/base/columns.ts';
import type { DriftFinding } from '#lib/analytics/drift/findings.ts';
import { figureOf, type DriftLook } from './drift.ts';

/**
 * Drift as a table of alerts: a row when it begins, again after each `recent` span that it lasts, and when it ends. A
 * row is about the finding that is furthest beyond its threshold; the others stand in NAME_drift.
 */
export function driftAlerts(looks: readonly DriftLook[], recent: number): Columns {
  const rows: { time: number; state: string; worst: DriftFinding }[] = [];
  let told: { since: number; worst: DriftFinding } | null = null;
  for (const { time, findings } of looks) {
    const worst = worstOf(findings);
    if (worst && (!told || time - told.since >= recent)) {
      rows.push({ time, state: 'firing', worst });
      told = { since: time, worst };
    } else if (!worst && told) {
      rows.push({ time, state: 'resolved', worst: told.worst });
      told = null;
    }
  }
  const figures = (key: 'before' | 'now') =>
    numeric(rows.map(({ worst: { evidence } }) => figureOf(evidence, key)));
  return columns({
    time: numeric(
      rows.map((r) => r.time),
      'timestamp'
    ),
    alert: text(rows.map(() => 'drift')),
    column: text(rows.map((r) => r.worst.column)),
    method: text(rows.map((r) => r.worst.method)),
    state: text(rows.map((r) => r.state)),
    value: numeric(rows.map((r) => r.worst.score)),
    before: figures('before'),
    now: figures('now')
  });
}

/** The alerts without the figures, which `to` may use and a trigger is not named by. */
export function namedAlerts(alerts: Columns): Columns {
  const kept = alerts.names.map((name) => name !== 'before' && name !== 'now');
  return {
    length: alerts.length,
    names: alerts.names.filter((_, i) => kept[i]),
    vectors: alerts.vectors.filter((_, i) => kept[i])
  };
}

/** When drift was first gone after a time; null if it never was. */
export function endOfDrift(looks: readonly DriftLook[]) {
  return (_trigger: string, time: number) => {
    const quiet = looks.find((look) => look.time > time && !worstOf(look.findings));
    return quiet ? { state: 'resolved', time: quiet.time } : null;
  };
}

function worstOf(findings: readonly DriftFinding[]): DriftFinding | undefined {
  return findings
    .filter((f) => f.drifted)
    .sort((a, b) => b.score / b.threshold - a.score / a.threshold)[0];
}
