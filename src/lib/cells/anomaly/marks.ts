import type { Judge } from '#lib/analytics/anomaly/judge.ts';
import type { Contribution } from './report.ts';

/** The verdict of every row: that of the column where it is farthest out, measured against the threshold. */
export class Marks {
  readonly score: Float64Array;
  readonly expected: Float64Array;
  readonly lo: Float64Array;
  readonly hi: Float64Array;
  readonly flag: Uint8Array;
  /** Which of the judged columns decided. */
  readonly column: Uint16Array;
  /** A sentence for each anomaly, null for the others. */
  readonly reasons: (string | null)[];
  readonly #contributions = new Map<number, readonly Contribution[]>();
  readonly #names: readonly string[];

  constructor(rows: number, names: readonly string[]) {
    this.score = new Float64Array(rows).fill(Number.NaN);
    this.expected = new Float64Array(rows).fill(Number.NaN);
    this.lo = new Float64Array(rows).fill(Number.NaN);
    this.hi = new Float64Array(rows).fill(Number.NaN);
    this.flag = new Uint8Array(rows);
    this.column = new Uint16Array(rows);
    this.reasons = new Array<string | null>(rows).fill(null);
    this.#names = names;
  }

  /** Takes the verdict on the rows of one series; `columns` are those that the judge counts from 0. */
  add(rows: Int32Array, judge: Judge, threshold: number, columns: readonly number[]): void {
    for (let i = 0; i < rows.length; i++) {
      const score = judge.scores[i]!;
      if (Number.isNaN(score)) continue;
      const row = rows[i]!;
      const odd = (judge.twoSided ? Math.abs(score) : score) > threshold;
      if (!this.#farther(row, odd, score)) continue;
      this.score[row] = score;
      this.expected[row] = judge.expected(i, threshold);
      this.lo[row] = judge.lo(i, threshold);
      this.hi[row] = judge.hi(i, threshold);
      this.column[row] = columns[judge.column(i, threshold)]!;
      if (!odd) continue;
      this.flag[row] = 1;
      this.reasons[row] = judge.reason(i, threshold);
      if (judge.shares) {
        const shares = judge.shares(i).filter(({ share }) => share >= 0.005);
        const named = shares.map((s) => ({
          column: this.#names[columns[s.column]!]!,
          share: s.share
        }));
        this.#contributions.set(row, named);
      }
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

  /** What share each column has in an anomaly; empty where columns are judged one by one. */
  contributions(row: number): readonly Contribution[] {
    return this.#contributions.get(row) ?? [];
  }

  /** How many anomalies each column decided, the most first. */
  drivers(): { column: string; anomalies: number }[] {
    const counts = new Map<string, number>();
    this.flag.forEach((flag, row) => {
      const name = this.#names[this.column[row]!]!;
      if (flag) counts.set(name, (counts.get(name) ?? 0) + 1);
    });
    return [...counts]
      .map(([column, anomalies]) => ({ column, anomalies }))
      .sort((a, b) => b.anomalies - a.anomalies);
  }

  /** An anomaly wins over none, then the greater score. */
  #farther(row: number, odd: boolean, score: number): boolean {
    const before = this.score[row]!;
    if (Number.isNaN(before)) return true;
    if (odd !== (this.flag[row] === 1)) return odd;
    return Math.abs(score) > Math.abs(before);
  }
}
