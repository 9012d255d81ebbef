import type { Columns } from '#lib/base/columns.ts';
import { normalQuantile } from '#lib/analytics/stats/normal.ts';
import { forecastTable, numbersOf } from './forecast-table.ts';

/** What was foretold for one window; `spread` is a standard deviation of its error, NaN where no band says so. */
export interface Foreseen {
  readonly expected: number;
  readonly spreadBelow: number;
  readonly spreadAbove: number;
}

/**
 * The rows of a forecast relation by key and window: `yhat` at the column of time, and the widest of its bands
 * lo_L, hi_L, whose half widths stand for the normal deviations that hold L %. A row belongs to the window that
 * starts at its time; rows that start no window belong to none. O(1) to look up.
 */
export class Foretold {
  /** Windows that were found in the forecast. */
  matched = 0;
  readonly relation: string;
  readonly #yhat: Float64Array;
  readonly #low: Float64Array | null = null;
  readonly #high: Float64Array | null = null;
  readonly #deviations: number = Number.NaN;
  readonly #rows = new Map<string, Map<number, number>>();

  constructor(table: Columns, by: readonly string[], slide: number, relation: string) {
    this.relation = relation;
    this.#yhat = new Float64Array(0);
    if (table.length === 0) return;
    const { column, yhat, times, keyOf, refuse } = forecastTable(table, by, relation);
    this.#yhat = yhat;
    const level = widestLevel(table.names);
    if (level !== null) {
      this.#low = numbersOf(column(`lo_${level}`));
      this.#high = numbersOf(column(`hi_${level}`));
      this.#deviations = normalQuantile((1 + level / 100) / 2);
    }
    for (let row = 0; row < table.length; row++) {
      const index = times[row]! / slide;
      if (!Number.isInteger(index)) continue;
      const key = keyOf(row);
      let ofKey = this.#rows.get(key);
      if (!ofKey) this.#rows.set(key, (ofKey = new Map<number, number>()));
      if (ofKey.has(index))
        throw refuse(
          'It has several rows for one key and time.',
          'Filter it to one model, or forecast with the same `by` as the monitor has.'
        );
      ofKey.set(index, row);
    }
  }

  /** What was foretold for window `t` of a key (see `KeyTable.identity`); null if nothing. */
  at(key: string, t: number): Foreseen | null {
    const row = this.#rows.get(key)?.get(t);
    const expected = row === undefined ? Number.NaN : this.#yhat[row]!;
    if (row === undefined || !Number.isFinite(expected)) return null;
    this.matched++;
    return {
      expected,
      spreadBelow: this.#low ? (expected - this.#low[row]!) / this.#deviations : Number.NaN,
      spreadAbove: this.#high ? (this.#high[row]! - expected) / this.#deviations : Number.NaN
    };
  }
}

/** The greatest L for which there are lo_L and hi_L. */
function widestLevel(names: readonly string[]): number | null {
  const known = new Set(names.map((name) => name.toLowerCase()));
  const levels = [...known].flatMap((name) => {
    const level = Number(/^lo_(\d+(?:\.\d+)?)$/.exec(name)?.[1] ?? Number.NaN);
    return level > 0 && level < 100 && known.has(`hi_${level}`) ? [level] : [];
  });
  return levels.length === 0 ? null : Math.max(...levels);
}
