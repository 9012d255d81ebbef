import { serve } from '#lib/rpc/server.ts';
import { mergeProgress } from '#lib/rpc/merge.ts';
import { liveHandlers } from '#lib/runtime/live-host.ts';
import type { StreamContract } from '#lib/runtime/worker-contracts.ts';

serve<StreamContract>(self, liveHandlers(), {
  combine: mergeProgress
});
