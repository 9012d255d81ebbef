import type { NetworkEngine } from '#lib/analytics/forecast/network-engine.ts';
import { createLstmEngine } from './lstm-engine.ts';
import { offers, predictingKernels } from './offers.ts';

/** Trains on kernels of our own, or on TensorFlow.js where that is asked for; the latter is loaded on first use. */
export function createNetworkEngine(): NetworkEngine {
  const own = createLstmEngine(offers, predictingKernels);
  let tfjs: Promise<NetworkEngine> | null = null;
  const { plan } = own.portable;
  return {
    portable: {
      ...own.portable,
      plan: async (spec, data) => (data.engine === 'tfjs' ? null : plan(spec, data))
    },
    async train(spec, data, onStep, aids) {
      if (data.engine !== 'tfjs') return own.train(spec, data, onStep, aids);
      tfjs ??= import('./tfjs-engine.ts').then(({ createTfjsEngine }) => createTfjsEngine());
      return (await tfjs).train(spec, data, onStep, aids);
    }
  };
}
