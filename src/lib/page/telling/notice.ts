import { vectorOf, type Columns } from '#lib/base/columns.ts';
import type { NoticeAlert, Noticing } from '#lib/cells/core/notice.ts';

/** One row of an outbox. */
export interface Notice {
  readonly number: number;
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly receiver: string;
  /** The group's labels as text. */
  readonly group: string;
  readonly status: 'firing' | 'resolved';
  readonly isRepeat: boolean;
  readonly alerts: readonly NoticeAlert[];
}

/** Whether the report of a live cell has something to tell. */
export function isNoticing(report: unknown): report is Noticing {
  return (
    typeof report === 'object' &&
    report !== null &&
    typeof (report as Partial<Noticing>).outbox === 'string' &&
    typeof (report as Partial<Noticing>).noticeCount === 'number'
  );
}

export function noticesOf(table: Columns): Notice[] {
  const column = (name: string) =>
    (vectorOf(table, name)?.values ?? []) as ArrayLike<string | number>;
  const [numbers, ids, times, receivers, groups, statuses, repeats, alerts] = [
    'number',
    'id',
    'time',
    'receiver',
    'alert_group',
    'status',
    'repeat',
    'alerts'
  ].map(column) as [
    ArrayLike<number>,
    ArrayLike<string>,
    ArrayLike<number>,
    ...ArrayLike<string>[]
  ];
  return Array.from({ length: table.length }, (_, row) => ({
    number: numbers[row]!,
    id: ids[row]!,
    time: times[row]!,
    receiver: receivers![row]!,
    group: groups![row]!,
    status: statuses![row] === 'firing' ? 'firing' : 'resolved',
    isRepeat: Number(repeats![row]) === 1,
    alerts: JSON.parse(alerts![row]!) as NoticeAlert[]
  }));
}
