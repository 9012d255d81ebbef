import type { Standing } from './listed.ts';
import type { Score, SeriesScore } from './view-data.ts';

/** Every model beside seasonal naive on the same series, so that one fitted to easy series alone does not lead. */
export function standingsOf(scores: readonly SeriesScore[]): ReadonlyMap<string, Standing> {
  const naive = new Map(
    scores.flatMap((s) => (s.model === 'seasonal_naive' ? [[s.key, s.mase] as const] : []))
  );
  const groups = new Map<string, SeriesScore[]>();
  const add = (model: string, score: SeriesScore) => {
    const group = groups.get(model);
    if (group) group.push(score);
    else groups.set(model, [score]);
  };
  for (const score of scores) {
    add(score.model, score);
    if (score.chosen) add('chosen', score);
  }
  return new Map(
    [...groups].map(([model, own]) => {
      const scaled = own.filter((s) => s.mase !== null);
      const both = scaled.filter((s) => typeof naive.get(s.key) === 'number');
      const theirs = mean(both.map((s) => naive.get(s.key)!));
      const ours = mean(both.map((s) => s.mase!));
      const standing: Standing = {
        model,
        series: own.length,
        won: own.filter((s) => s.chosen).length,
        mase: mean(scaled.map((s) => s.mase!)),
        against: ours === null || !theirs ? null : ours / theirs - 1
      };
      return [model, standing];
    })
  );
}

/** Models by their margin over seasonal naive on the same series where that was fitted, else by MASE; the best first. */
export function ranked<T extends Score>(
  rows: readonly T[],
  standings: ReadonlyMap<string, Standing>
): T[] {
  const naive = standings.has('seasonal_naive');
  const rank = ({ model, mase }: Score) =>
    naive ? (standings.get(model)?.against ?? 9) : (mase ?? Infinity);
  return [...rows].sort((a, b) => rank(a) - rank(b) || (a.mase ?? 0) - (b.mase ?? 0));
}

/** Of the models fitted to every series the one of lowest mean MASE. */
export function bestForAll(
  standings: ReadonlyMap<string, Standing>
): (Standing & { readonly mase: number }) | null {
  const all = standings.get('chosen')?.series ?? 0;
  let best: (Standing & { readonly mase: number }) | null = null;
  for (const each of standings.values()) {
    const { model, series, mase } = each;
    if (model === 'chosen' || series < all || mase === null) continue;
    if (!best || mase < best.mase) best = { ...each, mase };
  }
  return best;
}

function mean(values: readonly number[]): number | null {
  return values.length > 0 ? values.reduce((sum, v) => sum + v, 0) / values.length : null;
}
