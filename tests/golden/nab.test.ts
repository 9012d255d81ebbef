import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { novelty } from '#lib/analytics/anomaly/novelty.ts';
import { placesOf } from '#lib/cells/anomaly/season.ts';
import { nabHere, readNab } from '../support/nab.ts';
import { nabTime } from '../support/nab-corpus.ts';
import { line, streamScores } from '../support/nab-detectors.ts';
import { nabProfiles, nabScore, otherThresholds, type NabFile } from '../support/nab-score.ts';

const checkpoint = async () => {};
const { standard } = nabProfiles;

const published = JSON.parse(readFileSync('tests/golden/nab-published.json', 'utf8')) as {
  readonly scores: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly weights: { readonly file: string; readonly rows: Readonly<Record<string, readonly number[]>> };
};

/** Cases and sigmoid values of numenta/NAB, tests/unit/scorer_test.py at 222ee20e. */
describe('the scorer on the cases of NAB’s own tests', () => {
  const second = 0.8482836399575131 / 0.9866142981514305;
  const profile = { falseAlarm: 0.11, missed: 1.2 };
  test.each<[string, readonly number[], readonly (readonly [number, number])[], number, number]>([
    ['nothing there, nothing said', [0, 0, 0, 0, 0], [], 0, 0],
    ['false positives', [0, 1, 0, 1, 0], [], 0, -2 * 0.11],
    ['false negatives', [0, 0, 0, 0, 0, 0, 0], [[1, 2], [4, 5]], 0, -2 * 1.2],
    ['false positives in probation', [0, 1, 0, 1, 0], [], 4, 0],
    ['false positives before and after probation', [0, 1, 0, 1, 0], [], 3, -0.11],
    ['a true positive late in its window', [0, 0, 1, 0, 0, 0, 0], [[1, 2]], 0, second],
    ['and a window missed', [0, 0, 1, 0, 0, 0, 0], [[1, 2], [4, 5]], 0, second - 1.2],
    ['a true positive at the left edge', [0, 0, 0, 0, 1, 0, 0], [[4, 5]], 0, 1],
    ['the earliest counts', [0, 0, 0, 0, 1, 1, 0], [[4, 5]], 0, 1],
    ['two windows', [0, 0, 1, 0, 1, 0, 0], [[1, 2], [4, 5]], 0, second + 1]
  ])('%s', (name, alarms, windows, probation, expected) => {
    const values = Float64Array.from(alarms);
    const file: NabFile = { name, times: values, values, windows, probation };
    expect(nabScore([file], [values], profile, 0.5).raw).toBeCloseTo(expected, 12);
  });
});

describe.skipIf(!nabHere)('the shared part of NAB', () => {
  const files = nabHere ? readNab() : [];
  const none = () => files.map(({ values }) => new Float64Array(values.length));

  test('the scorer: nothing reported is 0, the left edges alone are 100, everything is far below 0', () => {
    expect(nabScore(files, none(), standard, 1).score).toBe(0);
    const edges = files.map(({ windows }, f) => {
      const scores = none()[f]!;
      for (const [from] of windows) scores[from] = 1;
      return scores;
    });
    for (const profile of Object.values(nabProfiles))
      expect(nabScore(files, edges, profile, 1).score).toBeCloseTo(100, 9);
    expect(nabScore(files, edges, standard).threshold).toBe(1);
    expect(nabScore(files, none(), standard, 0).score).toBeLessThan(-1000);
  });

  test('the scorer: rows cost what NAB stored for them, in all three profiles', () => {
    const file = files.find(({ name }) => name === published.weights.file)!;
    for (const [time, weights] of Object.entries(published.weights.rows)) {
      const scores = new Float64Array(file.values.length);
      scores[file.times.indexOf(nabTime(time))] = 1;
      Object.values(nabProfiles).forEach((profile, p) => {
        const { raw } = nabScore([file], [scores], profile, 1);
        expect(raw + profile.missed * file.windows.length).toBeCloseTo(weights[p]!, 12);
      });
    }
  });

  test('the default detector of a monitor: floors in sample, with thresholds of other files, and as shipped', () => {
    const scores = files.map((file) => streamScores(file, 'novelty'));
    const { inSample, otherHalf, otherFiles, asShipped } = line('novelty', files, scores, 3.5);
    const words = (list: readonly number[]) => list.map((s) => s.toFixed(1)).join(' / ');
    console.info(`NAB part, monitor default: in sample ${words(inSample)}; other half ${words(otherHalf)}; other files ${words(otherFiles)}; as shipped ${words(asShipped)}`);
    [82, 75, 86].forEach((least, p) => expect(inSample[p]).toBeGreaterThan(least));
    [78, 72, 83].forEach((least, p) => expect(otherHalf[p]).toBeGreaterThan(least));
    [80, 72, 85].forEach((least, p) => expect(otherFiles[p]).toBeGreaterThan(least));
    [75, 68, 80].forEach((least, p) => expect(asShipped[p]).toBeGreaterThan(least));
    const best = (name: string) => {
      const raw = files.reduce((sum, file) => sum + published.scores[name]![file.name]!, 0);
      return (100 * (raw + 32)) / 64;
    };
    expect(best('ARTime')).toBeCloseTo(83.8, 1);
    for (const name of ['CAD OSE (contextOSE)', 'Numenta HTM', 'Windowed Gaussian'])
      expect(otherHalf[0]).toBeGreaterThan(best(name) + 10);
  });

  test('novelty of the anomaly kind, in sample and with the threshold of the other half of the files', async () => {
    const scores: Float64Array[] = [];
    for (const file of files) scores.push(await noveltyOf(file));
    const inSample = nabScore(files, scores, standard).score;
    const otherHalf = otherThresholds(files, scores, standard, (f) => f % 2);
    console.info(`NAB part, novelty: in sample ${inSample.toFixed(1)}; other half ${otherHalf.toFixed(1)}`);
    expect(inSample).toBeGreaterThan(68);
    expect(otherHalf).toBeGreaterThan(60);
  });

  test('causal: what comes later changes no score', async () => {
    const taxi = files.find(({ name }) => name.includes('nyc_taxi'))!;
    const part = { ...taxi, times: taxi.times.slice(0, 4000), values: taxi.values.slice(0, 4000) };
    expect(await noveltyOf(part)).toEqual((await noveltyOf(taxi)).slice(0, 4000));
    expect(streamScores(part, 'novelty')).toEqual(streamScores(taxi, 'novelty').slice(0, 4000));
  });
});

/** The causal score of each row; rows in the shadow of a greater one raise no alarm. */
async function noveltyOf({ times, values }: NabFile): Promise<Float64Array> {
  const places = placesOf(times, { name: '5m', unit: 'ms', size: 300_000 });
  const options = { prototypes: 400, refractory: 200, learning: 0, places, checkpoint };
  const { raw, shadowed } = await novelty(values, options);
  return raw.map((score, t) => (shadowed[t] || Number.isNaN(score) ? 0 : score));
}
