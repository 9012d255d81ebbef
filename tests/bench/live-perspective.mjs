import perspective from '@perspective-dev/client';
import { Answer } from './live-stream.mjs';

/** A Perspective view grouped by minute and key, brought up to date after each batch. */
export async function groupedView(arrow) {
  const table = await perspective.table({ placed: 'datetime', units: 'integer', sku: 'string' });
  const view = await table.view({
    expressions: { start: 'bucket("placed", \'m\')' },
    group_by: ['start', 'sku'],
    columns: ['placed', 'units'],
    aggregates: { placed: 'count', units: 'sum' }
  });
  for (const bytes of arrow) {
    await table.update(bytes.slice().buffer, { format: 'arrow' });
    await view.num_rows();
  }
  return async () => {
    const rows = await view.to_columns();
    const answer = new Answer();
    rows.__ROW_PATH__.forEach(([start, sku], i) => {
      if (sku !== undefined) answer.put(start, sku, rows.placed[i], rows.units[i]);
    });
    await view.delete();
    await table.delete();
    return answer;
  };
}
