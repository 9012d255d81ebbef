import type { AnomalyReport, MonitorReport } from '../report.ts';
import { rank, worst, type Standing } from './figures.ts';
import type { KeyRow } from './rows.ts';

/** A key with the worst there is to say of it. */
export interface RankedKey {
  readonly key: KeyRow;
  readonly standing: Standing;
}

/** Keys with `search` in their label: those with the worst alert first, then by their latest anomaly, then by name. */
export function worstKeys(
  keys: readonly KeyRow[],
  { alerts, anomalies }: MonitorReport,
  search: string
): RankedKey[] {
  const states = new Map<string, Standing[]>();
  for (const { key, state, silenced } of alerts) {
    if (state === 'inactive' || state === 'resolved' || silenced !== null) continue;
    states.set(key, [...(states.get(key) ?? []), state]);
  }
  const latest = new Map<string, AnomalyReport>();
  for (const anomaly of anomalies) latest.set(anomaly.key, anomaly);
  const wanted = search.trim().toLowerCase();
  const anomalyTime = (key: KeyRow) => latest.get(key.label)?.time ?? -Infinity;
  return keys
    .filter(({ label }) => label.toLowerCase().includes(wanted))
    .map((key) => ({
      key,
      standing: worst([
        ...(states.get(key.label) ?? []),
        anomalyTime(key) === key.last ? 'anomaly' : 'none'
      ])
    }))
    .sort(
      (a, b) =>
        rank(a.standing) - rank(b.standing) ||
        compare(anomalyTime(b.key), anomalyTime(a.key)) ||
        a.key.label.localeCompare(b.key.label)
    );
}

function compare(a: number, b: number): number {
  return a === b ? 0 : a - b;
}
