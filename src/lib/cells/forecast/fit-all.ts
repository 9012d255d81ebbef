import type { Candidate } from '#lib/analytics/forecast/backtest.ts';
import type { SeriesTask } from '#lib/analytics/forecast/fit-series.ts';
import type { RunContext } from '#lib/cells/core/context.ts';
import { inParts } from '#lib/cells/core/parts.ts';
import { fitFew } from './fit-few.ts';

/** A part is long against the way to another worker and short against the whole. */
const mostPerPart = 8;
const wantedParts = 256;

/**
 * Fits every series, a few at a time, here and in the workers that are idle; null for those that were not done when the
 * reader had enough. `total` counts the units of the whole cell, these the last. `onFitted` is told of each in order.
 */
export async function fitAll(
  tasks: readonly SeriesTask[],
  total: number,
  ctx: RunContext,
  onFitted: (task: number, fits: readonly Candidate[]) => void
): Promise<(readonly Candidate[] | null)[]> {
  const fitted: (readonly Candidate[] | null)[] = [];
  /** Which series it is need only be said where other work is counted with them. */
  const tell = (model: string | null) => {
    const done = total - tasks.length + fitted.length;
    const place = total > tasks.length ? `series ${fitted.length} of ${tasks.length}` : null;
    const note = [place, model].filter((part) => part !== null).join(', ');
    ctx.progress({ done, total, unit: 'series', ...(note === '' ? {} : { note }) });
  };
  const size = Math.min(mostPerPart, Math.ceil(tasks.length / wantedParts));
  const parts = Array.from({ length: Math.ceil(tasks.length / size) }, (_, i) =>
    tasks.slice(i * size, (i + 1) * size)
  );
  let at = 0;
  for await (const answer of inParts(fitFew, parts, ctx, tell)) {
    const count = parts[at++]!.length;
    answer?.forEach((fits, i) => onFitted(fitted.length + i, fits));
    fitted.push(...(answer ?? new Array<null>(count).fill(null)));
    if (answer) tell(null);
  }
  return fitted;
}
