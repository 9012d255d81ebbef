import { formatNumber, formatPercent } from '#lib/base/format.ts';
import { isClear, marginOf, type Margin } from '#lib/analytics/forecast/margin.ts';
import type { ForecastSeries } from '#lib/charts/forecast-plot.ts';
import type { Messages } from '#lib/messages/en.ts';
import type { SeriesScore } from './view-data.ts';
import type { Explanation } from './view-explained.ts';
import { bestForAll, standingsOf } from './view-standings.ts';

type Words = Messages['views']['forecast']['because'];

/** The words and how numbers are written in them. */
export interface Voice {
  readonly words: Words;
  readonly lang: string;
}

/** What is known of the model shown for one series. */
export interface Shown {
  readonly model: string;
  /** All models of the series. */
  readonly scores: readonly SeriesScore[];
  /** The measure that chose. */
  readonly select: string;
  readonly series: ForecastSeries;
  readonly explanation: Explanation;
}

/** Why this model, how sure its forecast is, what its errors say and what drives it: one paragraph each, with numbers. */
export function sentencesOf(shown: Shown, voice: Voice): string[] {
  return [
    [...whySentences(shown, voice), ...marginSentences(shown, voice)],
    bandSentences(shown, voice),
    residualSentences(shown, voice),
    driverSentences(shown, voice)
  ].flatMap((sentences) => (sentences.length > 0 ? [sentences.join(' ')] : []));
}

/** How the chosen models of many series did against seasonal naive. */
export function pooledSentences(scores: readonly SeriesScore[], { words, lang }: Voice): string[] {
  const chosen = new Map(scores.flatMap((s) => (s.chosen ? [[s.key, s] as const] : [])));
  const naive = scores.filter((s) => s.model === 'seasonal_naive' && chosen.has(s.key));
  const margin = marginOf(
    naive.map((s) => chosen.get(s.key)!.mase ?? Number.NaN),
    naive.map((s) => s.mase ?? Number.NaN)
  );
  const scaled = naive.flatMap((s) => (s.mase === null ? [] : [s.mase]));
  const mean = scaled.reduce((sum, mase) => sum + mase, 0) / scaled.length;
  if (!margin || !(mean > 0)) return [];
  const share = against(margin.mean / mean, { words, lang });
  return [
    words.marginMany(share, margin.better, margin.trials),
    clearness(margin, { words, lang }),
    ...oneForAll(scores, { words, lang }),
    words.picked
  ];
}

/** The best model that every series could have had, where they did not all choose it. */
function oneForAll(scores: readonly SeriesScore[], { words, lang }: Voice): string[] {
  const standings = standingsOf(scores);
  const best = bestForAll(standings);
  const ours = standings.get('chosen')?.mase ?? null;
  if (!best || ours === null || best.won === best.series) return [];
  const write = (mase: number) => formatNumber(mase, lang, 3);
  return [words.oneForAll(best.model, write(best.mase), write(ours))];
}

function whySentences({ model, scores, select }: Shown, { words, lang }: Voice): string[] {
  const chosen = scores.find((s) => s.chosen);
  if (!chosen) return [];
  const other = model === chosen.model ? [] : [words.other(model, chosen.model)];
  if (scores.length === 1) return [words.only(chosen.model)];
  if (chosen.origins === 0) return [...other, words.untested(chosen.model)];
  const ranked = scores
    .filter((s) => s.criterion !== null && s.origins === chosen.origins)
    .sort((a, b) => a.criterion! - b.criterion!);
  const second = ranked.find((s) => s.model !== chosen.model);
  const measure = select.toUpperCase();
  const why =
    select === 'mase' && chosen.mase !== null
      ? words.best(chosen.model, formatNumber(chosen.mase, lang, 3), scores.length, chosen.origins)
      : words.measure(chosen.model, measure, scores.length, chosen.origins);
  const best = ranked[0];
  if (best && chosen.criterion !== null && best.criterion! < chosen.criterion) {
    const lead = formatPercent(1 - best.criterion! / chosen.criterion, lang);
    const say = /^(seasonal_)?naive$/.test(best.model) ? words.yardstick : words.kept;
    return [...other, say(chosen.model, measure, best.model, lead, chosen.origins)];
  }
  const share = second && chosen.criterion ? second.criterion! / chosen.criterion - 1 : -1;
  if (!second || share < 0) return [...other, why];
  const next =
    share < 0.0005
      ? words.tied(second.model)
      : words.second(second.model, formatPercent(share, lang));
  return [...other, why, next];
}

function marginSentences({ explanation }: Shown, voice: Voice): string[] {
  if (!explanation.margin) return [];
  const { margin, share } = explanation.margin;
  return [
    voice.words.margin(against(share, voice), margin.better, margin.trials),
    clearness(margin, voice)
  ];
}

function against(share: number, { words, lang }: Voice): string {
  const size = formatPercent(Math.abs(share), lang);
  if (Math.abs(share) < 0.0005) return words.same;
  return share > 0 ? words.lower(size) : words.higher(size);
}

function clearness(margin: Margin, { words, lang }: Voice): string {
  if (margin.trials < 2) return words.single;
  if (!isClear(margin)) return words.unclear;
  const ratio = Math.abs(margin.mean) / margin.error;
  return Number.isFinite(ratio) ? words.clear(formatNumber(ratio, lang, 1)) : words.unclear;
}

function bandSentences({ series, model, scores }: Shown, { words, lang }: Voice): string[] {
  const inner = series.intervals[0];
  const last = series.forecast.values.length - 1;
  const yhat = series.forecast.values[last];
  if (!inner || yhat === undefined) return [];
  const [low, high] = [inner.low[last]!, inner.high[last]!];
  const write = (value: number) => formatNumber(value, lang, digitsFor(high - low));
  const width = (high - low) / 2 / Math.abs(yhat);
  const even = Math.abs(high + low - 2 * yhat) <= (high - low) / 4;
  const held = scores.find((s) => s.model === model)?.coverage[0] ?? null;
  return [
    words.band(inner.level, write(low), write(high), write(yhat)),
    ...(even && Number.isFinite(width) ? [words.width(formatPercent(width, lang, 0))] : []),
    ...(held === null ? [] : [words.held(inner.level, formatPercent(held, lang, 0))])
  ];
}

/** Decimals that tell two ends of a span apart, and no more. */
export function digitsFor(span: number): number {
  return span > 0 ? Math.max(0, Math.min(6, 2 - Math.floor(Math.log10(span)))) : 2;
}

function residualSentences({ explanation }: Shown, { words, lang }: Voice): string[] {
  const { ljungBoxP, jarqueBeraP, lags, mean, meanError } = explanation.checks;
  const p = (value: number) =>
    value < 0.001 ? 'p < 0.001' : `p = ${formatNumber(value, lang, 3)}`;
  const out: string[] = [];
  if (!Number.isNaN(ljungBoxP)) {
    out.push(
      ljungBoxP < 0.05 ? words.pattern(p(ljungBoxP), lags) : words.white(p(ljungBoxP), lags)
    );
  }
  if (!Number.isNaN(jarqueBeraP)) {
    out.push(jarqueBeraP < 0.05 ? words.skewed(p(jarqueBeraP)) : words.normal(p(jarqueBeraP)));
  }
  if (Math.abs(mean) > 2 * meanError) {
    const size = formatNumber(Math.abs(mean), lang, digitsFor(Math.abs(mean)));
    out.push(words.biased(mean > 0 ? words.low(size) : words.high(size)));
  }
  return out;
}

function driverSentences({ explanation }: Shown, { words, lang }: Voice): string[] {
  const { coefficients } = explanation;
  const weights = (['alpha', 'beta', 'gamma'] as const).flatMap((name) => {
    const estimate = coefficients.find(({ term }) => term === name)?.estimate ?? null;
    return estimate === null ? [] : [words[name](formatPercent(estimate, lang))];
  });
  const tested = coefficients
    .filter(({ term, estimate, error }) => term !== 'intercept' && estimate !== null && error)
    .sort((a, b) => Math.abs(b.estimate! / b.error!) - Math.abs(a.estimate! / a.error!))
    .slice(0, 3)
    .map(({ term, estimate, error }) => {
      const write = (value: number) => formatNumber(value, lang, digitsFor(error!));
      return `${term} ${write(estimate!)} ± ${write(error!)}`;
    });
  return [
    ...(weights.length > 0 ? [words.weights(weights.join(', '))] : []),
    ...(tested.length > 0 ? [words.drivers(tested.join(', '))] : [])
  ];
}
