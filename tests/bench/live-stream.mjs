import {
  columnFromArray,
  dictionary,
  int32,
  tableFromColumns,
  tableToIPC,
  timestamp,
  TimeUnit,
  utf8
} from '@uwdata/flechette';

export const keys = 10_000;
export const minutes = 20;
export const minute = 60_000;
/** How long windows wait for late events, who are at most half as late. */
export const disorder = 10_000;

/** Events in order of arrival as a feed decodes them: 5 % of them up to five seconds late; keys as text. */
export function liveEvents(events, batch) {
  let state = 7;
  const random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  const names = Array.from({ length: keys }, (_, i) => `sku-${String(i).padStart(5, '0')}`);
  return Array.from({ length: events / batch }, (_, b) => {
    const placed = new Float64Array(batch);
    const units = new Float64Array(batch);
    const sku = new Array(batch);
    for (let i = 0; i < batch; i++) {
      const now = ((b * batch + i) / events) * minutes * minute;
      placed[i] = Math.max(0, Math.floor(random() < 0.05 ? now - random() * 5000 : now));
      units[i] = 1 + Math.floor(random() * 9);
      sku[i] = names[Math.floor(random() * keys)];
    }
    return {
      length: batch,
      names: ['placed', 'units', 'sku'],
      vectors: [
        { type: 'timestamp', values: placed, valid: null },
        { type: 'integer', values: units, valid: null },
        { type: 'text', values: sku }
      ]
    };
  });
}

/** A batch of them as an Arrow IPC stream, keys by dictionary. */
export function arrowOf({ vectors: [placed, units, sku] }) {
  return tableToIPC(
    tableFromColumns([
      ['placed', columnFromArray(placed.values, timestamp(TimeUnit.MILLISECOND))],
      ['units', columnFromArray(units.values, int32())],
      ['sku', columnFromArray(sku.values, dictionary(utf8()))]
    ]),
    { format: 'stream' }
  );
}

/** The table that every contestant ends with: count and sum by minute and key, each once. */
export class Answer {
  rows = new Map();

  put(start, sku, orders, units) {
    const key = `${Number(start)}/${sku}`;
    if (this.rows.has(key)) throw new Error(`Two rows for ${key}`);
    this.rows.set(key, `${Number(orders)}/${Number(units)}`);
  }

  mustEqual(wanted, name) {
    const differs = [...wanted.rows].find(([key, row]) => this.rows.get(key) !== row);
    if (this.rows.size === wanted.rows.size && differs === undefined) return;
    throw new Error(`${name}: ${this.rows.size} rows of ${wanted.rows.size}; not ${differs}`);
  }
}
