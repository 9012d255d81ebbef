import type { Scalar } from '#lib/base/problem.ts';
import { isSeasonal } from '#lib/analytics/time/season-test.ts';
import type { Panel, Series } from '#lib/analytics/time/panel.ts';
import type {
  ForecastNote,
  ForecastReport,
  LeaderboardRow,
  SeriesKey,
  TrainingCurve
} from './report.ts';
import type { Judged, SeriesResult } from './results.ts';
import type { Settings } from './settings.ts';

export interface SummaryContext {
  readonly panel: Panel;
  readonly settings: Settings;
  readonly value: string;
  readonly skipped: number;
  readonly rollup: boolean;
  readonly training: readonly TrainingCurve[];
  readonly keyOf: (series: Series) => Scalar[];
}

const mostKeys = 8;

/** The small report that the view starts from. */
export function summarise(
  results: readonly SeriesResult[],
  { panel, settings, value, skipped, rollup, training, keyOf }: SummaryContext
): ForecastReport {
  const key = (result: SeriesResult): SeriesKey => {
    const chosen = result.judged[result.chosen]!;
    const { mase } = chosen.scores;
    return {
      label: result.series.label,
      key: keyOf(result.series),
      model: chosen.candidate.model,
      mase: Number.isNaN(mase) ? null : mase
    };
  };
  const keys = results.map(key);
  const worst = keys
    .filter((k) => k.mase !== null)
    .sort((a, b) => b.mase! - a.mase!)
    .slice(0, mostKeys);
  const leaderboard = leaders(results, settings);
  return {
    time: panel.time,
    value,
    by: panel.by,
    frequency: settings.frequency.name,
    season: settings.season,
    horizon: settings.horizon,
    levels: settings.levels,
    intervals: settings.intervals,
    select: settings.select,
    series: results.length,
    skipped,
    rollup,
    models: leaderboard.map((row) => row.model),
    leaderboard,
    first: keys.slice(0, mostKeys),
    worst,
    training,
    notes: [...settings.notes, ...seasonNotes(results, settings), ...bandNotes(results, settings)]
  };
}

function leaders(results: readonly SeriesResult[], settings: Settings): LeaderboardRow[] {
  const byModel = new Map<string, { judged: Judged[]; chosen: number }>();
  for (const { judged, chosen } of results) {
    for (const [i, j] of judged.entries()) {
      const entry = byModel.get(j.candidate.model) ?? { judged: [], chosen: 0 };
      entry.judged.push(j);
      if (i === chosen) entry.chosen++;
      byModel.set(j.candidate.model, entry);
    }
  }
  const rows = [...byModel].map(([model, { judged, chosen }]) => {
    const mean = (read: (j: Judged) => number) => meanOf(judged.map(read));
    return {
      criterion: mean((j) => j.scores[settings.select]) ?? Number.POSITIVE_INFINITY,
      row: {
        model,
        mase: mean((j) => j.scores.mase),
        wape: mean((j) => j.scores.wape),
        bias: mean((j) => j.scores.bias),
        coverage: settings.levels.map((_, l) => mean((j) => j.scores.coverage[l]!)),
        chosen,
        series: judged.length
      }
    };
  });
  return rows
    .sort((a, b) => (a.criterion === b.criterion ? 0 : a.criterion - b.criterion))
    .map(({ row }) => row);
}

function meanOf(values: readonly number[]): number | null {
  const present = values.filter((value) => !Number.isNaN(value));
  return present.length === 0 ? null : present.reduce((sum, v) => sum + v, 0) / present.length;
}

function seasonNotes(results: readonly SeriesResult[], { season }: Settings): ForecastNote[] {
  if (season < 2) return [];
  const found = results.filter(({ series }) => isSeasonal(series.values, season, 2)).length;
  return [{ code: 'season-shows', season, found, series: results.length }];
}

function bandNotes(results: readonly SeriesResult[], { intervals }: Settings): ForecastNote[] {
  const untested = results.filter((r) => r.judged[r.chosen]!.scores.origins === 0).length;
  return [
    { code: 'bands', from: intervals },
    ...(untested > 0 ? [{ code: 'untested' as const, untested, series: results.length }] : [])
  ];
}
