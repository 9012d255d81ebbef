import type { AlertReport } from '../report.ts';
import { acknowledgementOf, type Acknowledgement } from '../../core/acknowledged.ts';

/** Where an alert stands in the list, those that need someone first. */
export const shelves = [
  'firing',
  'error',
  'no_data',
  'pending',
  'acknowledged',
  'muted',
  'unknown',
  'resolved'
] as const;
export type Shelf = (typeof shelves)[number];

/** The shelf of an alert; null: it is quiet. */
export function shelfOf(
  alert: AlertReport,
  acknowledged: readonly Acknowledgement[]
): Shelf | null {
  if (alert.state === 'inactive') return null;
  if (alert.state === 'resolved') return 'resolved';
  if (alert.silenced !== null) return 'muted';
  const isTold = alert.state !== 'pending' && alert.state !== 'unknown';
  return isTold && acknowledgementOf(acknowledged, alert.fingerprint, beganAt(alert))
    ? 'acknowledged'
    : alert.state;
}

/** When what an acknowledgement is of began. */
export function beganAt({ firingSince, since }: AlertReport): number {
  return firingSince ?? since;
}
