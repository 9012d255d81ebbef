import type { Columns } from '#lib/base/columns.ts';
import { forecastTable } from '../forecast-table.ts';

/** Demand foretold for one key: from `times[i]` to `times[i + 1]` units `units[i]`, evenly. */
interface Course {
  readonly times: readonly number[];
  readonly units: readonly number[];
}

/**
 * A forecast of demand as time runs: the `yhat` of a row (not below zero) spreads evenly from its time to the time of the key's next
 * row, that of the last row over as long as the one before it. A single row of a key has no length and foretells nothing.
 */
export class DemandPlan {
  /** How often a forecast was there when it was asked. */
  matched = 0;
  readonly relation: string;
  readonly #courses = new Map<string, Course>();

  constructor(table: Columns, by: readonly string[], relation: string) {
    this.relation = relation;
    if (table.length === 0) return;
    const { yhat, times, keyOf, refuse } = forecastTable(table, by, relation);
    const rows = Array.from({ length: table.length }, (_, row) => row)
      .filter((row) => Number.isFinite(yhat[row]) && Number.isFinite(times[row]))
      .sort((a, b) => times[a]! - times[b]!);
    const byKey = new Map<string, number[]>();
    for (const row of rows) {
      const ofKey = byKey.get(keyOf(row)) ?? [];
      if (ofKey.length > 0 && times[ofKey.at(-1)!] === times[row])
        throw refuse(
          'It has several rows for one key and time.',
          'Filter it to one model, or forecast with the same `by` as the monitor has.'
        );
      ofKey.push(row);
      byKey.set(keyOf(row), ofKey);
    }
    for (const [key, ofKey] of byKey) {
      const starts = ofKey.map((row) => times[row]!);
      if (starts.length < 2) continue;
      const end = 2 * starts.at(-1)! - starts.at(-2)!;
      this.#courses.set(key, {
        times: [...starts, end],
        units: ofKey.map((row) => Math.max(0, yhat[row]!))
      });
    }
  }

  /**
   * Milliseconds from `from` on until `stock` units are used up; where nothing is foretold, `rate` units a millisecond
   * are. NaN if the stock never ends, or nothing is known where it would. O(rows until then).
   */
  lasting(key: string, from: number, stock: number, rate: number): number {
    const { times, units } = this.#courses.get(key) ?? { times: [from], units: [] };
    let left = stock;
    let at = from;
    let i = firstAfter(times, from) - 1;
    if (i >= 0 && i < units.length) this.matched++;
    for (; i < units.length; i++) {
      const end = times[i + 1] ?? times[0]!;
      const speed = i < 0 ? rate : units[i]! / (end - times[i]!);
      const used = speed * (end - at);
      if (used >= left) return at + left / speed - from;
      if (used !== used) return Number.NaN;
      left -= used;
      at = end;
    }
    return rate > 0 ? at + left / rate - from : Number.NaN;
  }
}

/** The first place whose time lies after `time`. */
function firstAfter(times: readonly number[], time: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! > time) high = middle;
    else low = middle + 1;
  }
  return low;
}
