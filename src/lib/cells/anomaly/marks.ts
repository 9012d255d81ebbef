import type { Detector } from '#lib/analytics/anomaly/detectors.ts';
import type { NumericColumn } from '#lib/analytics/time/panel.ts';

/** The verdict of every row: that of the column where it is farthest out, measured against the threshold. */
export class Marks {
  readonly score: Float64Array;
  readonly expected: Float64Array;
  readonly lo: Float64Array;
  readonly hi: Float64Array;
  readonly flag: Uint8Array;
  /** Which of the judged columns decided. */
  readonly column: Uint16Array;
  readonly #units: string[] = [];

  constructor(rows: number) {
    this.score = new Float64Array(rows).fill(Number.NaN);
    this.expected = new Float64Array(rows).fill(Number.NaN);
    this.lo = new Float64Array(rows).fill(Number.NaN);
    this.hi = new Float64Array(rows).fill(Number.NaN);
    this.flag = new Uint8Array(rows);
    this.column = new Uint16Array(rows);
  }

  add(
    rows: Int32Array,
    values: Float64Array,
    scores: Float64Array,
    detector: Detector,
    threshold: number,
    column: number
  ): void {
    const { lo, hi } = detector.range(threshold);
    this.#units[column] = detector.unit;
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i]!;
      if (Number.isNaN(values[i]!)) continue;
      const score = scores[i]!;
      if (Math.abs(score) > threshold) this.flag[row] = 1;
      const before = this.score[row]!;
      if (!Number.isNaN(before) && Math.abs(score) <= Math.abs(before)) continue;
      this.score[row] = score;
      this.expected[row] = detector.expected;
      this.lo[row] = lo;
      this.hi[row] = hi;
      this.column[row] = column;
    }
  }

  anomalies(): number {
    return this.flag.reduce((sum, flag) => sum + flag, 0);
  }

  missing(): number {
    return this.score.reduce((sum, score) => sum + (Number.isNaN(score) ? 1 : 0), 0);
  }

  /** The rows of the farthest anomalies. */
  worst(count: number): number[] {
    const rows: number[] = [];
    this.flag.forEach((flag, row) => {
      if (flag) rows.push(row);
    });
    return rows
      .sort((a, b) => Math.abs(this.score[b]!) - Math.abs(this.score[a]!) || a - b)
      .slice(0, count);
  }

  /** A sentence for each anomaly, null for the others. */
  reasons(names: readonly string[], vectors: readonly NumericColumn[]): (string | null)[] {
    return Array.from(this.flag, (flag, row) => {
      if (!flag) return null;
      const c = this.column[row]!;
      const value = show(vectors[c]!.values[row]!);
      const side = this.score[row]! > 0 ? 'above' : 'below';
      const distance = `${Math.abs(this.score[row]!).toFixed(2)} ${this.#units[c]!}`;
      const range = `${show(this.lo[row]!)} to ${show(this.hi[row]!)}`;
      return `${names[c]} is ${value}, ${side} the ordinary range ${range}: ${distance} (${show(this.expected[row]!)} is ordinary).`;
    });
  }
}

function show(value: number): string {
  const rounded = Number(value.toPrecision(6));
  return Number.isInteger(rounded)
    ? rounded.toLocaleString('en-US')
    : rounded.toLocaleString('en-US', { maximumSignificantDigits: 4 });
}
