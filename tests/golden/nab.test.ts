import { describe, expect, test } from 'vitest';
import { novelty } from '#lib/analytics/anomaly/novelty.ts';
import { placesOf } from '#lib/cells/anomaly/season.ts';
import { nabHere, nabScore, readNab, type NabFile } from '../support/nab.ts';

const checkpoint = async () => {};

/** The causal score of each row; rows in the shadow of a greater one raise no alarm. */
async function noveltyOf({ times, values }: NabFile): Promise<Float64Array> {
  const places = placesOf(times, { name: '5m', unit: 'ms', size: 300_000 });
  const options = { prototypes: 400, refractory: 200, learning: 0, places, checkpoint };
  const { raw, shadowed } = await novelty(values, options);
  return raw.map((score, t) => (shadowed[t] || Number.isNaN(score) ? 0 : score));
}

/** REFERENCE.md, Live, NAB: a causal novelty detector reached 69.5 on all 58 files, 67.3 with thresholds of the other half. */
describe.skipIf(!nabHere)('novelty on the shared part of NAB, standard profile', () => {
  const files = nabHere ? readNab() : [];

  test('the scorer: nothing reported is 0, the left edges alone are 100, everything is far below 0', () => {
    const none = files.map(({ values }) => new Float64Array(values.length));
    expect(nabScore(files, none, 1).score).toBe(0);
    const edges = files.map(({ windows, values }, f) => {
      const scores = none[f]!.slice();
      for (const [from] of windows) scores[from] = 1;
      expect(values.length).toBe(scores.length);
      return scores;
    });
    expect(nabScore(files, edges, 1).score).toBeCloseTo(100, 9);
    expect(nabScore(files, edges).threshold).toBe(1);
    expect(nabScore(files, none, 0).score).toBeLessThan(-1000);
  });

  test('in sample, and with the threshold of the other half of the files', async () => {
    const scores: Float64Array[] = [];
    for (const file of files) scores.push(await noveltyOf(file));
    const inSample = nabScore(files, scores).score;
    const halves = [0, 1].map((half) => files.flatMap((_, i) => (i % 2 === half ? [i] : [])));
    const of = (half: number[]) => [half.map((i) => files[i]!), half.map((i) => scores[i]!)] as const;
    const otherHalf = halves.map((own, half) => {
      const { threshold } = nabScore(...of(halves[1 - half]!));
      return nabScore(...of(own), threshold).score;
    });
    console.info(`NAB part, novelty: in sample ${inSample.toFixed(1)}; other half ${otherHalf.map((s) => s.toFixed(1)).join(', ')}`);
    expect(inSample).toBeGreaterThan(68);
    for (const score of otherHalf) expect(score).toBeGreaterThan(58);
  });

  test('causal: what comes later changes no score', async () => {
    const { times, values } = files.find(({ name }) => name.includes('nyc_taxi'))!;
    const whole = await noveltyOf({ times, values } as NabFile);
    const part = await noveltyOf({ times: times.slice(0, 4000), values: values.slice(0, 4000) } as NabFile);
    expect(part).toEqual(whole.slice(0, 4000));
  });
});
