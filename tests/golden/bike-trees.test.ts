import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { planBacktest, tryModel } from '#lib/analytics/forecast/backtest.ts';
import { scoreTrials } from '#lib/analytics/forecast/metrics.ts';
import type { ModelOptions } from '#lib/analytics/forecast/model.ts';
import { modelNamed } from '#lib/analytics/forecast/models.ts';

const file = '../shared/data/bike-hourly/hour.csv';
const names = ['temp', 'hum', 'windspeed', 'weathersit', 'workingday', 'holiday'];

/** Bikes hired a day, and the day's mean of each regressor. */
function daily() {
  const [head, ...lines] = readFileSync(file, 'utf8').trim().split(/\r?\n/);
  const columns = head!.split(',');
  const days = new Map<string, { hours: number; count: number; sums: number[] }>();
  for (const line of lines) {
    const cells = line.split(',');
    const read = (name: string) => cells[columns.indexOf(name)]!;
    const day = days.get(read('dteday')) ?? { hours: 0, count: 0, sums: names.map(() => 0) };
    day.hours++;
    day.count += Number(read('cnt'));
    names.forEach((name, k) => (day.sums[k]! += Number(read(name))));
    days.set(read('dteday'), day);
  }
  const all = [...days.values()];
  return {
    values: Float64Array.from(all, ({ count }) => count),
    times: Float64Array.from(days.keys(), (day) => Date.parse(`${day}T00:00Z`)),
    regressors: {
      names,
      columns: names.map((_, k) => Float64Array.from(all, ({ sums, hours }) => sums[k]! / hours))
    }
  };
}

describe.skipIf(!existsSync(file))('bikes hired a day, by weather and calendar', () => {
  test('trees forecast two weeks better than the linear regression', () => {
    const { values, ...known } = daily();
    expect(values).toHaveLength(731);
    const learnt = values.subarray(0, 717);
    const plan = planBacktest(learnt.length, 400, { wanted: 3, step: 56, horizon: 14 });
    const mase = (more: Partial<ModelOptions>) => {
      const options = { season: 7, ...known, ...more };
      const { trials } = tryModel(modelNamed('regression')!, learnt, options, 14, plan);
      const plain = trials.map(({ origin, forecast: { yhat } }) => ({ origin, yhat, lower: [], upper: [] }));
      return scoreTrials(learnt, plain, [], 7).mase;
    };
    expect(mase({ trees: {} })).toBeLessThan(0.9 * mase({}));
  }, 60_000);
});
