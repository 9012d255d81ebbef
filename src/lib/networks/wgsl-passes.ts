import type { NetLayout, NetShape } from './layout.ts';
import type { Objective } from './loss.ts';

/**
 * P parameters, U transposed recurrent kernels, D windows and targets, I rows of each step, A activations,
 * E output gradients and losses, G gradients, M moments, S state.
 */
export type BufferName = 'P' | 'U' | 'D' | 'I' | 'A' | 'E' | 'G' | 'M' | 'S';

/** The declaration of a buffer at a place of its program. */
export const bind = (at: number, name: BufferName, mode: 'read' | 'read_write', of = 'f32') =>
  `@group(0) @binding(${at}) var<storage, ${mode}> ${name}: array<${of}>;\n`;

/** Forward, loss and backward; thread j owns unit j's gates and cell for `groupRows` rows. */
export function passes(
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
