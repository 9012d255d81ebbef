import { isMissing, valueAt, vectorOf, type Columns } from '#lib/base/columns.ts';
import type { AlertWord } from '#lib/analytics/stream/alert-machine.ts';
import { keyLabelOf } from '#lib/analytics/stream/keys.ts';
import type { IncidentRequest, ViewData } from '../../core/view.ts';
import type { AlertReport, MonitorReport } from '../report.ts';
import { transitionSql } from './incident.ts';

/** The alert as it was when its state changed at a time of the past, from the table of transitions; null if it is not there. */
export async function askedAlert(
  name: string,
  report: MonitorReport,
  data: Pick<ViewData, 'query'>,
  { alert, keys, time }: IncidentRequest
): Promise<AlertReport | null> {
  const cells = report.keyColumns.map(({ column }) => keyCell(keys[column]));
  const same = report.alerts.find(
    (a) => a.alert === alert && a.keys.every((value, i) => value === cells[i])
  );
  const types = report.keyColumns.map(({ type }) => type);
  const key = keyLabelOf(cells, types);
  const sought = { alert, key, keys: cells };
  const rows = await data.query(transitionSql(name, sought, report, time), 1).catch(() => null);
  if (!rows || rows.length === 0) return null;
  return {
    ...sought,
    fingerprint: same?.fingerprint ?? '',
    state: valueAt(vectorOf(rows, 'state')!, 0) as AlertWord,
    since: time,
    firingSince: null,
    severity: same?.severity ?? null,
    value: numberIn(rows, 'value'),
    from: numberIn(rows, 'evidence_from'),
    to: numberIn(rows, 'evidence_to') ?? time,
    silenced: null,
    muting: null
  };
}

/** A key as reports have it: booleans as 1 and 0. */
function keyCell(value: string | number | boolean | null | undefined): string | number | null {
  return typeof value === 'boolean' ? Number(value) : (value ?? null);
}

function numberIn(rows: Columns, column: string): number | null {
  const vector = vectorOf(rows, column);
  if (!vector || isMissing(vector, 0)) return null;
  const value = valueAt(vector, 0);
  return typeof value === 'number' ? value : null;
}
