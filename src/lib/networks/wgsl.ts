import { layoutOf, type NetLayout, type NetShape } from './layout.ts';
import type { Objective } from './loss.ts';
import { bind, passes, type BufferName } from './wgsl-passes.ts';

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
