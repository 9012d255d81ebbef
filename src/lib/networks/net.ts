import type { Kernels } from './kernels.ts';
import { layoutOf, type NetLayout, type NetShape } from './layout.ts';
import { SlicedKernels, type Slices } from './slices.ts';

/** What one layer keeps of a forward pass for the way back. */
interface Activations {
  /** [T,b,4H]: gates, then the gradients of their sums. */
  readonly z: number;
  /** [T+1,b,H] with the first step zero. */
  readonly h: number;
  readonly c: number;
  /** [T,b,H]: act(c). */
  readonly bent: number;
  readonly recurrentT: number;
  readonly kernelT: number;
}

/** What the gates of one unit cost, in multiply-adds. */
const gateWork = 64;
const epsilon = 1e-7;
const beta1 = 0.9;
const beta2 = 0.999;

/**
 * A stacked LSTM with a dense head, forward, backward through time and Adam, over any table of kernels
 * (Hochreiter & Schmidhuber 1997 with forget gates; Kingma & Ba 2015; clipping after Pascanu et al. 2013).
 * The input projection of all steps is one matrix product. Holds batches of up to `batch` windows;
 * O(T·b·H·(F + H)) per layer and pass, in slices that take milliseconds.
 */
export class Net {
  readonly layout: NetLayout;
  readonly #k: Kernels;
  readonly #sliced: SlicedKernels;
  readonly #shape: NetShape;
  /** Room of a vector of parameters, a multiple of 4. */
  readonly #room: number;
  readonly #p: number;
  readonly #g: number;
  readonly #m: number;
  readonly #v: number;
  readonly #x: number;
  readonly #dx: number;
  readonly #y: number;
  readonly #dy: number;
  readonly #dTop: number;
  readonly #dh: number;
  readonly #dc: number;
  readonly #headT: number;
  readonly #acts: readonly Activations[];

  constructor(kernels: Kernels, shape: NetShape, batch: number) {
    this.#k = kernels;
    this.#sliced = new SlicedKernels(kernels);
    this.#shape = shape;
    this.layout = layoutOf(shape);
    this.#room = Math.ceil(this.layout.count / 4) * 4;
    const { steps, features, hidden, outputs } = shape;
    const state = batch * hidden;
    const take = (count: number) => kernels.alloc(count);
    [this.#p, this.#g, this.#m, this.#v] = [0, 1, 2, 3].map(() => take(this.#room)) as [
      number,
      number,
      number,
      number
    ];
    this.#x = take(steps * batch * features);
    this.#dx = take(steps * batch * features);
    this.#y = take(batch * outputs);
    this.#dy = take(batch * outputs);
    this.#dTop = take(steps * state);
    this.#dh = take(state);
    this.#dc = take(state);
    this.#headT = take(hidden * outputs);
    this.#acts = this.layout.layers.map((layer) => ({
      z: take(steps * state * 4),
      h: take((steps + 1) * state),
      c: take((steps + 1) * state),
      bent: take(steps * state),
      recurrentT: take(4 * hidden * hidden),
      kernelT: take(4 * hidden * layer.features)
    }));
  }

  parameters(): Float32Array | Float64Array {
    return this.#k.view(this.#p, this.layout.count);
  }

  gradients(): Float32Array | Float64Array {
    return this.#k.view(this.#g, this.layout.count);
  }

  /** Adam's mean and square of past gradients. */
  moments(): readonly [Float32Array | Float64Array, Float32Array | Float64Array] {
    const { count } = this.layout;
    return [this.#k.view(this.#m, count), this.#k.view(this.#v, count)];
  }

  /** Where to write `rows` windows before `forward`: [T, rows, features], steps outermost. */
  inputs(rows: number): Float32Array | Float64Array {
    return this.#k.view(this.#x, this.#shape.steps * rows * this.#shape.features);
  }

  /** The outputs of the last forward pass, [rows, outputs]. */
  outputs(rows: number): Float32Array | Float64Array {
    return this.#k.view(this.#y, rows * this.#shape.outputs);
  }

  /** Where to write the loss's gradient by each output before `backward`, [rows, outputs]. */
  outputGradients(rows: number): Float32Array | Float64Array {
    return this.#k.view(this.#dy, rows * this.#shape.outputs);
  }

  /** The gradients by the inputs after `backward(rows, true)`, [T, rows, features]. */
  inputGradients(rows: number): Float32Array | Float64Array {
    return this.#k.view(this.#dx, this.#shape.steps * rows * this.#shape.features);
  }

  *forward(rows: number): Slices {
    const k = this.#k;
    const { steps, hidden, outputs } = this.#shape;
    const { headKernel, headBias } = this.layout;
    for (const layer of this.layout.layers.keys()) yield* this.#forwardLayer(layer, rows);
    const last = this.#acts.at(-1)!.h + steps * rows * hidden * k.unit;
    const y = this.outputs(rows);
    const bias = this.parameters().subarray(headBias, headBias + outputs);
    for (let r = 0; r < rows; r++) y.set(bias, r * outputs);
    const head = this.#p + headKernel * k.unit;
    yield* this.#sliced.gemm(
      this.#y,
      last,
      head,
      rows,
      outputs,
      hidden,
      hidden,
      1,
      outputs,
      outputs,
      1
    );
  }

  /** Gradients of the parameters, and with `toInputs` of the inputs, from those of the outputs. */
  *backward(rows: number, toInputs = false): Slices {
    const k = this.#k;
    const { steps, hidden, outputs } = this.#shape;
    const { headKernel, headBias, layers } = this.layout;
    k.zero(this.#g, this.#room);
    const last = this.#acts.at(-1)!.h + steps * rows * hidden * k.unit;
    const head = headKernel * k.unit;
    const sliced = this.#sliced;
    yield* sliced.gemm(
      this.#g + head,
      last,
      this.#dy,
      hidden,
      outputs,
      rows,
      1,
      hidden,
      outputs,
      outputs,
      1
    );
    yield* sliced.addColumns(this.#g + headBias * k.unit, this.#dy, rows, outputs);
    k.transpose(this.#headT, this.#p + head, hidden, outputs);
    yield* sliced.gemm(
      this.#dh,
      this.#dy,
      this.#headT,
      rows,
      hidden,
      outputs,
      outputs,
      1,
      hidden,
      hidden,
      0
    );
    for (let layer = layers.length - 1; layer >= 0; layer--) {
      const { kernel, features } = layers[layer]!;
      const { z, kernelT } = this.#acts[layer]!;
      yield* this.#backwardLayer(layer, rows);
      if (layer === 0 && !toInputs) return;
      const to = layer === 0 ? this.#dx : this.#dTop;
      const g = 4 * hidden;
      k.transpose(kernelT, this.#p + kernel * k.unit, features, g);
      yield* sliced.gemm(to, z, kernelT, steps * rows, features, g, g, 1, features, features, 0);
    }
  }

  /**
   * Adam's step number `step` (from 1) on gradients clipped to the global norm `clip`; the norm before.
   * A norm that is no number leaves everything as it was.
   */
  update(step: number, rate: number, clip: number): number {
    const norm = Math.sqrt(this.#k.squares(this.#g, this.#room));
    if (!Number.isFinite(norm)) return norm;
    const scale = norm > clip ? clip / norm : 1;
    const unbiased = rate / (1 - beta1 ** step);
    const bias2 = 1 - beta2 ** step;
    const [p, g, m, v] = [this.#p, this.#g, this.#m, this.#v];
    this.#k.adam(p, g, m, v, this.#room, unbiased, beta1, beta2, epsilon, bias2, scale);
    return norm;
  }

  /** Where the inputs of a layer lie: the windows, or what the layer below gave out. */
  #below(layer: number, rows: number): number {
    return layer === 0
      ? this.#x
      : this.#acts[layer - 1]!.h + rows * this.#shape.hidden * this.#k.unit;
  }

  *#forwardLayer(layer: number, rows: number): Slices {
    const k = this.#k;
    const { steps, hidden, sigmoid } = this.#shape;
    const { features, kernel, recurrent, bias } = this.layout.layers[layer]!;
    const { z, h, c, bent } = this.#acts[layer]!;
    const g = 4 * hidden;
    const sliced = this.#sliced;
    const biases = this.parameters().subarray(bias, bias + g);
    yield* sliced.fillRows(z, biases, steps * rows);
    k.zero(h, rows * hidden);
    k.zero(c, rows * hidden);
    const weights = this.#p + kernel * k.unit;
    const below = this.#below(layer, rows);
    yield* sliced.gemm(z, below, weights, steps * rows, g, features, features, 1, g, g, 1);
    const back = this.#p + recurrent * k.unit;
    const stride = rows * hidden * k.unit;
    for (let t = 0; t < steps; t++) {
      const zt = z + 4 * t * stride;
      const ht = h + t * stride;
      const ct = c + t * stride;
      if (t > 0) yield* sliced.gemm(zt, ht, back, rows, g, hidden, hidden, 1, g, g, 1);
      const flag = sigmoid ? 1 : 0;
      k.gates(zt, ct, ct + stride, bent + t * stride, ht + stride, rows, hidden, flag);
      yield* sliced.spend(gateWork * rows * hidden);
    }
  }

  /** The topmost layer starts at `dh` from the head; lower ones add `dTop` of the layer above at every step. */
  *#backwardLayer(layer: number, rows: number): Slices {
    const k = this.#k;
    const { steps, hidden, sigmoid } = this.#shape;
    const { features, kernel, recurrent, bias } = this.layout.layers[layer]!;
    const { z, h, c, bent, recurrentT } = this.#acts[layer]!;
    const g = 4 * hidden;
    const topmost = layer === this.#acts.length - 1;
    const stride = rows * hidden * k.unit;
    const flag = sigmoid ? 1 : 0;
    if (!topmost) k.zero(this.#dh, rows * hidden);
    k.zero(this.#dc, rows * hidden);
    const sliced = this.#sliced;
    k.transpose(recurrentT, this.#p + recurrent * k.unit, hidden, g);
    const dRecurrent = this.#g + recurrent * k.unit;
    for (let t = steps - 1; t >= 0; t--) {
      const zt = z + 4 * t * stride;
      const more = topmost ? 0 : this.#dTop + t * stride;
      const at = t * stride;
      k.gatesBack(zt, c + at, bent + at, this.#dh, more, this.#dc, rows, hidden, flag);
      yield* sliced.spend(gateWork * rows * hidden);
      if (t === 0) break;
      yield* sliced.gemm(this.#dh, zt, recurrentT, rows, hidden, g, g, 1, hidden, hidden, 0);
      yield* sliced.gemm(dRecurrent, h + at, zt, hidden, g, rows, 1, hidden, g, g, 1);
    }
    const dKernel = this.#g + kernel * k.unit;
    const below = this.#below(layer, rows);
    yield* sliced.gemm(dKernel, below, z, features, g, steps * rows, 1, features, g, g, 1);
    yield* sliced.addColumns(this.#g + bias * k.unit, z, steps * rows, g);
  }
}
