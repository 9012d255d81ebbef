import type { Kernels } from './kernels.ts';

/** Multiply-adds between two yields: a few milliseconds with SIMD. */
const sliceWork = 1 << 24;
/** The kernels sum up so many products before they write them back, and so many rows go through together. */
const depth = 128;
const together = 4;

/** Work that can be left for a while at every yield. */
export type Slices = Generator<void, void, void>;

/** Called at every yield; what it gives is awaited before the work goes on. */
export type Breathe = () => Promise<void> | undefined;

/** All of it, with a breath where one is due. */
export async function through(slices: Slices, breathe?: Breathe): Promise<void> {
  while (!slices.next().done) {
    const pause = breathe?.();
    if (pause) await pause;
  }
}

/**
 * Kernels cut into slices by the sizes of their operands: rows of a product do not depend on each other, and sums
 * are cut where the kernels write them back, so that the bytes are those of one call.
 */
export class SlicedKernels {
  readonly #k: Kernels;
  #work = 0;

  constructor(kernels: Kernels) {
    this.#k = kernels;
  }

  /** As `gemm` of the kernels. */
  *gemm(
    ...[c, a, b, m, n, k, aRow, aColumn, bRow, cRow, add]: Parameters<Kernels['gemm']>
  ): Slices {
    const { unit } = this.#k;
    const deep = Math.max(depth, Math.floor(sliceWork / (together * n * depth)) * depth);
    const perRow = n * Math.min(k, deep);
    const rows = Math.max(together, Math.floor(sliceWork / (together * perRow)) * together);
    for (let l = 0; l < k; l += deep) {
      const kPart = Math.min(deep, k - l);
      for (let i = 0; i < m; i += rows) {
        const mPart = Math.min(rows, m - i);
        const from = a + (i * aRow + l * aColumn) * unit;
        const to = c + i * cRow * unit;
        const more = l > 0 ? 1 : add;
        this.#k.gemm(
          to,
          from,
          b + l * bRow * unit,
          mPart,
          n,
          kPart,
          aRow,
          aColumn,
          bRow,
          cRow,
          more
        );
        if (this.#due(mPart * n * kPart)) yield;
      }
    }
  }

  /** As `addColumns` of the kernels. */
  *addColumns(sums: number, from: number, rows: number, columns: number): Slices {
    const most = Math.max(1, Math.floor(sliceWork / (together * columns)));
    for (let r = 0; r < rows; r += most) {
      const part = Math.min(most, rows - r);
      this.#k.addColumns(sums, from + r * columns * this.#k.unit, part, columns);
      if (this.#due(together * part * columns)) yield;
    }
  }

  /** Writes `row` into each of so many rows at `to`. */
  *fillRows(to: number, row: Float32Array | Float64Array, rows: number): Slices {
    const most = Math.max(1, Math.floor(sliceWork / row.length));
    for (let r = 0; r < rows; r += most) {
      const part = Math.min(most, rows - r);
      const into = this.#k.view(to + r * row.length * this.#k.unit, part * row.length);
      for (let i = 0; i < part; i++) into.set(row, i * row.length);
      if (this.#due(part * row.length)) yield;
    }
  }

  /** Counts work done elsewhere; yields where that fills a slice. */
  *spend(work: number): Slices {
    if (this.#due(work)) yield;
  }

  #due(work: number): boolean {
    this.#work += work;
    if (this.#work < sliceWork) return false;
    this.#work = 0;
    return true;
  }
}
