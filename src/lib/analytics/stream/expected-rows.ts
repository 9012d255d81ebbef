import { columns, numeric, type Columns } from '#lib/base/columns.ts';
import { firstOfMeasures, type DetectorSpec, type Reading } from './detect.ts';
import type { KeyTable } from './keys.ts';

/** Ends, slots, detectors, expectations, lower and upper limits, scores: one column for each. */
const width = 7;

/** Rows as they are gathered, column by column. */
export type ExpectedRowsSnapshot = readonly Float64Array[];

/**
 * What detectors expected of windows, where they said anything: one row for each window and watched measure, of several
 * detectors of a measure those of the first. Rows wait in typed arrays that double; O(1) for each.
 */
export class ExpectedRows {
  readonly #keys: KeyTable;
  readonly #detectors: readonly DetectorSpec[];
  readonly #tells: readonly boolean[];
  #columns: Float64Array[] = emptyColumns(64);
  #length = 0;

  constructor(keys: KeyTable, detectors: readonly DetectorSpec[]) {
    this.#keys = keys;
    this.#detectors = detectors;
    this.#tells = firstOfMeasures(detectors);
  }

  add(end: number, slot: number, readings: readonly (Reading | null)[]): void {
    for (let d = 0; d < readings.length; d++) {
      const reading = readings[d];
      if (!reading || !this.#tells[d]) continue;
      const at = this.#length++;
      if (at === this.#columns[0]!.length) this.#columns = this.#columns.map(doubled);
      const [ends, slots, detectors, expected, lo, hi, score] = this.#columns as Seven;
      ends[at] = end;
      slots[at] = slot;
      detectors[at] = d;
      expected[at] = reading.expected;
      lo[at] = reading.lo;
      hi[at] = reading.hi;
      score[at] = reading.score;
    }
  }

  /** Everything since the last time. */
  take(): Columns {
    const [ends, slots, detectors, expected, lo, hi, score] = this.snapshot() as Seven;
    const names = this.#detectors.map(({ measure }) => measure);
    this.restore([]);
    return columns({
      window_end: numeric(ends, 'timestamp'),
      ...Object.fromEntries(this.#keys.columns(slots)),
      measure: { type: 'text', values: Array.from(detectors, (d) => names[d]!) },
      expected: numeric(expected),
      lo: numeric(lo),
      hi: numeric(hi),
      score: numeric(score)
    });
  }

  snapshot(): ExpectedRowsSnapshot {
    return this.#columns.map((values) => values.slice(0, this.#length));
  }

  restore(rows: ExpectedRowsSnapshot): void {
    this.#length = rows[0]?.length ?? 0;
    this.#columns = emptyColumns(Math.max(64, this.#length));
    for (const [c, values] of rows.entries()) this.#columns[c]!.set(values);
  }
}

type Seven = [
  Float64Array,
  Float64Array,
  Float64Array,
  Float64Array,
  Float64Array,
  Float64Array,
  Float64Array
];

function emptyColumns(room: number): Float64Array[] {
  return Array.from({ length: width }, () => new Float64Array(room));
}

function doubled(values: Float64Array): Float64Array {
  const out = new Float64Array(2 * values.length);
  out.set(values);
  return out;
}
