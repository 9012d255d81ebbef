import { version_core } from '@tensorflow/tfjs-core';
import type { NetworkEngine } from '#lib/analytics/forecast/network-engine.ts';
import { start, type BackendName } from './backends.ts';
import type { Offer } from './choose-trainer.ts';
import { createLstmEngine } from './lstm-engine.ts';
import { predictingKernels } from './offers.ts';
import { tfjsTrainer } from './tfjs-trainer.ts';

const offer = (backend: BackendName): Offer => ({
  backend,
  refusal: (_, forced) => start(backend, !forced),
  async make(task) {
    const refusal = await start(backend, false);
    if (refusal !== null) throw new Error(refusal);
    return tfjsTrainer(backend, task);
  }
});

/**
 * The LSTM trained by TensorFlow.js layers in the same loop, from the same first weights and on the same batches
 * as on kernels of our own, on whichever of its backends is right and fastest here. What it has learnt is
 * answered from on our kernels. On WASM and on the processor the same seed gives the same bytes.
 */
export function createTfjsEngine(): NetworkEngine {
  const offers = [offer('webgpu'), offer('wasm'), offer('cpu')];
  return createLstmEngine(offers, predictingKernels, `TensorFlow.js ${version_core}`);
}
