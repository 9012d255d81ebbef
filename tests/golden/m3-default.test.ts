import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { planBacktest, tryModel } from '#lib/analytics/forecast/backtest.ts';
import { ensembleOf } from '#lib/analytics/forecast/ensemble.ts';
import { scoreTrials } from '#lib/analytics/forecast/metrics.ts';
import { modelNamed, seriesModels } from '#lib/analytics/forecast/models.ts';
import { routeModels } from '#lib/analytics/forecast/route-models.ts';
import { frequencies } from '#lib/analytics/time/frequency.ts';
import type { Series } from '#lib/analytics/time/panel.ts';
import { judge, type Judged, type SeriesResult } from '#lib/cells/forecast/results.ts';
import type { Settings } from '#lib/cells/forecast/settings.ts';

const file = '../shared/data/m3-subset/m3_subset_long.csv';

interface M3 {
  readonly train: Float64Array;
  readonly all: Float64Array;
}

function load(period: string): M3[] {
  const parts = new Map<string, { all: number[]; train: number }>();
  for (const line of readFileSync(file, 'utf8').trim().split('\n').slice(1)) {
    const [id, its, , , , , , , part, value] = line.split(',');
    if (its !== period) continue;
    const entry = parts.get(id!) ?? { all: [], train: 0 };
    entry.all.push(Number(value));
    if (part === 'train') entry.train++;
    parts.set(id!, entry);
  }
  return [...parts.values()].map(({ all, train }) => ({
    train: Float64Array.from(all.slice(0, train)),
    all: Float64Array.from(all)
  }));
}

/** What `models: [auto]` makes of the training parts, ARIMA left out: it would take most of the time. */
function automatic(sets: readonly M3[], season: number, horizon: number): SeriesResult[] {
  const models = seriesModels.filter((model) => !/arima/.test(model.name));
  const options = { season };
  const settings: Settings = {
    names: ['auto'],
    levels: [80, 95],
    intervals: 'conformal',
    select: 'mase',
    frequency: frequencies.month,
    season,
    horizon,
    backtest: { wanted: 5, step: horizon, horizon },
    notes: []
  };
  const tried = sets.map(({ train }, i) => {
    const needs = (model: (typeof models)[number]) => model.needs(options);
    const route = routeModels({ values: train, season, wanted: ['auto'], explained: false, models, needs });
    const least = Math.max(...route.names.map((name) => modelNamed(name)!.needs(options)));
    const plan = planBacktest(train.length, least, settings.backtest);
    const fits = route.names.map((name) =>
      tryModel(modelNamed(name)!, train, options, horizon, plan)
    );
    const ensemble = ensembleOf(train, fits.filter((fit) => route.members.includes(fit.model)));
    const times = Float64Array.from(train, (_, t) => t);
    const rows = Int32Array.from(times);
    const series: Series = { label: String(i), row: 0, rows, times, values: train };
    return { ...route, series, candidates: ensemble ? [...fits, ensemble] : fits };
  });
  return judge(tried, settings);
}

function figures(sets: readonly M3[], results: readonly SeriesResult[], season: number, pick: (r: SeriesResult) => Judged) {
  let smape = 0;
  let mase = 0;
  const coverage = [0, 0];
  sets.forEach(({ train, all }, i) => {
    const { candidate, lower, upper } = pick(results[i]!);
    const trial = { origin: train.length, yhat: candidate.forecast.yhat, lower, upper };
    const scores = scoreTrials(all, [trial], [80, 95], season);
    smape += scores.smape / sets.length;
    mase += scores.mase / sets.length;
    coverage.forEach((_, l) => (coverage[l]! += scores.coverage[l]! / sets.length));
  });
  return { smape, mase, coverage };
}

const chosen = (result: SeriesResult) => result.judged[result.chosen]!;
const named = (name: string) => (result: SeriesResult) =>
  result.judged.find((j) => j.candidate.model === name) ?? chosen(result);
const combined = named('ensemble');

/** sMAPE of `forecast(ets(y))` on the same series: R 4.2.2, forecast 8.20. */
const etsOfR = { monthly: 14.625, quarterly: 9.5416 };

/** REFERENCE.md, Forecasting, line "M3 subset in data/m3-subset"; MASE from m3_subset_reference_accuracy.csv. */
describe.skipIf(!existsSync(file))('the default on the M3 subset is better than THETA', () => {
  test('monthly, with bands that hold what they state', () => {
    const sets = load('MONTHLY');
    const results = automatic(sets, 12, 18);
    for (const pick of [chosen, combined]) {
      const { smape, mase, coverage } = figures(sets, results, 12, pick);
      expect(smape).toBeLessThan(14.4421);
      expect(mase).toBeLessThan(0.8754);
      expect(Math.abs(coverage[0]! - 0.8)).toBeLessThan(0.03);
      expect(Math.abs(coverage[1]! - 0.95)).toBeLessThan(0.03);
    }
    expect(figures(sets, results, 12, named('ets')).smape).toBeLessThan(1.01 * etsOfR.monthly);
  }, 60_000);

  /**
   * The test part has smaller errors than any time before it: seasonal naive, which fits nothing, covers 89 % there.
   * Neither weights for recency nor other scores mend that without spoiling sets that hold: windows of Australian
   * retail turnover have 82/96 monthly and 81/95 quarterly. The standard error over these 100 series is 2.3.
   */
  test('quarterly; the last two years were calmer than those before, so the bands are wide', () => {
    const sets = load('QUARTERLY');
    const results = automatic(sets, 4, 8);
    for (const pick of [chosen, combined]) {
      const { smape, mase, coverage } = figures(sets, results, 4, pick);
      expect(smape).toBeLessThan(9.3365);
      expect(mase).toBeLessThan(1.1707);
      expect(coverage[0]).toBeGreaterThan(0.77);
      expect(coverage[0]).toBeLessThan(0.88);
      expect(Math.abs(coverage[1]! - 0.95)).toBeLessThan(0.03);
    }
    expect(figures(sets, results, 4, named('ets')).smape).toBeLessThan(etsOfR.quarterly);
  });
});
