import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { scoreTrials } from '#lib/analytics/forecast/metrics.ts';
import { modelNamed } from '#lib/analytics/forecast/models.ts';
import { decompose } from '#lib/analytics/time/decompose.ts';
import { isSeasonal } from '#lib/analytics/time/season-test.ts';

const file = '../shared/data/m3-subset/m3_subset_long.csv';

interface M3 {
  readonly period: string;
  readonly season: number;
  readonly train: Float64Array;
  readonly all: Float64Array;
}

function load(): M3[] {
  const parts = new Map<string, { period: string; season: number; all: number[]; train: number }>();
  for (const line of readFileSync(file, 'utf8').trim().split('\n').slice(1)) {
    const [id, period, , season, , , , , part, value] = line.split(',');
    const entry = parts.get(id!) ?? { period: period!, season: Number(season), all: [], train: 0 };
    entry.all.push(Number(value));
    if (part === 'train') entry.train++;
    parts.set(id!, entry);
  }
  return [...parts.values()].map(({ period, season, all, train }) => ({
    period,
    season,
    train: Float64Array.from(all.slice(0, train)),
    all: Float64Array.from(all)
  }));
}

/** A model on the series seasonally adjusted where the 90 % test finds a season, as in the M competitions; `naive` gives NAIVE2. */
function adjusted({ train, season, all }: M3, model: string): Float64Array {
  const horizon = all.length - train.length;
  const indices = isSeasonal(train, season) ? decompose(train, season, true).indices : null;
  const index = (t: number) => (indices ? indices[t % season]! : 1);
  const plain = train.map((value, t) => value / index(t));
  const { yhat } = modelNamed(model)!.fit(plain, { season: 1 }).forecast(horizon);
  return yhat.map((value, h) => value * index(train.length + h));
}

const naive2 = (m3: M3) => adjusted(m3, 'naive');

function means(series: readonly M3[], forecast: (m3: M3) => Float64Array) {
  const scores = series.map((m3) =>
    scoreTrials(
      m3.all,
      [{ origin: m3.train.length, yhat: forecast(m3), lower: [], upper: [] }],
      [],
      m3.season
    )
  );
  const mean = (read: (s: (typeof scores)[number]) => number) =>
    scores.reduce((sum, s) => sum + read(s), 0) / scores.length;
  return { smape: mean((s) => s.smape), mase: mean((s) => s.mase) };
}

/** REFERENCE.md, Forecasting, line "M3 subset in data/m3-subset"; m3_subset_reference_accuracy.csv has the MASE. */
describe.skipIf(!existsSync(file))('the scorer on the M3 subset', () => {
  const series = existsSync(file) ? load() : [];
  const monthly = series.filter((m3) => m3.period === 'MONTHLY');
  const quarterly = series.filter((m3) => m3.period === 'QUARTERLY');

  test('NAIVE2 scores as published, monthly', () => {
    const { smape, mase } = means(monthly, naive2);
    expect(Math.abs(smape - 18.5504)).toBeLessThan(0.1);
    expect(Math.abs(mase - 1.0518)).toBeLessThan(0.01);
  });

  test('NAIVE2 scores as published, quarterly', () => {
    const { smape, mase } = means(quarterly, naive2);
    expect(Math.abs(smape - 9.6508)).toBeLessThan(0.2);
    expect(Math.abs(mase - 1.228)).toBeLessThan(0.03);
  });

  test('simple smoothing of the seasonally adjusted series scores as SINGLE did', () => {
    const single = (m3: M3) => adjusted(m3, 'ses');
    const m = means(monthly, single);
    const q = means(quarterly, single);
    expect(Math.abs(m.smape - 15.8721)).toBeLessThan(0.7);
    expect(Math.abs(q.smape - 9.6041)).toBeLessThan(0.7);
  });
});
