import { take, type Columns } from '#lib/base/columns.ts';
import type { Live } from '../core/context.ts';

export const publishable = ['alerts', 'windows', 'anomalies'] as const;

/** Where a monitor posts what it tells, and what of it. */
export interface Publishing {
  readonly channel: string;
  readonly of: (typeof publishable)[number];
}

/**
 * Posts new rows to the channel they are published on: alerts as they change their state, anomalies, or windows once they
 * are final. With `revised`, the last column of the alerts says which of them only take one away.
 */
export function publishMade(
  live: Live,
  { channel, of }: Publishing,
  made: Readonly<Record<Publishing['of'], Columns>>,
  revised: boolean
): void {
  const rows = of === 'alerts' && revised ? standing(made.alerts) : made[of];
  if (rows.length > 0) live.publish?.(channel, rows);
}

/** The rows that are new or stand in another's place, without the column that says so. */
function standing(table: Columns): Columns {
  const { values } = table.vectors.at(-1)!;
  const rows = Array.from({ length: table.length }, (_, row) => row).filter(
    (row) => (values[row] as number) < 2
  );
  const { length, names, vectors } = take(table, rows);
  return { length, names: names.slice(0, -1), vectors: vectors.slice(0, -1) };
}
