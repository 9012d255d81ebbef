import { serve } from '#lib/rpc/server.ts';
import { computeHandlers } from '#lib/runtime/compute-host.ts';
import type { ComputeContract } from '#lib/runtime/worker-contracts.ts';

serve<ComputeContract>(
  self,
  computeHandlers({
    async networks() {
      const { createNetworkEngine } = await import('#lib/networks/engine.ts');
      return {
        ...createNetworkEngine(),
        trainAutoencoder: async (...job) =>
          (await import('#lib/networks/tfjs-autoencoder.ts')).trainAutoencoder(...job)
      };
    }
  })
);
