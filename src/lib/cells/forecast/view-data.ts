import { toRows, vectorOf, type Value } from '#lib/base/columns.ts';
import type { DemandClass } from '#lib/analytics/time/demand-class.ts';
import { keyLabel } from '#lib/analytics/time/panel.ts';
import { ident } from '../core/sql.ts';
import type { ViewData } from '../core/view.ts';
import { seriesKey, seriesLimit } from '../core/view-series.ts';
import type { DemandNature, ListedSeries } from './listed.ts';

/** What the view has to know to ask for rows: the cell's name, the columns it was told, and its bands. */
export interface ForecastNames {
  readonly name: string;
  readonly time: string;
  readonly by: readonly string[];
  /** Ascending. */
  readonly levels: readonly number[];
}

/** Accuracy figures of one model on one series, or over many. */
export interface Score {
  readonly model: string;
  readonly mase: number | null;
  readonly wape: number | null;
  readonly bias: number | null;
  /** One for each level. */
  readonly coverage: readonly (number | null)[];
}

/** One row of NAME_scores. */
export interface SeriesScore extends Score {
  readonly key: string;
  /** By the measure of `select`. */
  readonly criterion: number | null;
  readonly origins: number;
  readonly chosen: boolean;
}

/** One series of a finished forecast. */
export interface SeriesEntry extends ListedSeries {
  /** Values of the `by` columns in words, as an override names them. */
  readonly parts: readonly string[];
  readonly nature: Nature;
}

/** How the demand of a series comes, and which season shows in it. */
export interface Nature extends DemandNature {
  /** Whether the season in use shows. */
  readonly seasonal: boolean;
  /** The length that shows most, 1 for none. */
  readonly season: number;
}

const figures = ({ levels }: ForecastNames) =>
  ['mase', 'wape', 'bias', ...levels.map((level) => ident(`coverage_${level}`))].join(', ');

/** All scores, one row a series and model; the key of a series is its `by` values in words. */
export async function scoresOf(
  data: ViewData,
  names: ForecastNames,
  select: string
): Promise<SeriesScore[]> {
  const table = await data.query(
    `SELECT ${seriesKey(names.by)} AS "key", model, ${figures(names)}, ${ident(select)} AS "criterion", origins, chosen FROM ${ident(`${names.name}_scores`)}`,
    seriesLimit
  );
  return toRows(table).map((row) => ({
    ...scoreOf(row, names),
    key: textOf(row['key']),
    criterion: numberOf(row['criterion']),
    origins: numberOf(row['origins']) ?? 0,
    chosen: row['chosen'] === true
  }));
}

/** Every model over all series, and the model `chosen`, as NAME_pooled has them. */
export async function pooledOf(data: ViewData, names: ForecastNames): Promise<Score[]> {
  const table = await data.query(
    `SELECT model, ${figures(names)} FROM ${ident(`${names.name}_pooled`)} WHERE level = 'series'`,
    1000
  );
  return toRows(table).map((row) => scoreOf(row, names));
}

/** Every series with its chosen model and what it forecasts in all. */
export async function seriesEntries(
  data: ViewData,
  names: ForecastNames,
  scores: readonly SeriesScore[]
): Promise<SeriesEntry[]> {
  const own = names.by.map((name) => `f.${ident(name)}`);
  const nature = 'n.demand_class, n.adi, n.cv2, n.season_shows, n.season_found';
  const table = await data.query(
    `SELECT ${[`${seriesKey(names.by, 'f')} AS "#key"`, ...own, 'sum(f.yhat) AS "#sum"', nature].join(', ')} FROM ${ident(names.name)} f JOIN ${ident(`${names.name}_series`)} n ON ${seriesKey(names.by, 'f')} = ${seriesKey(names.by, 'n')} GROUP BY ALL`,
    seriesLimit
  );
  const chosen = new Map(scores.flatMap((s) => (s.chosen ? [[s.key, s] as const] : [])));
  const vectors = names.by.map((name) => vectorOf(table, name)!);
  return toRows(table).map((row, i) => {
    const key = textOf(row['#key']);
    const score = chosen.get(key);
    return {
      key,
      parts: vectors.map((vector) => keyLabel([vector], i)),
      model: score?.model ?? '',
      mase: score?.mase ?? null,
      volume: numberOf(row['#sum']) ?? 0,
      nature: {
        demand: textOf(row['demand_class']) as DemandClass,
        adi: numberOf(row['adi']),
        cv2: numberOf(row['cv2']) ?? 0,
        seasonal: row['season_shows'] === true,
        season: numberOf(row['season_found']) ?? 1
      }
    };
  });
}

export type SeriesOrder = 'worst' | 'name' | 'volume';

const classes: readonly DemandClass[] = ['smooth', 'erratic', 'intermittent', 'lumpy'];

/** The classes of demand that there are, with how many series each has. */
export function demandTally(entries: readonly ListedSeries[]): (readonly [DemandClass, number])[] {
  return classes.flatMap((kind) => {
    const count = entries.filter(({ nature }) => nature.demand === kind).length;
    return count > 0 ? [[kind, count] as const] : [];
  });
}

/** The series whose key holds all words looked for, of one class of demand where one is asked for, in the order asked for. */
export function orderedSeries<T extends ListedSeries>(
  entries: readonly T[],
  order: SeriesOrder,
  search: string,
  demand: DemandClass | null = null
): T[] {
  const words = search.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const found = entries.filter(({ key, nature }) => {
    if (demand !== null && nature.demand !== demand) return false;
    const own = key.toLocaleLowerCase();
    return words.every((word) => own.includes(word));
  });
  const byName = (a: ListedSeries, b: ListedSeries) =>
    a.key.localeCompare(b.key, 'en', { numeric: true });
  return found.sort((a, b) => {
    if (order === 'name') return byName(a, b);
    const difference = order === 'volume' ? b.volume - a.volume : (b.mase ?? -1) - (a.mase ?? -1);
    return difference || byName(a, b);
  });
}

/** How many series chose each model, the most first. */
export function tallyOf(scores: readonly SeriesScore[]): (readonly [string, number])[] {
  const tally = new Map<string, number>();
  for (const { model, chosen } of scores) if (chosen) tally.set(model, (tally.get(model) ?? 0) + 1);
  return [...tally].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]));
}

/** Reads the measures of one row. */
export function scoreOf(row: Record<string, Value>, { levels }: ForecastNames): Score {
  return {
    model: textOf(row['model']),
    mase: numberOf(row['mase']),
    wape: numberOf(row['wape']),
    bias: numberOf(row['bias']),
    coverage: levels.map((level) => numberOf(row[`coverage_${level}`]))
  };
}

export function numberOf(value: Value | undefined): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

export function textOf(value: Value | undefined): string {
  return typeof value === 'string' ? value : '';
}
