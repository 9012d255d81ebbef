import { afterEach, expect, test, vi } from 'vitest';
import { columns, numeric, text, toRows } from '#lib/base/columns.ts';
import { Cancelled } from '#lib/base/problem.ts';
import { seeded } from '#lib/base/random.ts';
import kind from '#lib/cells/forecast/index.ts';
import part from '#lib/cells/forecast/part.ts';
import type { ForecastPreview } from '#lib/cells/forecast/preview.ts';
import run from '#lib/cells/forecast/run.ts';
import type { SeriesScore } from '#lib/cells/forecast/view-data.ts';
import { standingsOf } from '#lib/cells/forecast/view-standings.ts';
import type { Helpers } from '#lib/cells/core/context.ts';
import { createNetworkEngine } from '#lib/networks/engine.ts';
import { trainPortable } from '#lib/networks/portable.ts';
import { ipcFromColumns } from '#lib/relations/arrow.ts';
import { runKind } from './harness.ts';

afterEach(() => vi.restoreAllMocks());

const demand = (() => {
  const random = seeded(4);
  const rows = Array.from({ length: 20 * 30 }, (_, i) => ({
    sku: `s${i % 20}`,
    t: Math.floor(i / 20)
  }));
  return columns({
    sku: text(rows.map((r) => r.sku)),
    week: numeric(
      rows.map((r) => r.t),
      'integer'
    ),
    units: numeric(rows.map((r) => 20 + (r.t % 4) * 3 + 5 * random()))
  });
})();

let calledBack = 0;

/** Workers as they are over a channel: what goes there and back is copied, and they finish, or are called back, when they like. */
function helpers(count: number, hears: () => void): Helpers {
  const random = seeded(count);
  return {
    count,
    async ask(payload, onReport) {
      hears();
      await new Promise((resolve) => setTimeout(resolve, 5 * random()));
      if (random() < 0.1) return null;
      const context = {
        checkpoint: async () => {},
        note: () => undefined,
        report: (value: unknown) => onReport(structuredClone(value)),
        recalled: () => random() < 0.1,
        train: trainPortable
      };
      const answer = await part(structuredClone(payload) as never, context);
      if ('unfinished' in (answer as object)) calledBack++;
      return { answer: structuredClone(answer) };
    }
  };
}

async function withHelpers(body: string, count: number) {
  let asked = 0;
  const more = count === 0 ? {} : { helpers: helpers(count, () => asked++) };
  const networks = createNetworkEngine();
  const { tables, report, progress } = await runKind(kind, run, body, { demand }, networks, more);
  expect(asked > 0).toBe(count > 0);
  const bytes = Object.values(tables).map((t) => Buffer.from(ipcFromColumns(t)).toString('base64'));
  return { result: { report, bytes }, progress };
}

test('the tables and the report are the same bytes whatever the number of workers', async () => {
  const body = 'source: demand\ntime: week\nvalue: units\nby: sku\nseason: 4\nhorizon: 3';
  const { result } = await withHelpers(body, 0);
  for (const count of [1, 3]) expect((await withHelpers(body, count)).result).toEqual(result);
});

test('networks from several seeds are the same bytes whoever trains them, also half-way', async () => {
  const body = `source: demand
time: week
value: units
by: sku
season: 4
horizon: 3
models: [seasonal_naive, lstm]
lstm: { hidden: 6, window: 8, epochs: 6, seeds: 3, backend: wasm, patience: 5 }`;
  const { result } = await withHelpers(body, 0);
  expect(result.report.training.map(({ phase }) => phase)).toEqual(['backtest', 'final']);
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => (now += 30));
  for (const count of [1, 3]) {
    const { result: apart, progress } = await withHelpers(body, count);
    expect(apart).toEqual(result);
    expect(calledBack).toBeGreaterThan(0);
    const steps = progress.flatMap(({ figures }) => (figures ? [figures] : []));
    expect(steps.length).toBeGreaterThan(10);
    for (const { step, steps: all } of steps) expect(step).toBeLessThanOrEqual(all as number);
  }
});

test('ended early, the tables hold the series that are done, and say so', async () => {
  const body =
    'source: demand\ntime: week\nvalue: units\nby: sku\nseason: 4\nhorizon: 3\nmodels: [naive, ses]\noverrides: [{ sku: s9, time: 30, value: 1 }]';
  for (const count of [0, 2]) {
    const enough = new AbortController();
    const previews: ForecastPreview[] = [];
    const partly: unknown[] = [];
    const { tables, report } = await runKind(kind, run, body, { demand }, undefined, {
      enough: enough.signal,
      checkpoint: () => new Promise((resolve) => setTimeout(resolve, 2)),
      progress: ({ done }) => {
        if (done === 6) enough.abort();
      },
      preview: (make) => previews.push(make() as ForecastPreview),
      warn: (problem, options) => partly.push([problem.code, options]),
      ...(count === 0 ? {} : { helpers: helpers(count, () => undefined) })
    });
    const done = report.series;
    expect(done).toBeGreaterThanOrEqual(6);
    expect(done).toBeLessThan(20);
    expect(tables['out']!.length).toBe(3 * done);
    expect(tables['out_plan']!.length).toBe(33 * done);
    expect(partly).toEqual([['forecast.partial', { partial: true }]]);
    const last = previews.at(-1)!;
    expect(last.total).toBe(20);
    expect(last.series).toHaveLength(last.done);
    expect(previews.map((preview) => preview.done)).toEqual(previews.map((_, i) => i + 1));
    const mases = last.series.map(({ mase }) => mase!);
    expect(mases).toEqual([...mases].sort((a, b) => b - a));
  }
});

test('ended before any series is done, it is stopped', async () => {
  const enough = new AbortController();
  enough.abort();
  const body =
    'source: demand\ntime: week\nvalue: units\nby: sku\nseason: 4\nhorizon: 3\nmodels: [naive, ses]';
  await expect(
    runKind(kind, run, body, { demand }, undefined, { enough: enough.signal })
  ).rejects.toThrow(Cancelled);
});

test('what is shown of a run that is whole agrees with its tables', async () => {
  const body =
    'source: demand\ntime: week\nvalue: units\nby: sku\nseason: 4\nhorizon: 3\nmodels: [seasonal_naive, naive, ses]';
  const told: ForecastPreview[] = [];
  const { tables } = await runKind(kind, run, body, { demand }, undefined, {
    preview: (make) => told.push(make() as ForecastPreview)
  });
  const pooled = tables['out_pooled']!;
  const { done, standings, series } = told.at(-1)!;
  expect(told.map((each) => each.series.length)).toEqual(told.map((each) => each.done));
  expect(done).toBe(20);
  for (const [row, { mase, wape }] of toRows(pooled)
    .slice(0, standings.length)
    .map((r) => [r, standings.find(({ model }) => model === r['model'])!] as const)) {
    expect(mase).toBeCloseTo(row['mase'] as number, 9);
    expect(wape).toBeCloseTo(row['wape'] as number, 9);
  }
  const scores = toRows(tables['out_scores']!).map((row) => ({
    ...(row as unknown as SeriesScore),
    key: row['sku'] as string
  }));
  const finished = standingsOf(scores);
  expect(standings.map(({ model }) => model).sort()).toEqual([...finished.keys()].sort());
  for (const { model, series: own, won, against } of standings) {
    const same = finished.get(model)!;
    expect({ series: own, won }).toEqual({ series: same.series, won: same.won });
    expect(against).toBeCloseTo(same.against!, 9);
  }
  const natures = new Map(toRows(tables['out_series']!).map((row) => [row['sku'], row]));
  for (const { key, nature } of series) {
    const { demand_class, adi, cv2 } = natures.get(key)!;
    expect(nature).toEqual({ demand: demand_class, adi, cv2 });
  }
});
