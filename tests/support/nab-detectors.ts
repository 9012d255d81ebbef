import { seeded } from '#lib/base/random.ts';
import {
  defaultMethod,
  Detector,
  detectMethods,
  type DetectMethod
} from '#lib/analytics/stream/detect.ts';
import { methods } from '#lib/analytics/stream/detectors/methods.ts';
import { Refractory } from '#lib/analytics/stream/detectors/refractory.ts';
import { nabProfiles, nabScore, otherThresholds, type NabFile } from './nab-score.ts';

const day = 86_400_000;

/**
 * What a monitor with windows as long as the file's usual step would say of each row, with nothing set but the
 * method: the size of the score where it is the greatest of its incident, else 0.
 */
export function streamScores(file: NabFile, method: DetectMethod): Float64Array {
  const slide = usualStep(file.times);
  const detector = new Detector({
    measure: 'value',
    method,
    threshold: null,
    falseAlarms: null,
    history: 30,
    season: methods[method].season === 'auto' ? 'auto' : 0,
    slide,
    refractory: null,
    seed: 0,
    forecast: null
  });
  const { refractory } = methods[method];
  const windows = refractory === 'day' ? Math.max(10, Math.min(200, day / slide)) : refractory;
  const incident = new Refractory(Math.round(windows));
  let t = -Infinity;
  return file.values.map((value, row) => {
    t = Math.max(t + 1, Math.floor(file.times[row]! / slide));
    const score = Math.abs(detector.judge(0, t, value)?.score ?? 0);
    return incident.takes(t, score) ? score : 0;
  });
}

export interface NabLine {
  readonly name: string;
  /** By profile, with the threshold that is best for these files. */
  readonly inSample: readonly number[];
  /** By profile, with thresholds of the other half of the files (every other one by name). */
  readonly otherHalf: readonly number[];
  /** By profile, each file with the threshold of all others. */
  readonly otherFiles: readonly number[];
  /** By profile, at the threshold that a monitor has when nothing is said; NaN for baselines. */
  readonly asShipped: readonly number[];
}

/** Every method of a monitor, and the baselines that need no look at the data. */
export function nabTable(files: readonly NabFile[]): NabLine[] {
  const random = seeded(1, 'NAB baseline');
  const baselines = [
    line(
      'null: nothing said',
      files,
      files.map((f) => f.values.map(() => 0)),
      null
    ),
    line(
      'random scores',
      files,
      files.map((f) => f.values.map(() => random())),
      null
    )
  ];
  const lines = detectMethods
    .filter((method) => method !== 'forecast')
    .map((method) =>
      line(
        method === defaultMethod ? `${method} (the default)` : method,
        files,
        files.map((file) => streamScores(file, method)),
        methods[method].threshold
      )
    );
  return [...lines, ...baselines];
}

export function line(
  name: string,
  files: readonly NabFile[],
  scores: readonly Float64Array[],
  threshold: number | null
): NabLine {
  const alarming = scores.map((s) => s.map((score) => (score > 0 ? score : Number.NaN)));
  const profiles = Object.values(nabProfiles);
  return {
    name,
    inSample: profiles.map((profile) => nabScore(files, alarming, profile).score),
    otherHalf: profiles.map((p) => otherThresholds(files, alarming, p, (f) => f % 2)),
    otherFiles: profiles.map((p) => otherThresholds(files, alarming, p, (f) => f)),
    asShipped: profiles.map((p) =>
      threshold === null ? Number.NaN : nabScore(files, alarming, p, nextUp(threshold)).score
    )
  };
}

/** The least number above: an anomaly's score is greater than the threshold. */
function nextUp(x: number): number {
  return x + x * Number.EPSILON;
}

function usualStep(times: Float64Array): number {
  const steps = times.slice(1, 500).map((time, i) => time - times[i]!);
  return steps.sort()[steps.length >> 1]!;
}
