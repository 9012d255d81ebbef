import { createLstmEngine } from './lstm-engine.ts';
import { processorOffers, predictingKernels } from './offers.ts';

/** Trains what a model worker has let go, on the processor. */
export const { train: trainPortable } = createLstmEngine(
  processorOffers,
  predictingKernels
).portable;
