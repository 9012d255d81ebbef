import type { SavedBytes, TrainedWeights } from '#lib/analytics/forecast/network-engine.ts';
import type { SeedTraining } from '#lib/analytics/forecast/train-seeds.ts';
import type { PartRun, SavedStates } from '#lib/cells/core/context.ts';
import { fail } from '#lib/problems/index.ts';

/** Trains one network, on the processor; its state comes back unfinished when the worker is wanted for something else. */
export const trainSeed: PartRun<SeedTraining, TrainedWeights> = async ({ name, training }, ctx) => {
  if (!ctx.train) throw fail('forecast.no-network', {});
  const end = await ctx.train(training, {
    async onStep(progress) {
      ctx.report(progress);
      await ctx.checkpoint();
    },
    halts: ctx.recalled,
    ...(ctx.enough ? { enough: ctx.enough } : {}),
    ...(ctx.saved ? { saved: savedIn(ctx.saved, name) } : {})
  });
  return 'halted' in end ? { unfinished: end.halted } : end;
};

/** The place of one training among what a run saves. */
export function savedIn({ load, save }: SavedStates, name: string): SavedBytes {
  return { load: () => load(name), save: (bytes) => save(name, bytes) };
}
