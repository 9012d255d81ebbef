import type { Scores } from './metrics.ts';

export type Criterion = 'mase' | 'rmsse' | 'wape' | 'pinball';

/**
 * The index of the model to use for a series: the lowest criterion among those tried at the most origins,
 * the first on a tie. Where the criterion says nothing (a constant series has no scale) the mean absolute
 * error decides; without any backtest the first candidate with a season wins, else the first.
 */
export function chooseModel(
  scores: readonly Scores[],
  criterion: Criterion,
  seasonal: readonly boolean[]
): number {
  const most = Math.max(...scores.map((s) => s.origins));
  if (most === 0) return Math.max(0, seasonal.indexOf(true));
  const fair = scores.flatMap((s, i) => (s.origins === most ? [i] : []));
  const usable = fair.every((i) => !Number.isNaN(scores[i]![criterion]));
  const measure = (i: number) => {
    const value = usable ? scores[i]![criterion] : scores[i]!.mae;
    return Number.isNaN(value) ? Number.POSITIVE_INFINITY : value;
  };
  return fair.reduce((best, i) => (measure(i) < measure(best) ? i : best));
}
