import type { Kernels } from './kernels.ts';

type Numbers = Float32Array | Float64Array;

/**
 * The kernels in plain TypeScript: in float64 the oracle of the others, in float32 what trains where there is
 * no WASM. Sums are float64 in either case; O(m·n·k) without tiling, some ten times slower than SIMD.
 */
export function referenceKernels(precision: 'float32' | 'float64'): Kernels {
  const room = (count: number): Numbers =>
    precision === 'float64' ? new Float64Array(count) : new Float32Array(count);
  let memory = room(1 << 12);
  // Address 0 means none.
  let top = 4;

  const gemm: Kernels['gemm'] = (c, a, b, m, n, k, aRow, aColumn, bRow, cRow, add) => {
    const x = memory;
    for (let i = 0; i < m; i++) {
      const row = c + i * cRow;
      if (!add) x.fill(0, row, row + n);
      for (let l = 0; l < k; l++) {
        const s = x[a + i * aRow + l * aColumn]!;
        const from = b + l * bRow;
        for (let j = 0; j < n; j++) x[row + j]! += s * x[from + j]!;
      }
    }
  };

  return {
    unit: 1,
    gemm,
    alloc(count) {
      const at = top;
      top += Math.ceil(count / 4) * 4;
      if (top > memory.length) {
        const larger = room(Math.max(top, 2 * memory.length));
        larger.set(memory);
        memory = larger;
      }
      return at;
    },
    view: (at, count) => memory.subarray(at, at + count),
    zero: (at, count) => void memory.fill(0, at, at + count),
    transpose(to, from, rows, columns) {
      const x = memory;
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < columns; j++) x[to + j * rows + i] = x[from + i * columns + j]!;
      }
    },
    addColumns(sums, from, rows, columns) {
      const x = memory;
      for (let r = 0; r < rows; r++) {
        for (let j = 0; j < columns; j++) x[sums + j]! += x[from + r * columns + j]!;
      }
    },
    gates(z, cBefore, cAfter, bent, hAfter, batch, hidden, sigmoid) {
      const x = memory;
      for (let r = 0; r < batch; r++) {
        for (let j = 0; j < hidden; j++) {
          const o = r * hidden + j;
          const q = z + 4 * r * hidden + j;
          const i = logistic(x[q]!);
          const f = logistic(x[q + hidden]!);
          const g = bend(x[q + 2 * hidden]!, sigmoid);
          const out = logistic(x[q + 3 * hidden]!);
          const c = f * x[cBefore + o]! + i * g;
          const y = bend(c, sigmoid);
          x[q] = i;
          x[q + hidden] = f;
          x[q + 2 * hidden] = g;
          x[q + 3 * hidden] = out;
          x[cAfter + o] = c;
          x[bent + o] = y;
          x[hAfter + o] = out * y;
        }
      }
    },
    gatesBack(z, cBefore, bent, dh, more, dc, batch, hidden, sigmoid) {
      const x = memory;
      for (let r = 0; r < batch; r++) {
        for (let j = 0; j < hidden; j++) {
          const o = r * hidden + j;
          const q = z + 4 * r * hidden + j;
          const i = x[q]!;
          const f = x[q + hidden]!;
          const g = x[q + 2 * hidden]!;
          const out = x[q + 3 * hidden]!;
          const y = x[bent + o]!;
          const d = x[dh + o]! + (more ? x[more + o]! : 0);
          const s = x[dc + o]! + d * out * slope(y, sigmoid);
          x[q] = s * g * i * (1 - i);
          x[q + hidden] = s * x[cBefore + o]! * f * (1 - f);
          x[q + 2 * hidden] = s * i * slope(g, sigmoid);
          x[q + 3 * hidden] = d * y * out * (1 - out);
          x[dc + o] = s * f;
        }
      }
    },
    squares(at, count) {
      const x = memory;
      let sum = 0;
      for (let i = at; i < at + count; i++) sum += x[i]! * x[i]!;
      return sum;
    },
    adam(p, g, m, v, count, rate, beta1, beta2, epsilon, bias2, scale) {
      const x = memory;
      for (let i = 0; i < count; i++) {
        const gradient = x[g + i]! * scale;
        const mean = beta1 * x[m + i]! + (1 - beta1) * gradient;
        const square = beta2 * x[v + i]! + (1 - beta2) * gradient * gradient;
        x[m + i] = mean;
        x[v + i] = square;
        x[p + i]! -= (rate * mean) / (Math.sqrt(square / bias2) + epsilon);
      }
    }
  };
}

function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

function bend(x: number, sigmoid: 0 | 1): number {
  return sigmoid ? logistic(x) : Math.tanh(x);
}

/** The slope of the activation, from its value. */
function slope(y: number, sigmoid: 0 | 1): number {
  return sigmoid ? y * (1 - y) : 1 - y * y;
}
