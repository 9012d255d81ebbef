import type { Offer } from './choose-trainer.ts';
import type { Kernels } from './kernels.ts';
import { processorTrainer } from './processor-trainer.ts';
import { referenceKernels } from './reference-kernels.ts';
import { wasmKernels } from './wasm-kernels.ts';
import { webgpuOffer } from './webgpu-offer.ts';

const wasm: Offer = {
  backend: 'wasm',
  refusal: async () => null,
  make: async (task) => processorTrainer('wasm', await wasmKernels(), task)
};

const processor: Offer = {
  backend: 'cpu',
  refusal: async () => null,
  make: async (task) => processorTrainer('cpu', referenceKernels('float32'), task)
};

/** What this browser may train on, the fastest by expectation first. */
export const offers: readonly Offer[] = [webgpuOffer(), wasm, processor];

/** What any worker may train on. */
export const processorOffers: readonly Offer[] = [wasm, processor];

/** The kernels that trained networks answer on: WASM, or TypeScript where a browser has no SIMD. */
export function predictingKernels(): Promise<Kernels> {
  return wasmKernels().catch(() => referenceKernels('float32'));
}
