import type { ModelOptions } from '../model.ts';

/** A column of the regression that is known for every row, those to come included. */
export interface Term {
  readonly name: string;
  at(row: number): number;
}

/** Columns that enter together or not at all. */
export interface TermGroup {
  /** As it stands in the description. */
  readonly name: string;
  readonly terms: readonly Term[];
}

const day = 86_400_000;
/** Seasons up to this length get a column a place, longer ones waves. */
const longestDummies = 12;
const year = 365 * day;

/** What can be known of any row beforehand, the most telling group first. `rows` are the rows to learn from. */
export function knownGroups(options: ModelOptions, rows: number): TermGroup[] {
  const { season, regressors } = options;
  const own = (regressors?.names ?? []).map((name, k) => ({
    name: 'regressors',
    terms: [{ name, at: (row: number) => regressors!.columns[k]![row]! }]
  }));
  return [
    ...own,
    { name: 'trend', terms: [{ name: 'trend', at: (row) => row + 1 }] },
    ...seasonGroups(season, rows),
    ...calendarGroups(options, rows)
  ];
}

/** Indicators of the places after the first, or the first sines and cosines of the season (named as R's `fourier` does). */
function seasonGroups(season: number, rows: number): TermGroup[] {
  if (season < 2 || rows < 2 * season) return [];
  if (season <= longestDummies) {
    const terms = Array.from({ length: season - 1 }, (_, i): Term => ({
      name: `season${i + 2}`,
      at: (row) => (row % season === i + 1 ? 1 : 0)
    }));
    return [{ name: 'season', terms }];
  }
  const waves = season > 24 ? 4 : 6;
  const terms = Array.from({ length: waves }, (_, i): Term[] => {
    const angle = (2 * Math.PI * (i + 1)) / season;
    return [
      { name: `S${i + 1}-${season}`, at: (row) => Math.sin(angle * (row + 1)) },
      { name: `C${i + 1}-${season}`, at: (row) => Math.cos(angle * (row + 1)) }
    ];
  }).flat();
  return [{ name: `${waves} waves of ${season}`, terms }];
}

const weekdays = ['tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const months = [
  ...['february', 'march', 'april', 'may', 'june', 'july', 'august'],
  ...['september', 'october', 'november', 'december']
];

/** Day of the week and month of the year, where rows come often enough and the season does not say the same. */
function calendarGroups(options: ModelOptions, rows: number): TermGroup[] {
  const { weekday, month } = calendarOf(options, rows);
  const groups: TermGroup[] = [];
  if (weekday) {
    const terms = weekdays.map((name, i): Term => ({
      name,
      at: (row) => (weekday(row) === i + 1 ? 1 : 0)
    }));
    groups.push({ name: 'weekday', terms });
  }
  if (month) {
    const terms = months.map((name, i): Term => ({
      name,
      at: (row) => (month(row) === i + 1 ? 1 : 0)
    }));
    groups.push({ name: 'month', terms });
  }
  return groups;
}

/** Weekday (Monday = 0) and month (January = 0) of a row; null where they say nothing of their own. */
export function calendarOf({ season, times }: ModelOptions, rows: number) {
  if (!times || rows < 2) return { weekday: null, month: null };
  const span = times[rows - 1]! - times[0]!;
  const step = span / (rows - 1);
  const weekly = step <= day && season * step !== 7 * day && span >= 13 * day;
  const yearly = step <= 7 * day && season * step < 0.9 * year && span >= 1.5 * year;
  return {
    weekday: weekly ? (row: number) => (Math.floor(times[row]! / day) + 3) % 7 : null,
    month: yearly ? (row: number) => new Date(times[row]!).getUTCMonth() : null
  };
}
