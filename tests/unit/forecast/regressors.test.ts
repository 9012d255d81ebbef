import { describe, expect, test } from 'vitest';
import {
  columns,
  boolean,
  numeric,
  take,
  text,
  toRows,
  type Columns,
  type Vector
} from '#lib/base/columns.ts';
import { ProblemError } from '#lib/base/problem.ts';
import kind from '#lib/cells/forecast/index.ts';
import run from '#lib/cells/forecast/run.ts';
import { runKind } from './harness.ts';

const day = 86_400_000;
const start = Date.UTC(2024, 0, 1);
const skus = ['a', 'b'];
const date = (values: readonly number[]): Vector => ({
  type: 'date',
  values: Float64Array.from(values),
  valid: null
});

const price = (s: number, t: number) => 10 + s + ((t * 3) % 11);
const promotion = (t: number) => t % 6 === 2;

function rows(from: number, to: number, value: boolean): Columns {
  const keys = skus.flatMap((sku, s) =>
    Array.from({ length: to - from }, (_, i) => ({ sku, s, t: from + i }))
  );
  return columns({
    sku: text(keys.map((k) => k.sku)),
    day: date(keys.map((k) => start + k.t * day)),
    ...(value
      ? {
          units: numeric(
            keys.map((k) => 100 - 3 * price(k.s, k.t) + (promotion(k.t) ? 20 : 0) + ((k.t * 5) % 3))
          )
        }
      : {}),
    price: numeric(keys.map((k) => price(k.s, k.t))),
    promotion: boolean(keys.map((k) => promotion(k.t))),
    holiday: {
      ...date(keys.map((k) => start + k.t * day)),
      valid: Uint8Array.from(keys, (k) => (promotion(k.t) ? 1 : 0))
    } as Vector
  });
}

const source = rows(0, 40, true);
const future = rows(40, 44, false);
const body = (more = '') =>
  `source: sales\ntime: day\nvalue: units\nby: sku\nseason: 1\nhorizon: 4\nmodels: regression\nregressors: [price, promotion]\nfuture: plan\n${more}`;
const go = (plan: Columns, text = body(), sales = source) =>
  runKind(kind, run, text, { sales, plan });

const problemOf = async (promise: Promise<unknown>) => {
  try {
    await promise;
  } catch (error) {
    if (error instanceof ProblemError) return error.problem;
    throw error;
  }
  throw new Error('No problem came.');
};

describe('regressors', () => {
  test('reach the model: effects are found for each series, and the plan is followed', async () => {
    const { tables, warnings } = await go(future);
    expect(warnings).toEqual([]);
    for (const row of toRows(tables['out_models']!)) {
      const found = JSON.parse(row['parameters'] as string) as Record<string, number>;
      expect(found['price']).toBeCloseTo(-3, 0);
      expect(found['promotion']).toBeCloseTo(20, -1);
    }
    const yhat = toRows(tables['out']!).map((row) => Number(row['yhat']));
    skus.forEach((_, s) => {
      [0, 1, 2, 3].forEach((h) => {
        const expected = 101 - 3 * price(s, 40 + h) + (promotion(40 + h) ? 20 : 0);
        expect(Math.abs(yhat[4 * s + h]! - expected)).toBeLessThan(2);
      });
    });
  });

  test('of the rows forecast in the backtest are those that came', async () => {
    const { tables } = await go(future, body('backtest: { origins: 2 }'));
    for (const row of toRows(tables['out_backtest']!)) {
      expect(Math.abs(Number(row['yhat']) - Number(row['actual']))).toBeLessThan(4);
    }
  });

  test('a date marks a row as true does, and columns are found in any case', async () => {
    const flags = await go(future, body().replace('[price, promotion]', 'promotion'));
    const dates = await go(
      { ...future, names: ['SKU', 'Day', 'Price', 'promotion', 'Holiday'] },
      body().replace('[price, promotion]', 'holiday')
    );
    expect(toRows(dates.tables['out']!)).toEqual(toRows(flags.tables['out']!));
  });

  test('a plan without `by` holds for every series', async () => {
    const calendar = take(future, [0, 1, 2, 3]);
    const shared = {
      ...calendar,
      names: calendar.names.slice(1),
      vectors: calendar.vectors.slice(1)
    };
    const text = body().replace('[price, promotion]', 'promotion');
    const [one, each] = [await go(shared, text), await go(future, text)];
    expect(toRows(one.tables['out']!)).toEqual(toRows(each.tables['out']!));
  });

  test('a row missing in the plan leaves its series out and says which', async () => {
    const { warnings, tables } = await go(take(future, [0, 1, 2, 3, 4, 6, 7]));
    expect(warnings.map((w) => w.code)).toEqual(['demand.series-skipped']);
    expect(warnings[0]!.cause).toContain('no row at 2024-02-11 for series b');
    expect(tables['out']!.length).toBe(4);
    const found = await problemOf(go(take(future, [])));
    expect(found.code).toBe('forecast.future-rows');
    expect(found.cause).toBe('None of the 4 rows to forecast is there.');
  });

  test.each([
    ['forecast.no-future', body().replace('future: plan\n', '')],
    ['forecast.regressor-is-value', body().replace('[price, promotion]', 'units')],
    [
      'forecast.regressor-type',
      body().replace('by: sku\n', '').replace('[price, promotion]', 'sku')
    ],
    ['demand.no-column', body().replace('[price, promotion]', 'discount')]
  ])('%s', async (code, text) => {
    const single = take(
      source,
      Array.from({ length: 40 }, (_, i) => i)
    );
    expect((await problemOf(go(future, text, single))).code).toBe(code);
  });

  test('a missing value is told with its place, in the source or in the plan', async () => {
    const gappy = (table: Columns) => ({
      ...table,
      vectors: table.vectors.map((v, i) =>
        table.names[i] === 'price' ? ({ ...v, valid: new Uint8Array(table.length) } as Vector) : v
      )
    });
    const past = await problemOf(go(future, body(), gappy(source)));
    expect(past.message).toBe('Series a has no `price` at 2024-01-01 in `sales`.');
    const ahead = await problemOf(go(gappy(future)));
    expect(ahead.message).toBe('Series a has no `price` at 2024-02-10 in `plan`.');
  });

  test('two rows of the plan for one time are a problem', async () => {
    expect((await problemOf(go(take(future, [0, 0, 1, 2, 3])))).code).toBe('forecast.future-twice');
  });

  test('bring `regression` into auto, which does without it otherwise', async () => {
    const models = async (text: string) =>
      new Set(toRows((await go(future, text)).tables['out_models']!).map((row) => row['model']));
    expect(await models(body().replace('models: regression', 'models: auto'))).toContain(
      'regression'
    );
    const plain = body()
      .replace(/regressors.*\nfuture.*\n/, '')
      .replace('models: regression', '');
    expect(await models(plain)).not.toContain('regression');
  });
});
