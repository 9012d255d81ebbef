import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { modelNamed } from '#lib/analytics/forecast/models.ts';
import golden from './arima-m3.json' with { type: 'json' };

const file = `${process.env['SHARED_DATA'] ?? '../shared/data'}/m3-subset/m3_subset_long.csv`;
/** Every how many series are tried here; ARIMA_EVERY=1 tries them all, in a minute or so. */
const every = Number(process.env['ARIMA_EVERY'] ?? 10);

function training(): Map<string, Float64Array> {
  const lists = new Map<string, number[]>();
  for (const line of readFileSync(file, 'utf8').trim().split('\n').slice(1)) {
    const [id, period, , , , , , , part, value] = line.split(',');
    if (period !== 'MONTHLY' || part !== 'train') continue;
    const list = lists.get(id!) ?? [];
    list.push(Number(value));
    lists.set(id!, list);
  }
  return new Map([...lists].map(([id, list]) => [id, Float64Array.from(list)]));
}

describe.skipIf(!existsSync(file))(`automatic SARIMA against ${golden.made_with}`, () => {
  test('the same differences, and an AICc no more than 0.05 higher, on 95 % of the monthly M3 subset', () => {
    const series = training();
    const fits = golden.fits.filter((_, i) => i % every === 0);
    const higher = fits.flatMap(({ id, order, seasonal, aicc }) => {
      const fit = modelNamed('sarima')!.fit(series.get(id)!, { season: 12 });
      const [, d, D] = /^ARIMA\(\d,(\d),\d\)(?:\(\d,(\d),\d\))?/.exec(fit.description)!;
      const same = Number(d) === order[1] && Number(D ?? 0) === seasonal[1];
      return same && fit.aicc <= aicc + 0.05 ? [] : [{ id, ours: fit.aicc, theirs: aicc }];
    });
    expect(higher.length, JSON.stringify(higher)).toBeLessThanOrEqual(0.05 * fits.length);
  }, 300_000);
});
