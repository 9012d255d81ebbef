import { isMap, parseDocument } from 'yaml';
import type { ViewActions, ViewCell } from '../../core/view.ts';
import type { AlertReport, MonitorReport } from '../report.ts';

/** How long an alert can be silenced from the list, in milliseconds. */
export const silenceLengths = {
  '1h': 3_600_000,
  '4h': 14_400_000,
  '1d': 86_400_000,
  '1w': 604_800_000
} as const;

/** Writes a silence of one alert and its key into the notebook. */
export function writeSilence(
  cell: ViewCell,
  actions: ViewActions,
  report: MonitorReport,
  alert: AlertReport,
  { ms, author, reason }: { ms: number; author: string; reason: string }
): void {
  const match = Object.fromEntries(
    report.keyColumns.map(({ column, type }, i) => [column, keyText(alert.keys[i] ?? null, type)])
  );
  const silence = {
    alert: alert.alert,
    ...(report.keyColumns.length > 0 ? { match } : {}),
    from: new Date(report.now).toISOString(),
    until: new Date(report.now + ms).toISOString(),
    ...(author ? { author } : {}),
    ...(reason ? { reason } : {})
  };
  const written = writtenIn(cell);
  if (Array.isArray(written) && written.length > 0)
    actions.setField(['silences', written.length], silence);
  else actions.setField(['silences'], [...(isRecord(written) ? [written] : []), silence]);
}

/** Takes a silence out of the notebook, and the key with the last. */
export function removeSilence(cell: ViewCell, actions: ViewActions, index: number): void {
  const written = writtenIn(cell);
  const isLast = !Array.isArray(written) || written.length === 1;
  actions.setField(isLast ? ['silences'] : ['silences', index], undefined);
}

/** The key `silences` as the text has it: a list, or one alone. */
function writtenIn({ body }: ViewCell): unknown {
  const document = parseDocument(body, { schema: 'failsafe' });
  if (!isMap(document.contents)) return undefined;
  return (document.toJS() as Record<string, unknown>)['silences'];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A key as silences compare it, and labels have it. */
function keyText(value: string | number | null, type: string): string {
  if (value === null) return '(none)';
  if (type === 'boolean') return value === 1 ? 'true' : 'false';
  if (type === 'date') return new Date(value).toISOString().slice(0, 10);
  if (type === 'timestamp') return new Date(value).toISOString();
  return String(value);
}
