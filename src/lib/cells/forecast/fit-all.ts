import type { Candidate } from '#lib/analytics/forecast/backtest.ts';
import type { SeriesTask } from '#lib/analytics/forecast/fit-series.ts';
import type { RunContext } from '#lib/cells/core/context.ts';
import { inParts } from '#lib/cells/core/parts.ts';
import { fitFew } from './fit-few.ts';

/** A part is long against the way to another worker and short against the whole. */
const mostPerPart = 8;
const wantedParts = 256;

/** Fits every series, a few at a time, here and in the workers that are idle. `total` counts the units of the whole cell, these the last. */
export async function fitAll(
  tasks: readonly SeriesTask[],
  total: number,
  ctx: RunContext
): Promise<(readonly Candidate[])[]> {
  const fitted: (readonly Candidate[])[] = [];
  const tell = (more: string) => {
    const done = total - tasks.length + fitted.length;
    const note = `series ${fitted.length} of ${tasks.length}${more}`;
    ctx.progress({ done, total, unit: 'series', note });
  };
  const size = Math.min(mostPerPart, Math.ceil(tasks.length / wantedParts));
  const parts = Array.from({ length: Math.ceil(tasks.length / size) }, (_, i) =>
    tasks.slice(i * size, (i + 1) * size)
  );
  for await (const answer of inParts(fitFew, parts, ctx, (model) => tell(`, ${model}`))) {
    fitted.push(...answer);
    tell('');
  }
  return fitted;
}
