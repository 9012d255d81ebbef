import { valueAt, vectorOf, type Columns } from '#lib/base/columns.ts';
import type { Span } from '#lib/base/problem.ts';
import { fail } from '#lib/problems/index.ts';
import type { Target } from './target.ts';

/** What a forecast is now: the models that were chosen and their mean error in the backtest, as one text. */
export function forecastState(name: string, scores: Columns, span?: Span): Target {
  const [model, chosen, mase] = ['model', 'chosen', 'mase'].map((c) => vectorOf(scores, c));
  if (!model || !chosen || !mase) throw fail('adjust.no-forecast', { name }, span);
  const counts = new Map<string, number>();
  let [sum, judged] = [0, 0];
  for (let row = 0; row < scores.length; row++) {
    if (valueAt(chosen, row) !== true) continue;
    const label = valueAt(model, row);
    if (typeof label !== 'string') continue;
    counts.set(label, (counts.get(label) ?? 0) + 1);
    const error = valueAt(mase, row);
    if (typeof error !== 'number' || !Number.isFinite(error)) continue;
    sum += error;
    judged++;
  }
  const several = [...counts.values()].reduce((a, b) => a + b, 0) > 1;
  const models = [...counts]
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, 3)
    .map(([label, count]) => (several ? `${label} × ${count}` : label));
  const error = judged === 0 ? [] : [`MASE ${Number((sum / judged).toPrecision(4))}`];
  return { value: [...models, ...error].join(', ') || null, type: 'other' };
}
