import { seeded } from '#lib/base/random.ts';
import { firstParameters, type NetShape } from '#lib/networks/layout.ts';
import { processorTrainer } from '#lib/networks/processor-trainer.ts';
import { referenceKernels } from '#lib/networks/reference-kernels.ts';
import { initialState, type Trainer, type TrainerTask } from '#lib/networks/trainer.ts';
import { wasmKernels } from '#lib/networks/wasm-kernels.ts';

interface Odd {
  readonly steps: number;
  readonly features: number;
  readonly hidden: number;
  readonly layers: number;
  readonly horizon: number;
  readonly quantiles: readonly number[];
  readonly batch: number;
  readonly sigmoid?: boolean;
}

/** Shapes at the edges of every tile: single steps, rows and features, outputs and units no multiple of 8. */
export const oddShapes: readonly Odd[] = [
  { steps: 1, features: 1, hidden: 8, layers: 1, horizon: 1, quantiles: [], batch: 1 },
  {
    steps: 5,
    features: 3,
    hidden: 12,
    layers: 2,
    horizon: 3,
    quantiles: [0.1, 0.5, 0.9],
    batch: 5
  },
  {
    steps: 3,
    features: 7,
    hidden: 6,
    layers: 1,
    horizon: 5,
    quantiles: [],
    batch: 6,
    sigmoid: true
  },
  { steps: 4, features: 1, hidden: 9, layers: 3, horizon: 2, quantiles: [], batch: 3 },
  { steps: 7, features: 24, hidden: 32, layers: 1, horizon: 11, quantiles: [0.5], batch: 7 }
];

export function nameOf(o: Odd): string {
  const loss = o.quantiles.length > 0 ? 'pinball' : 'squares';
  return `T${o.steps} F${o.features} H${o.hidden}×${o.layers} B${o.batch}, ${loss}${o.sigmoid ? ', sigmoid' : ''}`;
}

export function taskOf(o: Odd, windows = 3 * o.batch): TrainerTask & { readonly shape: NetShape } {
  const random = seeded(11, nameOf(o));
  const fill = (count: number) => Float32Array.from({ length: count }, () => 3 * random() - 1.5);
  return {
    shape: {
      steps: o.steps,
      features: o.features,
      hidden: o.hidden,
      layers: o.layers,
      outputs: o.horizon * Math.max(1, o.quantiles.length),
      sigmoid: o.sigmoid ?? false
    },
    objective: { horizon: o.horizon, quantiles: o.quantiles },
    batch: o.batch,
    clip: 1,
    inputs: fill(windows * o.steps * o.features),
    targets: fill(windows * o.horizon)
  };
}

export async function trainersOf(task: TrainerTask): Promise<{ exact: Trainer; wasm: Trainer }> {
  const state = initialState(firstParameters(task.shape, 5));
  const exact = processorTrainer('cpu', referenceKernels('float64'), task);
  const wasm = processorTrainer('wasm', await wasmKernels(), task);
  exact.restore(state);
  wasm.restore(state);
  return { exact, wasm };
}

/** The order of `steps` batches that goes round and round through the windows. */
export function roundRobin(task: TrainerTask, steps: number): Int32Array {
  const windows = task.targets.length / task.objective.horizon;
  return Int32Array.from({ length: steps * task.batch }, (_, i) => (i * 7) % windows);
}

/** The largest difference, as a share of the largest size in `exact`. */
export function apart(found: ArrayLike<number>, exact: ArrayLike<number>): number {
  let most = 0;
  let size = 0;
  for (let i = 0; i < exact.length; i++) {
    const difference = Math.abs(found[i]! - exact[i]!);
    if (!(difference <= most)) most = difference;
    size = Math.max(size, Math.abs(exact[i]!));
  }
  return most / (size || 1);
}
