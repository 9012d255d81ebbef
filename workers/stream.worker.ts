import { serve } from '#lib/rpc/server.ts';
import { liveHandlers, mergeProgress } from '#lib/runtime/live-host.ts';
import type { StreamContract } from '#lib/runtime/worker-contracts.ts';

serve<StreamContract>(self, liveHandlers(), {
  combine: mergeProgress
});
