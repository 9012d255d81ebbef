// AssemblyScript, compiled to WASM SIMD at build time by bin/lib/assembly.mjs.
// The kernels of src/lib/networks/kernels.ts over row-major float32; pointers and offsets are in bytes.
// Fixed-width SIMD alone, no relaxed instructions: the same input gives the same bytes on every machine.

const one = f32x4.splat(1);

/** Columns of A multiplied before the sums are written back: a 128 × 8 panel of B stays in the first cache. */
const depth = 128;

let top: usize = 1 << 16;

/** Room for `count` floats, zeroed and aligned to 64 bytes; never given back, as an instance serves one network. */
export function alloc(count: i32): usize {
  const at = top;
  top = (top + ((<usize>count) << 2) + 63) & ~63;
  const pages = <i32>((top + 65535) >> 16);
  if (pages > memory.size() && memory.grow(pages - memory.size()) < 0) return 0;
  return at;
}

export function zero(at: usize, count: i32): void {
  memory.fill(at, 0, (<usize>count) << 2);
}

function madd(a: v128, b: v128, c: v128): v128 {
  return f32x4.add(f32x4.mul(a, b), c);
}

/**
 * C[m,n] = or += A[m,k] · B[k,n]. Element (i,k) of A lies at i·aRow + k·aColumn; strides count floats.
 * Tiles of 4 × 8 in registers; what is left over in rows or columns goes one by one.
 */
export function gemm(
  c: usize,
  a: usize,
  b: usize,
  m: i32,
  n: i32,
  k: i32,
  aRow: i32,
  aColumn: i32,
  bRow: i32,
  cRow: i32,
  add: i32
): void {
  const ar: usize = (<usize>aRow) << 2;
  const ac: usize = (<usize>aColumn) << 2;
  const br: usize = (<usize>bRow) << 2;
  const cr: usize = (<usize>cRow) << 2;
  const wide = n & ~7;
  for (let from = 0; from < k; from += depth) {
    const to = min(from + depth, k);
    const more = add | from;
    const b0 = b + <usize>from * br;
    let i = 0;
    for (; i + 4 <= m; i += 4) {
      const a0 = a + <usize>i * ar + <usize>from * ac;
      const c0 = c + <usize>i * cr;
      for (let j = 0; j < wide; j += 8) {
        let p = a0;
        let q = b0 + ((<usize>j) << 2);
        const at = c0 + ((<usize>j) << 2);
        let x00 = f32x4.splat(0);
        let x01 = x00;
        let x10 = x00;
        let x11 = x00;
        let x20 = x00;
        let x21 = x00;
        let x30 = x00;
        let x31 = x00;
        if (more) {
          x00 = v128.load(at);
          x01 = v128.load(at, 16);
          x10 = v128.load(at + cr);
          x11 = v128.load(at + cr, 16);
          x20 = v128.load(at + 2 * cr);
          x21 = v128.load(at + 2 * cr, 16);
          x30 = v128.load(at + 3 * cr);
          x31 = v128.load(at + 3 * cr, 16);
        }
        for (let l = from; l < to; l++) {
          const left = v128.load(q);
          const right = v128.load(q, 16);
          let s = v128.load32_splat(p);
          x00 = madd(s, left, x00);
          x01 = madd(s, right, x01);
          s = v128.load32_splat(p + ar);
          x10 = madd(s, left, x10);
          x11 = madd(s, right, x11);
          s = v128.load32_splat(p + 2 * ar);
          x20 = madd(s, left, x20);
          x21 = madd(s, right, x21);
          s = v128.load32_splat(p + 3 * ar);
          x30 = madd(s, left, x30);
          x31 = madd(s, right, x31);
          p += ac;
          q += br;
        }
        v128.store(at, x00);
        v128.store(at, x01, 16);
        v128.store(at + cr, x10);
        v128.store(at + cr, x11, 16);
        v128.store(at + 2 * cr, x20);
        v128.store(at + 2 * cr, x21, 16);
        v128.store(at + 3 * cr, x30);
        v128.store(at + 3 * cr, x31, 16);
      }
      for (let r = 0; r < 4; r++) {
        row(c0 + <usize>r * cr, a0 + <usize>r * ar, b0, wide, n, to - from, ac, br, more);
      }
    }
    for (; i < m; i++) {
      const a0 = a + <usize>i * ar + <usize>from * ac;
      row(c + <usize>i * cr, a0, b0, 0, n, to - from, ac, br, more);
    }
  }
}

/** Columns `first` to n of one row of C: eights, a four, then single ones. */
function row(
  c: usize,
  a: usize,
  b: usize,
  first: i32,
  n: i32,
  k: i32,
  ac: usize,
  br: usize,
  more: i32
): void {
  let j = first;
  for (; j + 8 <= n; j += 8) {
    let p = a;
    let q = b + ((<usize>j) << 2);
    const at = c + ((<usize>j) << 2);
    let x = f32x4.splat(0);
    let y = x;
    if (more) {
      x = v128.load(at);
      y = v128.load(at, 16);
    }
    for (let l = 0; l < k; l++) {
      const s = v128.load32_splat(p);
      x = madd(s, v128.load(q), x);
      y = madd(s, v128.load(q, 16), y);
      p += ac;
      q += br;
    }
    v128.store(at, x);
    v128.store(at, y, 16);
  }
  if (j + 4 <= n) {
    let p = a;
    let q = b + ((<usize>j) << 2);
    const at = c + ((<usize>j) << 2);
    let x = more ? v128.load(at) : f32x4.splat(0);
    for (let l = 0; l < k; l++) {
      x = madd(v128.load32_splat(p), v128.load(q), x);
      p += ac;
      q += br;
    }
    v128.store(at, x);
    j += 4;
  }
  for (; j < n; j++) {
    let p = a;
    let q = b + ((<usize>j) << 2);
    const at = c + ((<usize>j) << 2);
    let x: f32 = more ? load<f32>(at) : 0;
    for (let l = 0; l < k; l++) {
      x += load<f32>(p) * load<f32>(q);
      p += ac;
      q += br;
    }
    store<f32>(at, x);
  }
}

/** to[columns, rows] = from[rows, columns] transposed. */
export function transpose(to: usize, from: usize, rows: i32, columns: i32): void {
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const value = load<f32>(from + ((<usize>(i * columns + j)) << 2));
      store<f32>(to + ((<usize>(j * rows + i)) << 2), value);
    }
  }
}

/** sums[columns] += the sums over the rows of from. */
export function addColumns(sums: usize, from: usize, rows: i32, columns: i32): void {
  const width: usize = (<usize>columns) << 2;
  let j: usize = 0;
  for (; j + 16 <= width; j += 16) {
    let s = v128.load(sums + j);
    for (let r = 0; r < rows; r++) s = f32x4.add(s, v128.load(from + <usize>r * width + j));
    v128.store(sums + j, s);
  }
  for (; j < width; j += 4) {
    let s = load<f32>(sums + j);
    for (let r = 0; r < rows; r++) s += load<f32>(from + <usize>r * width + j);
    store<f32>(sums + j, s);
  }
}

/** Up to four floats; lanes beyond `count` are 0. */
function lanes(at: usize, count: i32): v128 {
  if (count >= 4) return v128.load(at);
  let x = v128.load32_zero(at);
  if (count > 1) x = f32x4.replace_lane(x, 1, load<f32>(at, 4));
  if (count > 2) x = f32x4.replace_lane(x, 2, load<f32>(at, 8));
  return x;
}

function keep(at: usize, x: v128, count: i32): void {
  if (count >= 4) {
    v128.store(at, x);
    return;
  }
  store<f32>(at, f32x4.extract_lane(x, 0));
  if (count > 1) store<f32>(at, f32x4.extract_lane(x, 1), 4);
  if (count > 2) store<f32>(at, f32x4.extract_lane(x, 2), 8);
}

/** e^x by range reduction and the minimax polynomial of Cephes `expf`: relative error below 2e-7. */
function exp4(raw: v128): v128 {
  const x = f32x4.max(f32x4.splat(-87), f32x4.min(f32x4.splat(87), raw));
  const n = f32x4.nearest(f32x4.mul(x, f32x4.splat(1.44269504)));
  let r = madd(n, f32x4.splat(-0.693359375), x);
  r = madd(n, f32x4.splat(2.1219444e-4), r);
  let p = f32x4.splat(1.98756915e-4);
  p = madd(p, r, f32x4.splat(1.3981999507e-3));
  p = madd(p, r, f32x4.splat(8.3334519073e-3));
  p = madd(p, r, f32x4.splat(4.1665795894e-2));
  p = madd(p, r, f32x4.splat(1.6666665459e-1));
  p = madd(p, r, f32x4.splat(5.0000001201e-1));
  p = f32x4.add(madd(f32x4.mul(p, r), r, r), one);
  const exponent = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  return f32x4.mul(p, exponent);
}

function sigmoid4(x: v128): v128 {
  return f32x4.div(one, f32x4.add(one, exp4(f32x4.neg(x))));
}

function tanh4(x: v128): v128 {
  return f32x4.sub(one, f32x4.div(f32x4.splat(2), f32x4.add(exp4(f32x4.add(x, x)), one)));
}

function bend(x: v128, sigmoid: i32): v128 {
  return sigmoid ? sigmoid4(x) : tanh4(x);
}

/** The slope of the candidate's activation, from its value. */
function slope(y: v128, sigmoid: i32): v128 {
  return sigmoid ? f32x4.mul(y, f32x4.sub(one, y)) : f32x4.sub(one, f32x4.mul(y, y));
}

/** z[b,4H] from sums to gates, and the cell after them; the arrays are those of one step. */
export function gates(
  z: usize,
  cBefore: usize,
  cAfter: usize,
  bent: usize,
  hAfter: usize,
  batch: i32,
  hidden: i32,
  sigmoid: i32
): void {
  const h4: usize = (<usize>hidden) << 2;
  for (let r = 0; r < batch; r++) {
    for (let j = 0; j < hidden; j += 4) {
      const left = hidden - j;
      const o: usize = (<usize>(r * hidden + j)) << 2;
      const q = z + ((<usize>(r * 4 * hidden + j)) << 2);
      const i = sigmoid4(lanes(q, left));
      const f = sigmoid4(lanes(q + h4, left));
      const g = bend(lanes(q + 2 * h4, left), sigmoid);
      const out = sigmoid4(lanes(q + 3 * h4, left));
      const c = madd(f, lanes(cBefore + o, left), f32x4.mul(i, g));
      const y = bend(c, sigmoid);
      keep(q, i, left);
      keep(q + h4, f, left);
      keep(q + 2 * h4, g, left);
      keep(q + 3 * h4, out, left);
      keep(cAfter + o, c, left);
      keep(bent + o, y, left);
      keep(hAfter + o, f32x4.mul(out, y), left);
    }
  }
}

/** z[b,4H] from gates to the gradient of their sums; dc from after the step to before it. `more` = 0 or a further dh. */
export function gatesBack(
  z: usize,
  cBefore: usize,
  bent: usize,
  dh: usize,
  more: usize,
  dc: usize,
  batch: i32,
  hidden: i32,
  sigmoid: i32
): void {
  const h4: usize = (<usize>hidden) << 2;
  for (let r = 0; r < batch; r++) {
    for (let j = 0; j < hidden; j += 4) {
      const left = hidden - j;
      const o: usize = (<usize>(r * hidden + j)) << 2;
      const q = z + ((<usize>(r * 4 * hidden + j)) << 2);
      const i = lanes(q, left);
      const f = lanes(q + h4, left);
      const g = lanes(q + 2 * h4, left);
      const out = lanes(q + 3 * h4, left);
      const y = lanes(bent + o, left);
      let d = lanes(dh + o, left);
      if (more) d = f32x4.add(d, lanes(more + o, left));
      const s = madd(f32x4.mul(d, out), slope(y, sigmoid), lanes(dc + o, left));
      keep(q, f32x4.mul(f32x4.mul(s, g), slope(i, 1)), left);
      keep(q + h4, f32x4.mul(f32x4.mul(s, lanes(cBefore + o, left)), slope(f, 1)), left);
      keep(q + 2 * h4, f32x4.mul(f32x4.mul(s, i), slope(g, sigmoid)), left);
      keep(q + 3 * h4, f32x4.mul(f32x4.mul(d, y), slope(out, 1)), left);
      keep(dc + o, f32x4.mul(s, f), left);
    }
  }
}

/** The sum of squares of `count` floats, a multiple of 4. */
export function squares(at: usize, count: i32): f32 {
  let s = f32x4.splat(0);
  const end = at + ((<usize>count) << 2);
  for (let p = at; p < end; p += 16) {
    const x = v128.load(p);
    s = madd(x, x, s);
  }
  return (
    f32x4.extract_lane(s, 0) +
    f32x4.extract_lane(s, 1) +
    f32x4.extract_lane(s, 2) +
    f32x4.extract_lane(s, 3)
  );
}

/** One step of Adam over `count` floats, a multiple of 4; gradients are first multiplied by `scale`. */
export function adam(
  p: usize,
  g: usize,
  m: usize,
  v: usize,
  count: i32,
  rate: f32,
  beta1: f32,
  beta2: f32,
  epsilon: f32,
  bias2: f32,
  scale: f32
): void {
  const b1 = f32x4.splat(beta1);
  const b2 = f32x4.splat(beta2);
  const a1 = f32x4.splat(1 - beta1);
  const a2 = f32x4.splat(1 - beta2);
  const step = f32x4.splat(rate);
  const unbias = f32x4.splat(1 / bias2);
  const width: usize = (<usize>count) << 2;
  for (let i: usize = 0; i < width; i += 16) {
    const x = f32x4.mul(v128.load(g + i), f32x4.splat(scale));
    const mean = madd(b1, v128.load(m + i), f32x4.mul(a1, x));
    const square = madd(b2, v128.load(v + i), f32x4.mul(a2, f32x4.mul(x, x)));
    v128.store(m + i, mean);
    v128.store(v + i, square);
    const size = f32x4.add(f32x4.sqrt(f32x4.mul(square, unbias)), f32x4.splat(epsilon));
    v128.store(p + i, f32x4.sub(v128.load(p + i), f32x4.div(f32x4.mul(step, mean), size)));
  }
}
