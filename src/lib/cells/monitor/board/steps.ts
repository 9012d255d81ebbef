import type { MonitorConfig } from '../config.ts';
import type { MonitorReport } from '../report.ts';

/** The distance of windows, after which a line is broken; 0 for sessions, which have none. */
export function stepOf(config: MonitorConfig | null, report: MonitorReport | undefined): number {
  if (config) return config.window.kind === 'grid' ? config.window.slide : 0;
  const ends = report?.series[0]?.ends ?? [];
  let least = Infinity;
  for (let i = 1; i < ends.length; i++) least = Math.min(least, ends[i]! - ends[i - 1]!);
  return Number.isFinite(least) ? least : 0;
}

/** How long the season is that a detector of the measure was given; null where none was. */
export function seasonOf(config: MonitorConfig | null, measure: string): number | null {
  const detector = config?.detectors.find((d) => d.measure === measure);
  if (!detector || typeof detector.season !== 'number' || detector.season < 2) return null;
  const length = detector.season * detector.slide;
  return Number.isFinite(length) ? length : null;
}
