import { frequencyNamed, futureTimes, type Frequency } from '#lib/analytics/time/frequency.ts';
import { formatTime, groupRows } from '#lib/analytics/time/panel.ts';
import { valueAt, vectorOf, type Columns, type NumericType } from '#lib/base/columns.ts';
import { hash128 } from '#lib/base/hash.ts';
import type { Span } from '#lib/base/problem.ts';
import { fail } from '#lib/problems/index.ts';
import type { JournalRow } from './journal.ts';
import type { Target } from './target.ts';

const day = 86_400_000;
const mostSteps = 100_000;

/** A forecast as it stands. */
export interface Champion extends Target {
  /** Where it begins, as `until` of the forecast names it: it was fitted to the rows before. Null over row numbers. */
  readonly until: string | null;
  /** Identifies its rows. */
  readonly print: string;
  /** Where a forecast fitted to the rows of all periods that have ended by a time begins; never before this one. */
  next(this: void, time: number): string | null;
}

/**
 * What a forecast is now: the models that were chosen, their mean error in the backtest, and where it begins. The latter
 * is what a refit moves and what taking it back restores, since the same rows, text and seed give the same forecast.
 */
export function championOf(
  name: string,
  { ahead, scores, series }: { ahead: Columns; scores: Columns; series: Columns },
  span: Span | undefined
): Champion {
  const at = ahead.names.indexOf('model');
  const said = scoresIn(name, scores, span);
  if (at < 1) throw fail('adjust.no-forecast', { name }, span);
  const times = vectorOf(ahead, ahead.names[at - 1]!)!;
  const print = printOf(ahead);
  if (times.type !== 'date' && times.type !== 'timestamp') {
    return { value: said.join(', ') || null, type: 'other', until: null, print, next: () => null };
  }
  const frequency = frequencyOf(series);
  const grid = gridOf(ahead, times.values, at - 1);
  const type = times.type;
  const until = grid.length > 0 ? written(grid[0]!, type) : null;
  const value = [...said, ...(until === null ? [] : [untilWords(until)])].join(', ') || null;
  const next = (time: number) =>
    grid.length > 0 ? written(latest(grid, time, frequency), type) : null;
  return { value, type: 'other', until, print, next };
}

/** How the journal writes where a forecast begins. */
export function untilWords(until: string): string {
  return `until ${until}`;
}

/**
 * The journal of a cell that refits. A refit leads to how the forecast was before the next one, or to how it is now; what
 * was taken back keeps what it had led to. A proposal moves `until` to the time of its trigger, each from the one before
 * it where no person approves.
 */
export function refitJournal(
  rows: readonly JournalRow[],
  champion: Champion,
  approve: 'human' | 'auto'
): JournalRow[] {
  const made = rows.filter((row) => row.decision === 'approved');
  let standing = { before: champion.value as string | null, from: champion.until };
  return rows.map((row): JournalRow => {
    const next = made[made.indexOf(row) + 1];
    if (row.decision === 'approved')
      return { ...row, after: next ? next.before : (champion.value as string | null) };
    if (row.decision !== 'proposed') return row;
    const until = champion.next(row.time);
    const after = until === null ? null : untilWords(until);
    const print = standing.from === champion.until ? champion.print : null;
    const proposed = {
      ...row,
      before: standing.before,
      after,
      value: until,
      refit: { from: standing.from, print }
    };
    if (approve === 'auto' && after !== null) standing = { before: after, from: until };
    return proposed;
  });
}

/** Whether the forecast that a refit replaced is there again, row for row; null if another one is. */
export function isRestored({ decision, refit }: JournalRow, champion: Champion): boolean | null {
  if (decision !== 'reverted' || !refit?.print || refit.from !== champion.until) return null;
  return refit.print === champion.print;
}

function scoresIn(name: string, scores: Columns, span: Span | undefined): string[] {
  const [model, chosen, mase] = ['model', 'chosen', 'mase'].map((c) => vectorOf(scores, c));
  if (!model || !chosen || !mase) throw fail('adjust.no-forecast', { name }, span);
  const counts = new Map<string, number>();
  let [sum, judged] = [0, 0];
  for (let row = 0; row < scores.length; row++) {
    if (valueAt(chosen, row) !== true) continue;
    const label = valueAt(model, row);
    if (typeof label !== 'string') continue;
    counts.set(label, (counts.get(label) ?? 0) + 1);
    const error = valueAt(mase, row);
    if (typeof error !== 'number' || !Number.isFinite(error)) continue;
    sum += error;
    judged++;
  }
  const several = [...counts.values()].reduce((a, b) => a + b, 0) > 1;
  const models = [...counts]
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, 3)
    .map(([label, count]) => (several ? `${label} × ${count}` : label));
  const error = judged === 0 ? [] : [`MASE ${Number((sum / judged).toPrecision(4))}`];
  return [...models, ...error];
}

/** The times that every series is forecast for, ascending: the first is where the last of them begins. */
function gridOf(ahead: Columns, times: Float64Array, keys: number): Float64Array {
  const begins = groupRows(ahead.vectors.slice(0, keys), ahead.length).map((rows) =>
    rows.reduce((least, row) => Math.min(least, times[row]!), Number.POSITIVE_INFINITY)
  );
  const first = Math.max(...begins);
  return Float64Array.from(new Set(times.filter((t) => t >= first))).sort();
}

/** The last time of a grid, and of the same steps after it, that is not after `time`; the first one if all are. */
function latest(grid: Float64Array, time: number, frequency: Frequency | null): number {
  const last = grid.at(-1)!;
  if (time < last) return grid.findLast((t) => t <= time) ?? grid[0]!;
  if (!frequency) return last;
  const least = frequency.unit === 'month' ? 28 * day * frequency.size : frequency.size;
  const steps = Math.min(mostSteps, Math.floor((time - last) / least));
  return futureTimes(grid, frequency, steps).findLast((t) => t <= time) ?? last;
}

/** The step of the series, which is the same for all of them. */
function frequencyOf(series: Columns): Frequency | null {
  const names = vectorOf(series, 'frequency');
  const name = names && series.length > 0 ? valueAt(names, 0) : null;
  return typeof name === 'string' ? frequencyNamed(name) : null;
}

function written(time: number, type: NumericType): string {
  return formatTime(time, type).replace(/ 00:00:00$/, '');
}

function printOf(ahead: Columns): string {
  const parts = ahead.vectors.map((vector) => vector.values.join(' '));
  return hash128([ahead.names.join(' '), ...parts].join('\n')).slice(0, 12);
}
