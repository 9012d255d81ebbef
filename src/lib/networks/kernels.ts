/**
 * What a processor must be able to do to train an LSTM: the function table behind which TypeScript and WASM
 * stand. Matrices are row-major; an address counts `unit` per number, strides count numbers.
 */
export interface Kernels {
  /** What one number takes in addresses: 1 over a typed array, 4 over bytes. */
  readonly unit: number;
  /** Room for `count` numbers, zeroed. */
  alloc(count: number): number;
  /** The numbers at an address, until the next `alloc`. */
  view(at: number, count: number): Float32Array | Float64Array;
  zero(at: number, count: number): void;
  /** C[m,n] = or += A[m,k] · B[k,n], where A's element (i,k) lies at i·aRow + k·aColumn. */
  gemm(
    c: number,
    a: number,
    b: number,
    m: number,
    n: number,
    k: number,
    aRow: number,
    aColumn: number,
    bRow: number,
    cRow: number,
    add: 0 | 1
  ): void;
  /** to[columns, rows] = from[rows, columns] transposed. */
  transpose(to: number, from: number, rows: number, columns: number): void;
  /** sums[columns] += the sums over the rows. */
  addColumns(sums: number, from: number, rows: number, columns: number): void;
  /** One step's sums z[b,4H] become gates i, f, g, o; then c = f·c′ + i·g, bent = act(c), h = o·bent. */
  gates(
    z: number,
    cBefore: number,
    cAfter: number,
    bent: number,
    hAfter: number,
    batch: number,
    hidden: number,
    sigmoid: 0 | 1
  ): void;
  /** One step's gates z[b,4H] become the gradients of their sums; `more` = 0 or a dh to add; dc is carried back. */
  gatesBack(
    z: number,
    cBefore: number,
    bent: number,
    dh: number,
    more: number,
    dc: number,
    batch: number,
    hidden: number,
    sigmoid: 0 | 1
  ): void;
  /** The sum of squares. Counts here and in `adam` are multiples of 4. */
  squares(at: number, count: number): number;
  /** p −= rate · m̂ / (√(v / bias2) + ε) over gradients times `scale`; `rate` already holds 1 / bias1. */
  adam(
    p: number,
    g: number,
    m: number,
    v: number,
    count: number,
    rate: number,
    beta1: number,
    beta2: number,
    epsilon: number,
    bias2: number,
    scale: number
  ): void;
}
