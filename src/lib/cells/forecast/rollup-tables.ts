import { numeric, take, text, vectorOf, type Columns, type Vector } from '#lib/base/columns.ts';
import { ScoreSums, type Scores } from '#lib/analytics/forecast/metrics.ts';
import { futureTimes } from '#lib/analytics/time/frequency.ts';
import type { SeriesResult } from './results.ts';
import type { Rolled } from './rollup.ts';
import { BandEnds, scoreColumns, timeVector, type TableContext } from './tables.ts';

/** The future rows of every sum. */
export function rollupTable(sums: readonly Rolled[], context: TableContext): Columns {
  const { panel, settings } = context;
  const { horizon, frequency, levels } = settings;
  const rows = sums.length * horizon;
  const times = new Float64Array(rows);
  const yhat = new Float64Array(rows);
  const ends = new BandEnds(levels, rows);
  for (const [i, { result }] of sums.entries()) {
    const judged = result.judged[0]!;
    times.set(futureTimes(result.series.times, frequency, horizon), i * horizon);
    yhat.set(judged.candidate.forecast.yhat, i * horizon);
    ends.set(judged.lower, judged.upper, i * horizon);
  }
  const each = sums.flatMap((sum) => new Array<Rolled>(horizon).fill(sum));
  return table([
    ...keyColumns(each, context),
    [panel.time, timeVector(times, panel.timeType)],
    ['yhat', numeric(yhat)],
    ...ends.columns(),
    ['series_count', counts(each)]
  ]);
}

/**
 * Accuracy over many series: at level `series` of each model and of the chosen ones, every step of every series
 * counting once; then of every sum, its forecast against the sum of what came.
 */
export function pooledTable(
  results: readonly SeriesResult[],
  sums: readonly Rolled[],
  context: TableContext
): Columns {
  const { levels, season } = context.settings;
  const pools = new Map<string, { readonly sums: ScoreSums; count: number }>();
  const add = (model: string, { series, judged }: SeriesResult, i: number) => {
    const pool = pools.get(model) ?? { sums: new ScoreSums(levels, season), count: 0 };
    pools.set(model, pool);
    pool.sums.add(series.values, judged[i]!.trials);
    pool.count++;
  };
  for (const result of results) {
    for (const [i, { candidate }] of result.judged.entries()) add(candidate.model, result, i);
  }
  for (const result of results) add('chosen', result, result.chosen);
  const own = [...pools].map(([model, pool]) => ({
    model,
    level: 'series',
    scores: pool.sums.scores(true),
    count: pool.count,
    result: null
  }));
  const rolled = sums.map((sum) => ({ ...sum, model: 'chosen', scores: scoresOf(sum) }));
  const every = [...own, ...rolled];
  return table([
    ...keyColumns(every, context),
    ['model', text(every.map(({ model }) => model))],
    ...scoreColumns(
      every.map(({ scores }) => scores),
      levels
    ),
    ['series_count', counts(every)]
  ]);
}

function scoresOf({ result }: Rolled): Scores {
  return result.judged[0]!.scores;
}

interface Keyed {
  readonly level: string;
  readonly result: SeriesResult | null;
}

/** The level, and the `by` columns: of the level's own column its value, missing in the others. */
function keyColumns(rows: readonly Keyed[], { source, panel }: TableContext): [string, Vector][] {
  return [
    ['level', text(rows.map(({ level }) => level))],
    ...panel.by.map((name): [string, Vector] => {
      const at = rows.map(({ level, result }) =>
        level === name && result ? result.series.row : -1
      );
      return [name, takeOrMissing(vectorOf(source, name)!, at)];
    })
  ];
}

/** The values at the rows given, missing at −1. */
function takeOrMissing(vector: Vector, rows: readonly number[]): Vector {
  if (vector.type === 'text' || vector.type === 'other') {
    return { ...vector, values: rows.map((row) => vector.values[row] ?? null) } as Vector;
  }
  const there = rows.map((row) => Math.max(0, row));
  const [taken] = take(
    { length: vector.values.length, names: ['key'], vectors: [vector] },
    there
  ).vectors;
  const valid = Uint8Array.from(rows, (row) => (row >= 0 && vector.valid?.[row] !== 0 ? 1 : 0));
  return { ...taken, valid } as Vector;
}

function counts(rows: readonly { readonly count: number }[]): Vector {
  return numeric(
    rows.map(({ count }) => count),
    'integer'
  );
}

function table(entries: readonly (readonly [string, Vector])[]): Columns {
  return {
    length: entries[0]?.[1].values.length ?? 0,
    names: entries.map(([name]) => name),
    vectors: entries.map(([, vector]) => vector)
  };
}
