import { expect, it } from 'vitest';
import { emptyHistory } from '#lib/cells/monitor/board/tail.ts';
import { painterOf } from '#lib/cells/monitor/board/view-paint.ts';
import { measurePlot } from '#lib/cells/monitor/board/view-plot.ts';

const words = { expected: 'expected', low: 'low', high: 'high', now: 'now' };

it('keeps a band and limits far beyond a line from pressing it flat', () => {
  const history = emptyHistory(['units']);
  for (let i = 0; i < 60; i++) {
    const width = i === 30 ? 200_000 : 5;
    const value = 30 + (i % 7);
    history.put((i + 1) * 1000, [[value], [33], [33 - width], [33 + width]], 0);
  }
  const shown = { from: 0, to: 60_000, columns: 600, step: 1000 };
  const limits = [40, 90].map((value) => ({ value, words: `over ${value}` }));
  const over = { anomalies: [], thresholds: limits, gaps: [], flags: [], shades: [] };
  const plot = measurePlot(painterOf(history, 'units'), 'units', shown, over, words);
  // The line goes from 30 to 36; its extent counts as at least half of its size.
  expect(plot.painted?.extent).toEqual({ min: 30 - 0.75 * 18, max: 36 + 0.75 * 18 });
  expect(plot.levels.map(({ value }) => value)).toEqual([40]);
  // What a cursor or a table reads is not cut.
  const [low, high] = plot.lines.map(({ values }) => [...values]);
  expect([low![30], high![30]]).toEqual([33 - 200_000, 33 + 200_000]);
  expect([low, high].map((line) => line!.filter(Number.isFinite).length)).toEqual([60, 60]);
  expect(low!.filter((value) => value === 28)).toHaveLength(59);
  expect(high!.filter((value) => value === 38)).toHaveLength(59);
});

it('tells pictures of two keys apart that have come equally far, followed or held', () => {
  const historyOf = (value: number) => {
    const history = emptyHistory(['units', 'lines']);
    for (let i = 0; i < 60; i++)
      history.put((i + 1) * 1000, [[value + (i % 7)], [33], [28], [38], [1], [1], [1], [1]], 0);
    return history;
  };
  const [north, south] = [historyOf(30), historyOf(90)];
  for (const to of [60_000, 20_000]) {
    const shown = { from: 0, to, columns: 600, step: 1000 };
    const revision = (history: typeof north, measure: string, step = 1000) =>
      painterOf(history, measure).painted({ ...shown, step }).revision;
    expect(revision(south, 'units')).not.toBe(revision(north, 'units'));
    expect(revision(north, 'lines')).not.toBe(revision(north, 'units'));
    expect(revision(north, 'units', 0)).not.toBe(revision(north, 'units'));
    expect(revision(north, 'units')).toBe(revision(north, 'units'));
  }
});
