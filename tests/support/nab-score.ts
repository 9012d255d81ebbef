/** One labelled series of the Numenta Anomaly Benchmark. */
export interface NabFile {
  readonly name: string;
  readonly times: Float64Array;
  readonly values: Float64Array;
  /** First and last row of each labelled window. */
  readonly windows: readonly (readonly [number, number])[];
  /** Rows that are not scored: 15 % of the file, at most 750. */
  readonly probation: number;
}

/** What an alarm outside of the windows and a window without one cost; an alarm at its left edge earns 1. */
export interface NabProfile {
  readonly falseAlarm: number;
  readonly missed: number;
}

export const nabProfiles = {
  standard: { falseAlarm: 0.11, missed: 1 },
  'low FP': { falseAlarm: 0.22, missed: 1 },
  'low FN': { falseAlarm: 0.11, missed: 2 }
} as const satisfies Readonly<Record<string, NabProfile>>;

/** What one scored row would earn as an alarm: its weight, and the window that holds it (−1 = none). */
interface Row {
  readonly score: number;
  readonly weight: number;
  readonly window: number;
}

export interface NabScore {
  /** 0 = nothing reported, 100 = perfect. */
  readonly score: number;
  /** The sum before it is brought to that scale. */
  readonly raw: number;
  readonly threshold: number;
}

/**
 * The score of NAB (Lavin and Ahmad 2015): the earliest alarm of a window earns up to 1, a window without one
 * loses `missed`, an alarm outside costs up to `falseAlarm`, less just after a window. Without a `threshold`, the
 * best one for these very files, which is how the published tables are made. Rows of score NaN raise no alarm.
 */
export function nabScore(
  files: readonly NabFile[],
  scores: readonly Float64Array[],
  profile: NabProfile,
  threshold?: number
): NabScore {
  const { falseAlarm, missed } = profile;
  const rows: Row[] = [];
  let windows = 0;
  let reachable = 0;
  files.forEach((file, f) => {
    for (const row of rowsOf(file, scores[f]!, windows)) rows.push(row);
    windows += file.windows.length;
    reachable += file.windows.filter(([, to]) => to >= file.probation).length;
  });
  rows.sort((a, b) => b.score - a.score);
  const best = new Map<number, number>();
  let total = -missed * reachable;
  let top = { raw: total, threshold: Number.POSITIVE_INFINITY };
  for (let i = 0; i < rows.length;) {
    const at = rows[i]!.score;
    if (threshold !== undefined && !(at >= threshold)) break;
    for (; i < rows.length && rows[i]!.score === at; i++) {
      const { weight, window } = rows[i]!;
      if (window < 0) total += weight * falseAlarm;
      else {
        const before = best.get(window) ?? -missed;
        const now = Math.max(before, weight);
        best.set(window, now);
        total += now - before;
      }
    }
    if (threshold === undefined && total > top.raw) top = { raw: total, threshold: at };
  }
  if (threshold !== undefined) top = { raw: total, threshold };
  return { ...top, score: (100 * (top.raw + missed * reachable)) / (windows + missed * reachable) };
}

/** The score when each file is judged by the threshold that is best for the files of the other groups. */
export function otherThresholds(
  files: readonly NabFile[],
  scores: readonly Float64Array[],
  profile: NabProfile,
  groupOf: (file: number) => number
): number {
  const groups = [...new Set(files.map((_, f) => groupOf(f)))];
  const part = (keep: (group: number) => boolean) => {
    const own = files.flatMap((_, f) => (keep(groupOf(f)) ? [f] : []));
    return [own.map((f) => files[f]!), own.map((f) => scores[f]!)] as const;
  };
  let raw = 0;
  let windows = 0;
  for (const group of groups) {
    const { threshold } = nabScore(...part((g) => g !== group), profile);
    const own = part((g) => g === group);
    raw += nabScore(...own, profile, threshold).raw;
    for (const file of own[0]) windows += file.windows.length;
  }
  return (100 * (raw + profile.missed * windows)) / (windows + profile.missed * windows);
}

function rowsOf(file: NabFile, scores: Float64Array, offset: number): Row[] {
  const rows: Row[] = [];
  let next = 0;
  for (let i = 0; i < scores.length; i++) {
    while (next < file.windows.length && i > file.windows[next]![1]) next++;
    const open = file.windows[next];
    const inside = open !== undefined && i >= open[0];
    if (i < file.probation || Number.isNaN(scores[i]!)) continue;
    rows.push({
      score: scores[i]!,
      weight: inside ? early(i, open) : late(i, file.windows[next - 1]),
      window: inside ? offset + next : -1
    });
  }
  return rows;
}

/** 1 at the left edge of a window, near 0 at the right one. */
function early(row: number, [from, to]: readonly [number, number]): number {
  return sigmoid(-(to - row + 1) / (to - from + 1)) / sigmoid(-1);
}

/** −1 far from any window, less just after one. */
function late(row: number, before: readonly [number, number] | undefined): number {
  return before ? sigmoid((row - before[1]) / (before[1] - before[0])) : -1;
}

function sigmoid(x: number): number {
  return x > 3 ? -1 : 2 / (1 + Math.exp(5 * x)) - 1;
}
