import type { Candidate } from '#lib/analytics/forecast/backtest.ts';
import { fitSeries, type SeriesTask } from '#lib/analytics/forecast/fit-series.ts';
import type { PartRun } from '#lib/cells/core/context.ts';

/** Fits a few series. */
export const fitFew: PartRun<readonly SeriesTask[], readonly (readonly Candidate[])[]> = async (
  tasks,
  ctx
) => {
  const fitted: Candidate[][] = [];
  for (const task of tasks) {
    const each = await fitSeries(task, async (model) => {
      ctx.note(model);
      await ctx.checkpoint();
    });
    fitted.push(each);
  }
  return fitted;
};
