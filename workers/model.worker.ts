import { openFolderStore } from '#lib/base/folder-store.ts';
import { mergeProgress } from '#lib/rpc/merge.ts';
import { serve } from '#lib/rpc/server.ts';
import { computeHandlers } from '#lib/runtime/compute-host.ts';
import { SavedRuns } from '#lib/runtime/saved-runs.ts';
import type { ComputeContract } from '#lib/runtime/worker-contracts.ts';

serve<ComputeContract>(
  self,
  computeHandlers({
    saved: new SavedRuns(() => openFolderStore('runs')),
    async networks() {
      const { createNetworkEngine } = await import('#lib/networks/engine.ts');
      return {
        ...createNetworkEngine(),
        trainAutoencoder: async (...job) =>
          (await import('#lib/networks/tfjs-autoencoder.ts')).trainAutoencoder(...job)
      };
    }
  }),
  { combine: mergeProgress }
);
