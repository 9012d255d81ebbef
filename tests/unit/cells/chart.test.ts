import { describe, expect, test } from 'vitest';
import { toRows, type Field } from '#lib/base/columns.ts';
import { aggregated } from '#lib/cells/chart/aggregate.ts';
import chart, { type ChartReport } from '#lib/cells/chart/index.ts';
import run from '#lib/cells/chart/run.ts';
import { readSpec, type JsonMap } from '#lib/cells/chart/walk.ts';
import type { CellKind } from '#lib/cells/core/define.ts';
import { runSqlKindForTest, type TestCase } from '../../support/duckdb.ts';
import { codesOf, sharedDuckDb } from './support.ts';

const fields: Field[] = [
  { name: 'day', type: 'date' },
  { name: 'sku', type: 'text' },
  { name: 'units', type: 'integer' }
];

const bars = (encoding: JsonMap): JsonMap => ({ data: { name: 't' }, mark: 'bar', encoding });
const sum = { aggregate: 'sum', field: 'units' };

describe('what a specification reads', () => {
  const used = (spec: JsonMap) => readSpec(spec).uses.map((u) => `${u.relation}.${u.field}`);

  test('fields of encodings, conditions, sorts and expressions', () => {
    expect(
      used(
        bars({
          x: { field: 'a', sort: { field: 'b' } },
          y: { field: 'c\\.d' },
          color: { condition: { test: 'datum.e > datum["f g"]', field: 'h' }, value: 'red' }
        })
      )
    ).toEqual(['t.a', 't.b', 't.c.d', 't.e', 't.f g', 't.h']);
  });

  test('columns of transforms, without those that they make', () => {
    const spec = {
      ...bars({ x: { field: 'total' }, y: { field: 'sku' } }),
      transform: [
        { filter: 'datum.units > 0' },
        { aggregate: [{ op: 'sum', field: 'units', as: 'total' }], groupby: ['sku'] }
      ]
    };
    expect(used(spec)).toEqual(['t.units', 't.units', 't.sku', 't.sku']);
  });

  test('layers inherit data; lookups, own data sets and nested views have theirs', () => {
    const spec = {
      data: { name: 'a' },
      datasets: { own: [] },
      transform: [{ lookup: 'k', from: { data: { name: 'b' }, key: 'id', fields: ['label'] } }],
      layer: [
        { mark: 'line', encoding: { x: { field: 'x' }, y: { field: 'label' } } },
        { data: { name: 'own' }, mark: 'rule', encoding: { y: { field: 'limit' } } },
        { data: { values: [{ v: 1 }] }, mark: 'rule', encoding: { y: { field: 'v' } } }
      ]
    };
    expect(readSpec(spec).relations).toEqual(['a', 'b']);
    expect(used(spec)).toEqual(['a.k', 'b.id', 'b.label', 'a.x']);
  });
});

describe('the body', () => {
  const codes = (spec: unknown) =>
    codesOf(chart.body.parse(JSON.stringify(spec, null, 1), {}).problems);

  test('refuses what would be loaded from an address', () => {
    expect(codes({ data: { url: 'x.csv' }, mark: 'bar' })).toEqual(['chart.url']);
    const image = { ...bars({ url: { field: 'sku' } }), mark: 'image' };
    expect(codes(image)).toEqual(['chart.url']);
    expect(
      codes({ layer: [{ data: { name: 't' }, mark: { type: 'image', url: '//x/y.png' } }] })
    ).toEqual(['chart.url']);
    expect(codes({ mark: 'bar' })).toEqual(['chart.no-data']);
  });

  test('keeps selection_as out of the specification and says so', () => {
    const { config, problems } = chart.body.parse(
      '{"data":{"name":"t"},"mark":"bar","selection_as":"s"}',
      {}
    );
    expect(problems).toMatchObject([{ code: 'chart.selection', severity: 'warning' }]);
    expect(config?.spec).not.toHaveProperty('selection_as');
  });
});

describe('aggregates in SQL', () => {
  test('groups by the plain fields and leaves finished sums alone', () => {
    const plan = aggregated(bars({ x: { field: 'sku' }, y: sum }), 't', fields)!;
    expect(plan.sql).toBe(
      'SELECT "sku" AS "sku", CAST(sum("units") AS DOUBLE) AS "sum of units" FROM "t" GROUP BY 1 ORDER BY 1'
    );
    expect(plan.spec['encoding']).toMatchObject({
      y: { aggregate: 'sum', field: 'sum of units', title: 'Sum of units' }
    });
  });

  test('cuts times to the unit', () => {
    const plan = aggregated(
      bars({
        x: { field: 'day', timeUnit: 'yearmonth' },
        y: { aggregate: 'mean', field: 'units' }
      }),
      't',
      fields
    )!;
    expect(plan.sql).toContain(`date_trunc('month', "day") AS "day"`);
    expect(plan.spec['encoding']).toMatchObject({ y: { aggregate: 'mean' } });
  });

  test('classes survive sums, not means', () => {
    const binned = (y: JsonMap) =>
      aggregated(bars({ x: { field: 'units', bin: true }, y }), 't', fields);
    expect(binned({ aggregate: 'count' })?.sql).toContain('count(*)');
    expect(binned({ aggregate: 'mean', field: 'units' })).toBeNull();
  });

  test('leaves alone what needs the rows', () => {
    const spec = bars({ x: { field: 'sku' }, y: sum });
    expect(
      aggregated({ ...spec, transform: [{ filter: 'datum.units > 0' }] }, 't', fields)
    ).toBeNull();
    expect(aggregated({ data: { name: 't' }, layer: [spec] }, 't', fields)).toBeNull();
    expect(
      aggregated(bars({ x: { field: 'sku' }, y: { field: 'units' } }), 't', fields)
    ).toBeNull();
    expect(
      aggregated(
        bars({ x: { field: 'sku', sort: { field: 'units', op: 'max' } }, y: sum }),
        't',
        fields
      )
    ).toBeNull();
  });
});

describe('the run', () => {
  const shared = sharedDuckDb();
  const runChart = (test: TestCase) => runSqlKindForTest(shared(), chart as CellKind, run, test);
  const t = 'day,sku,units\n2011-01-01,a,5\n2011-01-02,a,3\n2011-01-02,b,1';

  test('an unknown field is named with its nearest, on its line', async () => {
    const body = JSON.stringify(bars({ x: { field: 'sku' }, y: { field: 'unit' } }), null, 1);
    const { problems } = await runChart({ body, given: { t } });
    const line = body.split('\n').findIndex((l) => l.includes('"unit"')) + 1;
    expect(problems[0]).toMatchObject({
      code: 'chart.field-unknown',
      data: { field: 'unit', relation: 't', nearest: 'units' },
      span: { line }
    });
  });

  test('fills in types and fetches only the columns it draws', async () => {
    const body = JSON.stringify(bars({ x: { field: 'day' }, y: { field: 'units' } }));
    const report = (await runChart({ body, given: { t } })).report as ChartReport;
    expect(report.spec['encoding']).toMatchObject({
      x: { type: 'temporal' },
      y: { type: 'quantitative' }
    });
    expect(report.sources).toEqual([
      { relation: 't', sql: 'SELECT "day", "units" FROM "t"', rows: 3, shown: 3 }
    ]);
  });

  test('sums are those of all rows, and more rows than are drawn are told', async () => {
    await shared().createAs('many', 'SELECT i % 2 AS g, 1 AS one FROM range(60000) AS r(i)');
    const raw = { data: { name: 'many' }, mark: 'point', encoding: { x: { field: 'g' } } };
    const outcome = await runChart({ body: JSON.stringify(raw) });
    expect(codesOf(outcome.problems)).toEqual(['chart.cut']);
    const summed = {
      ...raw,
      mark: 'bar',
      encoding: { x: { field: 'g' }, y: { aggregate: 'sum', field: 'one' } }
    };
    const report = (await runChart({ body: JSON.stringify(summed) })).report as ChartReport;
    expect(report.sources[0]).toMatchObject({ rows: 2, shown: 2 });
    await shared().createAs('drawn', report.sources[0]!.sql);
    expect(toRows(await shared().read('drawn'))).toEqual([
      { g: 0, 'sum of one': 30_000 },
      { g: 1, 'sum of one': 30_000 }
    ]);
  });
});
