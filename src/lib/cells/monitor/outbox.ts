import type { Notification, NotifiedAlert } from '#lib/analytics/stream/notify/dispatcher.ts';
import { labelText } from '#lib/analytics/stream/notify/labels.ts';
import { Table } from '#lib/analytics/stream/table.ts';
import type { Columns } from '#lib/base/columns.ts';
import { hash128 } from '#lib/base/hash.ts';
import type { NoticeAlert } from '../core/notice.ts';

/** What is to be told, as rows of NAME_notifications. */
export class Outbox {
  readonly #rows = new Table(fields);
  count = 0;

  add(notification: Notification): void {
    const { time, receiver, group, status, isRepeat, alerts } = notification;
    const firing = alerts.filter(({ endsAt }) => endsAt === null).length;
    this.#rows.push([
      ++this.count,
      time,
      receiver,
      labelText(group),
      status,
      isRepeat ? 1 : 0,
      firing,
      alerts.length - firing,
      JSON.stringify(alerts.map(written)),
      identity(notification)
    ]);
  }

  /** The rows since the last time. */
  take(): Columns {
    return this.#rows.take();
  }
}

const fields = {
  number: 'integer',
  time: 'timestamp',
  receiver: 'text',
  alert_group: 'text',
  status: 'text',
  repeat: 'boolean',
  firing: 'integer',
  resolved: 'integer',
  alerts: 'text',
  id: 'text'
} as const;

/** The same news is the same notification, however often it is computed; a repeat is news of its time. */
function identity({ time, receiver, group, isRepeat, alerts }: Notification): string {
  const each = alerts.map((a) => `${a.fingerprint} ${a.startsAt} ${a.endsAt}`);
  return hash128([receiver, labelText(group), isRepeat ? time : '', ...each].join('\n'));
}

function written({ fingerprint, labels, startsAt, endsAt, value }: NotifiedAlert): NoticeAlert {
  const time = (ms: number) => new Date(ms).toISOString();
  return {
    status: endsAt === null ? 'firing' : 'resolved',
    labels,
    starts_at: time(startsAt),
    ...(endsAt === null ? {} : { ends_at: time(endsAt) }),
    value: Number.isFinite(value) ? value : null,
    fingerprint
  };
}
