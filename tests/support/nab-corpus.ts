import type { NabFile } from './nab-score.ts';

/** Reads the files that `labels` (combined_windows.json) names and `read` has; null where it has none. */
export function nabCorpus(labels: string, read: (file: string) => string | null): NabFile[] {
  const windows = JSON.parse(labels) as Record<string, [string, string][]>;
  return Object.entries(windows).flatMap(([name, stretches]) => {
    const text = read(name);
    return text === null ? [] : [nabFile(name, text, stretches)];
  });
}

function nabFile(name: string, text: string, stretches: readonly [string, string][]): NabFile {
  const lines = text.trim().split(/\r?\n/).slice(1);
  const times = Float64Array.from(lines, (line) => nabTime(line.slice(0, line.indexOf(','))));
  return {
    name,
    times,
    values: Float64Array.from(lines, (line) => Number(line.slice(line.indexOf(',') + 1))),
    windows: stretches.map(
      ([from, to]) => [times.indexOf(nabTime(from)), times.indexOf(nabTime(to))] as const
    ),
    probation: Math.min(Math.floor(0.15 * lines.length), 750)
  };
}

/** Milliseconds since 1970 of a time as NAB writes it. */
export function nabTime(text: string): number {
  return Date.parse(`${text.slice(0, 19).replace(' ', 'T')}Z`);
}
