import { layoutOf, type NetLayout, type NetShape } from './layout.ts';
import type { Objective } from './loss.ts';

/** Batch rows that one workgroup carries through all steps. */
const groupRows = 4;
/** Units are the threads of a workgroup; their gates for four rows fit into the 16 KiB that every device grants. */
export const mostHidden = 204;
/** Training steps in one submission at the most. */
export const chunkSteps = 32;
/** Floats before the per-step figures of the state buffer: step, scale, rate, bias2. */
export const stateHead = 4;

/** One dispatch of the training step: code, the buffers it binds in order, and its workgroups. */
export interface Program {
  readonly code: string;
  readonly buffers: readonly BufferName[];
  readonly groups: readonly [number, number, number];
}

/**
 * P parameters, U transposed recurrent kernels, D windows and targets, I rows of each step, A activations,
 * E output gradients and losses, G gradients, M moments, S state.
 */
export type BufferName = 'P' | 'U' | 'D' | 'I' | 'A' | 'E' | 'G' | 'M' | 'S';

export interface GpuPlan {
  readonly programs: readonly Program[];
  /** Floats (or integers) of each buffer but D. */
  readonly sizes: Readonly<Record<Exclude<BufferName, 'D'>, number>>;
  /** Batch rows, filled up to whole workgroups. */
  readonly rows: number;
}

/**
 * A training step as five dispatches, however long the window: all steps of all layers forward, head, loss and
 * all steps backward in one; the gradients of the weights as one tiled product over steps × rows; those of the
 * head; their norm; Adam. Workgroups own batch rows, so that nothing has to be waited for between steps.
 */
export function gpuPlan(
  shape: NetShape,
  objective: Objective,
  batch: number,
  clip: number
): GpuPlan {
  const { steps, features, hidden, layers, outputs } = shape;
  const layout = layoutOf(shape);
  const rows = Math.ceil(batch / groupRows) * groupRows;
  const perLayer = rows * hidden * (4 * steps + 2 * (steps + 1));
  const widest = Math.max(features, layers > 1 ? hidden : 0);
  const shared = constants(shape, layout, objective, batch, rows, perLayer);
  const program = (
    code: string,
    buffers: readonly BufferName[],
    x: number,
    y = 1,
    z = 1
  ): Program => ({ code: shared + code, buffers, groups: [x, y, z] });
  return {
    rows,
    sizes: {
      P: layout.count,
      U: layers * 4 * hidden * hidden,
      I: chunkSteps * rows,
      A: layers * perLayer,
      E: 2 * rows * outputs,
      G: layout.count,
      M: 2 * layout.count,
      S: stateHead + 4 * chunkSteps
    },
    programs: [
      program(
        passes(shape, layout, objective),
        ['P', 'U', 'D', 'I', 'A', 'E', 'S'],
        rows / groupRows
      ),
      program(
        weightGradients,
        ['A', 'D', 'I', 'S', 'G'],
        Math.ceil((hidden + widest + 1) / 32),
        Math.ceil((4 * hidden) / 32),
        layers
      ),
      program(headGradients, ['A', 'E', 'G'], Math.ceil(((hidden + 1) * outputs) / 64)),
      program(norms(clip), ['G', 'E', 'S'], 1),
      program(adam(layout), ['P', 'G', 'M', 'U', 'S'], Math.ceil(layout.count / 64))
    ]
  };
}

function constants(
  { steps, features, hidden, layers, outputs }: NetShape,
  layout: NetLayout,
  { horizon }: Objective,
  batch: number,
  rows: number,
  perLayer: number
): string {
  const sizes = {
    T: steps,
    F: features,
    H: hidden,
    G4: 4 * hidden,
    L: layers,
    O: outputs,
    B: batch,
    R: rows,
    BT: groupRows,
    N: layout.count,
    ROW: steps * features + horizon,
    PER: perLayer,
    /** Where h and c of a layer follow its gates. */
    AH: steps * rows * 4 * hidden,
    AC: steps * rows * 4 * hidden + (steps + 1) * rows * hidden,
    HW: layout.headKernel,
    HB: layout.headBias,
    CHUNK: chunkSteps,
    HEAD: stateHead
  };
  return Object.entries(sizes)
    .map(([name, value]) => `const ${name} = ${value}u;\n`)
    .join('');
}

const bind = (at: number, name: BufferName, mode: 'read' | 'read_write', of = 'f32') =>
  `@group(0) @binding(${at}) var<storage, ${mode}> ${name}: array<${of}>;\n`;

/** Forward, loss and backward; thread j owns unit j's gates and cell for `groupRows` rows. */
function passes(
  { layers, sigmoid }: NetShape,
  layout: NetLayout,
  { quantiles }: Objective
): string {
  const up = Array.from({ length: layers }, (_, layer) => forward(layer, layout));
  const down = Array.from({ length: layers }, (_, i) => backward(layers - 1 - i, layers, layout));
  const loss =
    quantiles.length === 0
      ? 'loss = e * e; d = -2.0 * e;'
      : `let q = array<f32, ${quantiles.length}>(${quantiles.join(', ')})[o % ${quantiles.length}u];
      let w = select(q - 1.0, q, e > 0.0); loss = w * e; d = -w;`;
  return `${bind(0, 'P', 'read')}${bind(1, 'U', 'read')}${bind(2, 'D', 'read')}${bind(3, 'I', 'read', 'u32')}${bind(4, 'A', 'read_write')}${bind(5, 'E', 'read_write')}${bind(6, 'S', 'read')}
var<workgroup> hs: array<f32, BT * H>;
var<workgroup> dz: array<f32, BT * G4>;
fn sg(x: f32) -> f32 { return 1.0 / (1.0 + exp(-clamp(x, -80.0, 80.0))); }
fn th(x: f32) -> f32 { let e = exp(2.0 * clamp(x, -15.0, 15.0)); return (e - 1.0) / (e + 1.0); }
fn bend(x: f32) -> f32 { return ${sigmoid ? 'sg(x)' : 'th(x)'}; }
fn slope(y: f32) -> f32 { return ${sigmoid ? 'y * (1.0 - y)' : '1.0 - y * y'}; }
@compute @workgroup_size(H)
fn main(@builtin(workgroup_id) wg: vec3<u32>, @builtin(local_invocation_id) id: vec3<u32>) {
  let j = id.x; let b0 = wg.x * BT; let start = u32(S[0]) * R + b0;
  var c: array<f32, BT>; var acc: array<vec4<f32>, BT>; var dh: array<f32, BT>; var dc: array<f32, BT>;
${up.join('')}
  for (var q = j; q < BT * O; q += H) {
    let r = q / O; let o = q % O;
    var s = P[HB + o];
    for (var k = 0u; k < H; k++) { s += hs[r * H + k] * P[HW + k * O + o]; }
    let e = D[I[start + r] * ROW + T * F + o / ${Math.max(1, quantiles.length)}u] - s;
    var loss: f32; var d: f32;
    ${loss}
    let share = select(0.0, 1.0 / f32(B * O), b0 + r < B);
    E[(b0 + r) * O + o] = d * share;
    E[(R + b0 + r) * O + o] = loss * share;
  }
  storageBarrier(); workgroupBarrier();
  for (var r = 0u; r < BT; r++) {
    var s = 0.0;
    for (var o = 0u; o < O; o++) { s += E[(b0 + r) * O + o] * P[HW + j * O + o]; }
    dh[r] = s;
  }
${down.join('')}
}`;
}

function forward(layer: number, { layers }: NetLayout): string {
  const { features, kernel, recurrent, bias } = layers[layer]!;
  const at = `${layer}u * PER`;
  const input =
    layer === 0
      ? 'D[I[start + r] * ROW + t * F + k]'
      : `A[${layer - 1}u * PER + AH + ((t + 1u) * R + b0 + r) * H + k]`;
  const four = (base: number) =>
    `let o = ${base}u + k * G4 + j; let w = vec4<f32>(P[o], P[o + H], P[o + 2u * H], P[o + 3u * H]);`;
  return `
  for (var r = 0u; r < BT; r++) {
    c[r] = 0.0; A[${at} + AH + (b0 + r) * H + j] = 0.0; A[${at} + AC + (b0 + r) * H + j] = 0.0;
  }
  for (var t = 0u; t < T; t++) {
    let b = ${bias}u + j; let first = vec4<f32>(P[b], P[b + H], P[b + 2u * H], P[b + 3u * H]);
    for (var r = 0u; r < BT; r++) { acc[r] = first; }
    for (var k = 0u; k < ${features}u; k++) {
      ${four(kernel)}
      for (var r = 0u; r < BT; r++) { acc[r] += ${input} * w; }
    }
    if (t > 0u) {
      for (var k = 0u; k < H; k++) {
        ${four(recurrent)}
        for (var r = 0u; r < BT; r++) { acc[r] += hs[r * H + k] * w; }
      }
    }
    workgroupBarrier();
    for (var r = 0u; r < BT; r++) {
      let i = sg(acc[r].x); let f = sg(acc[r].y); let g = bend(acc[r].z); let o = sg(acc[r].w);
      c[r] = f * c[r] + i * g;
      let h = o * bend(c[r]);
      hs[r * H + j] = h;
      let z = ${at} + (t * R + b0 + r) * G4 + j;
      A[z] = i; A[z + H] = f; A[z + 2u * H] = g; A[z + 3u * H] = o;
      let next = ((t + 1u) * R + b0 + r) * H + j;
      A[${at} + AC + next] = c[r]; A[${at} + AH + next] = h;
    }
    workgroupBarrier();
  }
  storageBarrier();`;
}

function backward(layer: number, count: number, { layers }: NetLayout): string {
  const at = `${layer}u * PER`;
  const topmost = layer === count - 1;
  const above = topmost
    ? ''
    : `for (var k = 0u; k < G4; k++) {
        let w = P[${layers[layer + 1]!.kernel}u + j * G4 + k];
        for (var r = 0u; r < BT; r++) { dh[r] += A[${layer + 1}u * PER + (t * R + b0 + r) * G4 + k] * w; }
      }`;
  return `
  for (var r = 0u; r < BT; r++) { dc[r] = 0.0; ${topmost ? '' : 'dh[r] = 0.0;'} }
  for (var back = 0u; back < T; back++) {
    let t = T - 1u - back;
    ${above}
    for (var r = 0u; r < BT; r++) {
      let z = ${at} + (t * R + b0 + r) * G4 + j;
      let i = A[z]; let f = A[z + H]; let g = A[z + 2u * H]; let o = A[z + 3u * H];
      let y = bend(A[${at} + AC + ((t + 1u) * R + b0 + r) * H + j]);
      let before = A[${at} + AC + (t * R + b0 + r) * H + j];
      let d = dh[r];
      let s = dc[r] + d * o * slope(y);
      let zi = s * g * i * (1.0 - i); let zf = s * before * f * (1.0 - f);
      let zg = s * i * slope(g); let zo = d * y * o * (1.0 - o);
      dc[r] = s * f;
      A[z] = zi; A[z + H] = zf; A[z + 2u * H] = zg; A[z + 3u * H] = zo;
      let q = r * G4 + j;
      dz[q] = zi; dz[q + H] = zf; dz[q + 2u * H] = zg; dz[q + 3u * H] = zo;
      dh[r] = 0.0;
    }
    workgroupBarrier();
    if (t > 0u) {
      for (var k = 0u; k < G4; k++) {
        let u = U[${layer}u * H * G4 + k * H + j];
        for (var r = 0u; r < BT; r++) { dh[r] += dz[r * G4 + k] * u; }
      }
    }
    workgroupBarrier();
  }
  storageBarrier(); workgroupBarrier();`;
}

/** [inputs | h before | 1]ᵀ · dZ over K = steps × rows, in tiles of 32 × 32 by 64 threads of 4 × 4. */
const weightGradients = `${bind(0, 'A', 'read')}${bind(1, 'D', 'read')}${bind(2, 'I', 'read', 'u32')}${bind(3, 'S', 'read')}${bind(4, 'G', 'read_write')}
var<workgroup> ta: array<f32, 512>;
var<workgroup> tb: array<f32, 512>;
fn left(layer: u32, width: u32, start: u32, k: u32, i: u32) -> f32 {
  if (k >= T * R) { return 0.0; }
  if (i < width) {
    if (layer == 0u) { return D[I[start + k % R] * ROW + (k / R) * F + i]; }
    return A[(layer - 1u) * PER + AH + (k + R) * H + i];
  }
  if (i < width + H) { return A[layer * PER + AH + k * H + i - width]; }
  return select(0.0, 1.0, i == width + H);
}
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wg: vec3<u32>, @builtin(local_invocation_index) l: u32) {
  let layer = wg.z; let width = select(H, F, layer == 0u); let start = u32(S[0]) * R;
  let base = select((F + H + 1u) * G4 + (layer - min(layer, 1u)) * (2u * H + 1u) * G4, 0u, layer == 0u);
  let i0 = wg.x * 32u; let j0 = wg.y * 32u;
  let ti = (l / 8u) * 4u; let tj = (l % 8u) * 4u;
  var acc: array<vec4<f32>, 4>;
  for (var k0 = 0u; k0 < T * R; k0 += 16u) {
    for (var q = l; q < 512u; q += 64u) {
      let k = k0 + q / 32u; let n = q % 32u;
      ta[q] = left(layer, width, start, k, i0 + n);
      var z = 0.0;
      if (k < T * R && j0 + n < G4) { z = A[layer * PER + k * G4 + j0 + n]; }
      tb[q] = z;
    }
    workgroupBarrier();
    for (var k = 0u; k < 16u; k++) {
      let o = k * 32u + tj; let b = vec4<f32>(tb[o], tb[o + 1u], tb[o + 2u], tb[o + 3u]);
      for (var m = 0u; m < 4u; m++) { acc[m] += ta[k * 32u + ti + m] * b; }
    }
    workgroupBarrier();
  }
  for (var m = 0u; m < 4u; m++) {
    let i = i0 + ti + m;
    if (i > width + H) { continue; }
    for (var n = 0u; n < 4u; n++) {
      let j = j0 + tj + n;
      if (j < G4) { G[base + i * G4 + j] = acc[m][n]; }
    }
  }
}`;

const headGradients = `${bind(0, 'A', 'read')}${bind(1, 'E', 'read')}${bind(2, 'G', 'read_write')}
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let q = id.x;
  if (q >= (H + 1u) * O) { return; }
  let i = q / O; let o = q % O;
  var s = 0.0;
  for (var b = 0u; b < R; b++) {
    let d = E[b * O + o];
    if (i < H) { s += A[(L - 1u) * PER + AH + (T * R + b) * H + i] * d; } else { s += d; }
  }
  G[HW + q] = s;
}`;

/** The sum of losses and the norm of the gradients, by one workgroup; then what Adam needs of this step. */
function norms(clip: number): string {
  return `${bind(0, 'G', 'read')}${bind(1, 'E', 'read')}${bind(2, 'S', 'read_write')}
var<workgroup> part: array<vec2<f32>, 256>;
@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) l: u32) {
  var sum = vec2<f32>(0.0, 0.0);
  for (var i = l; i < N; i += 256u) { sum.x += G[i] * G[i]; }
  for (var i = l; i < R * O; i += 256u) { sum.y += E[R * O + i]; }
  part[l] = sum;
  workgroupBarrier();
  for (var span = 128u; span > 0u; span /= 2u) {
    if (l < span) { part[l] += part[l + span]; }
    workgroupBarrier();
  }
  if (l == 0u) {
    let step = u32(S[0]); let norm = sqrt(part[0].x);
    S[1] = select(1.0, ${clip} / norm, norm > ${clip});
    S[2] = S[HEAD + step];
    S[3] = S[HEAD + CHUNK + step];
    S[HEAD + 2u * CHUNK + step] = part[0].y;
    S[HEAD + 3u * CHUNK + step] = norm;
    S[0] = f32(step + 1u);
  }
}`;
}

function adam({ layers }: NetLayout): string {
  const turned = layers
    .map(
      ({ recurrent }, layer) => `
  if (i >= ${recurrent}u && i < ${recurrent}u + H * G4) {
    let q = i - ${recurrent}u; U[${layer}u * H * G4 + (q % G4) * H + q / G4] = p;
  }`
    )
    .join('');
  return `${bind(0, 'P', 'read_write')}${bind(1, 'G', 'read')}${bind(2, 'M', 'read_write')}${bind(3, 'U', 'read_write')}${bind(4, 'S', 'read')}
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let i = id.x;
  if (i >= N) { return; }
  let x = G[i] * S[1];
  let m = 0.9 * M[i] + 0.1 * x; let v = 0.999 * M[N + i] + 0.001 * x * x;
  M[i] = m; M[N + i] = v;
  let p = P[i] - S[2] * m / (sqrt(v / S[3]) + 1e-7);
  P[i] = p;${turned}
}`;
}
