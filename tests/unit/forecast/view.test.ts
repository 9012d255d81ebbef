import { describe, expect, test } from 'vitest';
import type { Scalar } from '#lib/base/problem.ts';
import { diagnose } from '#lib/analytics/forecast/diagnostics.ts';
import { marginOf } from '#lib/analytics/forecast/margin.ts';
import { afterRun, movedWords } from '#lib/cells/forecast/view-moved.ts';
import { pooledSentences, sentencesOf, type Shown } from '#lib/cells/forecast/view-sentences.ts';
import { natureWords, seasonWords } from '#lib/cells/forecast/view-nature.ts';
import {
  demandTally,
  orderedSeries,
  tallyOf,
  type SeriesScore
} from '#lib/cells/forecast/view-data.ts';
import {
  addOverride,
  overridesFor,
  removeOverride,
  resetOverrides
} from '#lib/cells/forecast/view-plan.ts';
import { bestForAll, standingsOf } from '#lib/cells/forecast/view-standings.ts';
import { forecastEn } from '#lib/messages/forecast.en.ts';

const voice = { words: forecastEn.because, lang: 'en' };

const score = (key: string, model: string, mase: number | null, chosen = false): SeriesScore => ({
  key,
  model,
  mase,
  criterion: mase,
  wape: 0.1,
  bias: 0,
  coverage: [0.8],
  origins: 5,
  chosen
});

describe('lists of series', () => {
  const entries = ['a 10', 'a 9', 'b 1'].map((key, i) => ({
    key,
    parts: [key],
    model: 'ets',
    mase: [0.5, 2, null][i]!,
    volume: [1, 2, 3][i]!,
    nature: {
      demand: i === 2 ? ('lumpy' as const) : ('smooth' as const),
      adi: i === 2 ? 3.25 : 1,
      cv2: i === 2 ? 0.7 : 0.1,
      seasonal: i === 0,
      season: [12, 7, 1][i]!
    }
  }));
  const keys = (...args: [Parameters<typeof orderedSeries>[1], string]) =>
    orderedSeries(entries, ...args).map((entry) => entry.key);

  test('worst first, by name as people count, by volume, and searched by every word', () => {
    expect(keys('worst', '')).toEqual(['a 9', 'a 10', 'b 1']);
    expect(keys('name', '')).toEqual(['a 9', 'a 10', 'b 1']);
    expect(keys('volume', '')).toEqual(['b 1', 'a 9', 'a 10']);
    expect(keys('name', '1 A')).toEqual(['a 10']);
    expect(keys('name', 'zzz')).toEqual([]);
  });

  test('of one class of demand alone', () => {
    expect(demandTally(entries)).toEqual([
      ['smooth', 2],
      ['lumpy', 1]
    ]);
    expect(orderedSeries(entries, 'name', '', 'lumpy').map(({ key }) => key)).toEqual(['b 1']);
    expect(natureWords(entries[2]!.nature, forecastEn, 'en')).toBe(
      'Demand is lumpy: it comes in one of 3.25 rows (ADI, rare from 1.32 on), and its sizes have a CV² of 0.70 (varied from 0.49 on).'
    );
    const said = entries.map(({ nature }) => seasonWords(nature, 12, forecastEn));
    expect(said).toEqual([
      'The season of 12 rows shows.',
      'The season of 12 rows in use does not show. What comes round most clearly comes every 7 rows.',
      'The season of 12 rows in use does not show.'
    ]);
  });

  test('tallies say who won how often', () => {
    const scores = [score('x', 'ets', 1, true), score('y', 'ets', 1, true), score('y', 'ses', 2)];
    expect(tallyOf(scores)).toEqual([['ets', 2]]);
  });
});

const times = Float64Array.of(1, 2);
const shown = (ours: number[], theirs: number[], more: Partial<Shown> = {}): Shown => {
  const margin = marginOf(ours, theirs)!;
  const mean = theirs.reduce((a, b) => a + b, 0) / theirs.length;
  return {
    model: 'ets',
    select: 'mase',
    scores: [score('', 'ets', 0.8, true), score('', 'seasonal_naive', 1)],
    series: {
      name: 'ets',
      actual: { times, values: times },
      forecast: { times, values: Float64Array.of(100, 200) },
      intervals: [{ level: 80, low: Float64Array.of(90, 150), high: Float64Array.of(110, 250) }]
    },
    explanation: {
      description: 'ETS(A,N,N)',
      note: '',
      tried: [],
      coefficients: [
        { term: 'alpha', estimate: 0.3, error: null },
        { term: 'price', estimate: -4.21, error: 0.5 }
      ],
      components: [],
      checks: diagnose(
        Float64Array.from({ length: 40 }, (_, t) => Math.sin(t) + 3),
        1,
        1
      ),
      attribution: null,
      margin: { margin, share: margin.mean / mean }
    },
    ...more
  };
};

describe('sentences', () => {
  test('give the reason, the runner-up, the margin, the band, the errors and the drivers', () => {
    const text = sentencesOf(shown([1, 1.1, 0.9], [2, 2.2, 1.9]), voice).join('\n');
    expect(text).toContain('ets was chosen: its MASE of 0.8 over 5 origins is the lowest of 2');
    expect(text).toContain('The next, seasonal_naive, is off by 25.0 % more.');
    expect(text).toContain('50.8 % lower than that of seasonal naive; it was nearer at 3 of 3');
    expect(text).toMatch(/The margin is [\d.]+ times its standard error/);
    expect(text).toContain('expects 200, and 80 of 100 such actuals between 150 and 250');
    expect(text).toContain('25 % of the forecast on each side');
    expect(text).toContain('still follow each other (Ljung-Box, 8 lags, p < 0.001)');
    expect(text).toContain('lower than what came');
    expect(text).toContain('the level takes up 30.0 %');
    expect(text).toContain('price −4.21 ± 0.5');
  });

  test('do not call a margin within its error a margin, and one trial nothing', () => {
    expect(sentencesOf(shown([1, 3], [3, 1.5]), voice)[0]).toContain('could be chance');
    expect(sentencesOf(shown([1], [3]), voice)[0]).toContain('One trial says little.');
  });

  test('say when another model than the chosen is shown, when two tie, and when none was tested', () => {
    const naive = shown([1], [3], { model: 'seasonal_naive' });
    expect(sentencesOf(naive, voice)[0]).toContain('seasonal_naive is shown; ets was chosen.');
    const tied = [score('', 'ets', 1, true), score('', 'ses', 1)];
    expect(sentencesOf(shown([1], [3], { scores: tied }), voice)[0]).toContain('ses does as well');
    const kept = [score('', 'ets', 1, true), score('', 'ses', 0.9)];
    expect(sentencesOf(shown([1], [3], { scores: kept }), voice)[0]).toContain(
      'ets was kept: the MASE of ses is 10.0 % lower over 5 origins'
    );
    const beaten = [score('', 'ets', 1, true), score('', 'seasonal_naive', 0.9)];
    expect(sentencesOf(shown([1], [3], { scores: beaten }), voice)[0]).toContain(
      'the MASE of seasonal_naive is 10.0 % lower over 5 origins: on this series nothing beats it'
    );
    const untested = tied.map((s) => ({ ...s, origins: 0 }));
    expect(sentencesOf(shown([1], [3], { scores: untested }), voice)[0]).toContain('too short');
  });

  test('of many series compare the chosen with seasonal naive, series by series', () => {
    const scores = ['a', 'b', 'c'].flatMap((key, i) => [
      score(key, 'ets', 0.5 + i / 10, true),
      score(key, 'seasonal_naive', 1)
    ]);
    expect(pooledSentences(scores, voice)[0]).toContain('40.0 % lower');
    expect(pooledSentences(scores, voice)[0]).toContain('nearer in 3 of 3 series');
    expect(pooledSentences([score('a', 'ets', null, true)], voice)).toEqual([]);
  });
});

describe('standings over many series', () => {
  const scores = [
    score('easy', 'seasonal_naive', 0.5),
    score('easy', 'croston', 0.4, true),
    score('easy', 'ets', 0.45),
    score('hard', 'seasonal_naive', 2),
    score('hard', 'ets', 1, true)
  ];
  const standings = standingsOf(scores);

  test('measure each model against seasonal naive on its own series', () => {
    expect(standings.get('croston')).toMatchObject({ series: 1, won: 1, mase: 0.4 });
    expect(standings.get('croston')!.against).toBeCloseTo(-0.2, 12);
    expect(standings.get('ets')!.against).toBeCloseTo(1.45 / 2.5 - 1, 12);
    expect(standings.get('chosen')!.against).toBeCloseTo(1.4 / 2.5 - 1, 12);
  });

  test('name the best model that every series could have had', () => {
    expect(bestForAll(standings)?.model).toBe('ets');
    expect(pooledSentences(scores, voice)).toContain(
      'One model for all, ets, would have a mean MASE of 0.725 against 0.7.'
    );
    expect(bestForAll(standingsOf([score('a', 'ets', null, true)]))).toBeNull();
  });
});

test('what moved is told against the run before, and the same result moves nothing', () => {
  const first = { total: 100, mase: 0.8, models: 'ets 3', first: 1e12 };
  const once = afterRun(undefined, first);
  expect(movedWords(once, forecastEn, 'en')).toEqual([]);
  expect(afterRun(once, { ...first })).toBe(once);
  const twice = afterRun(once, { total: 110, mase: 0.7, models: 'ets 2, ses 1', first: 1e12 });
  expect(movedWords(twice, forecastEn, 'en')).toEqual([
    'the sum of all forecasts went from 100 to 110 (+10.0 %)',
    'the mean MASE from 0.8 to 0.7',
    'models chosen: before ets 3; now ets 2, ses 1'
  ]);
});

describe('overrides in the text', () => {
  type Item = Readonly<Record<string, Scalar>>;
  const cell = (overrides: readonly Item[], body: string) => ({
    name: 'f',
    kind: 'forecast',
    body,
    config: { overrides }
  });
  const written = () => {
    const calls: [readonly (string | number)[], unknown][] = [];
    const setField = (path: readonly (string | number)[], value: unknown) =>
      void calls.push([path, value]);
    return { calls, actions: { setField } as never };
  };
  const items: Item[] = [{ sku: 'a', value: 1 }, { sku: 'b', value: 2 }, { factor: 2 }];

  test('those of a series are found with their place in the list', () => {
    const own = overridesFor(cell(items, ''), ['sku'], ['b']);
    expect(own.map(({ index }) => index)).toEqual([1, 2]);
  });

  test('one more goes to the end of a list; a map alone becomes a list', () => {
    const list = written();
    addOverride(cell(items, 'overrides:\n  - { sku: a }\n'), list.actions, 'overrides', {
      value: 3
    });
    expect(list.calls).toEqual([[['overrides', 3], { value: 3 }]]);
    const map = written();
    addOverride(cell([{ value: 1 }], 'overrides: { value: 1 }'), map.actions, 'overrides', {
      value: 3
    });
    expect(map.calls).toEqual([[['overrides'], [{ value: 1 }, { value: 3 }]]]);
  });

  test('the last one taken out takes the key with it', () => {
    const { calls, actions } = written();
    removeOverride(cell(items, ''), actions, { list: 'overrides', index: 1 });
    removeOverride(cell([{ value: 1 }], ''), actions, { list: 'overrides', index: 0 });
    expect(calls).toEqual([
      [['overrides', 1], undefined],
      [['overrides'], undefined]
    ]);
  });

  test('a reset takes out those of the series alone, from both lists', () => {
    const { calls, actions } = written();
    const both = { ...cell(items, ''), config: { overrides: items, adjustments: [items[1]!] } };
    const own = overridesFor(both, ['sku'], ['b']);
    expect(own.map(({ list, index }) => [list, index])).toEqual([
      ['adjustments', 0],
      ['overrides', 1],
      ['overrides', 2]
    ]);
    resetOverrides(both, actions, ['sku'], own);
    expect(calls).toEqual([
      [['adjustments'], undefined],
      [['overrides'], [items[0], items[2]]]
    ]);
  });
});
