import { existsSync, readFileSync } from 'node:fs';

/** The shared part of the Numenta Anomaly Benchmark (MIT): 14 of its 58 files. */
const folder = '../shared/data/nab-part/';

export const nabHere = existsSync(folder);

export interface NabFile {
  readonly name: string;
  readonly times: Float64Array;
  readonly values: Float64Array;
  /** First and last row of each labelled window. */
  readonly windows: readonly (readonly [number, number])[];
  /** Rows that are not scored: 15 % of the file, at most 750. */
  readonly probation: number;
}

export function readNab(): NabFile[] {
  const labels = JSON.parse(
    readFileSync(`${folder}labels/combined_windows.json`, 'utf8')
  ) as Record<string, [string, string][]>;
  return Object.entries(labels)
    .filter(([name]) => existsSync(`${folder}data/${name}`))
    .map(([name, stretches]) => {
      const lines = readFileSync(`${folder}data/${name}`, 'utf8').trim().split(/\r?\n/).slice(1);
      const times = Float64Array.from(lines, (line) => timeOf(line.slice(0, line.indexOf(','))));
      const values = Float64Array.from(lines, (line) => Number(line.slice(line.indexOf(',') + 1)));
      const windows = stretches.map(
        ([from, to]) => [times.indexOf(timeOf(from)), times.indexOf(timeOf(to))] as const
      );
      return {
        name,
        times,
        values,
        windows,
        probation: Math.min(Math.floor(0.15 * lines.length), 750)
      };
    });
}

function timeOf(text: string): number {
  return Date.parse(`${text.slice(0, 19).replace(' ', 'T')}Z`);
}

/** What one scored row would earn as an alarm: its weight, and the window that holds it (−1 = none). */
interface Row {
  readonly score: number;
  readonly weight: number;
  readonly window: number;
}

const falseAlarm = 0.11;

/**
 * The standard profile of NAB (Lavin and Ahmad 2015): the earliest alarm of a window earns up to 1, a window
 * without one loses 1, an alarm outside costs up to 0.11, less just after a window; 0 = nothing reported,
 * 100 = perfect. `threshold` absent: the best one for these very files, which is how the published tables are made.
 */
export function nabScore(
  files: readonly NabFile[],
  scores: readonly Float64Array[],
  threshold?: number
): { readonly score: number; readonly threshold: number } {
  const rows: Row[] = [];
  let windows = 0;
  let reachable = 0;
  files.forEach((file, f) => {
    const found = new Set<number>();
    for (const row of rowsOf(file, scores[f]!, windows)) {
      rows.push(row);
      if (row.window >= 0) found.add(row.window);
    }
    windows += file.windows.length;
    reachable += found.size;
  });
  rows.sort((a, b) => b.score - a.score);
  const best = new Map<number, number>();
  let total = -reachable;
  let top = { score: total, threshold: Number.POSITIVE_INFINITY };
  for (let i = 0; i < rows.length;) {
    const at = rows[i]!.score;
    if (threshold !== undefined && !(at >= threshold)) break;
    for (; i < rows.length && rows[i]!.score === at; i++) {
      const { weight, window } = rows[i]!;
      if (window < 0) total += weight * falseAlarm;
      else {
        const before = best.get(window) ?? -1;
        const now = Math.max(before, weight);
        best.set(window, now);
        total += now - before;
      }
    }
    if (threshold === undefined && total > top.score) top = { score: total, threshold: at };
  }
  if (threshold !== undefined) top = { score: total, threshold };
  return {
    score: (100 * (top.score + reachable)) / (windows + reachable),
    threshold: top.threshold
  };
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
