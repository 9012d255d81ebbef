import { seeded } from '#lib/base/random.ts';
import { firstParameters, type NetShape } from '#lib/networks/layout.ts';
import { processorTrainer } from '#lib/networks/processor-trainer.ts';
import { referenceKernels } from '#lib/networks/reference-kernels.ts';
import type { Slices } from '#lib/networks/slices.ts';
import { initialState, type Trainer, type TrainerTask } from '#lib/networks/trainer.ts';
import { wasmKernels } from '#lib/networks/wasm-kernels.ts';
import { nameOf, type Odd } from './lstm-shapes.ts';

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

/** All slices of some work without a breath. */
export function atOnce(slices: Slices): void {
  while (!slices.next().done);
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
