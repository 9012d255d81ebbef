import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { boolean, columns, numeric, text } from '#lib/base/columns.ts';
import { evaluateBatch, typeOfExpression } from '#lib/analytics/stream/batch-scope.ts';
import { compile, holds } from '#lib/analytics/stream/evaluate.ts';
import { namesOf, parseExpression } from '#lib/analytics/stream/expression.ts';
import { parseMeasures } from '#lib/analytics/stream/measures.ts';
import { ProblemError } from '#lib/base/problem.ts';
import { exactValues, QuantileStore, sketchError } from '#lib/analytics/stream/quantile-store.ts';

const batch = columns({
  quantity: numeric([3, 5, null], 'integer'),
  'unit price': numeric([2.5, 2, 9]),
  country: text(['FR', 'DE', null]),
  express: boolean([true, null, false])
});
const values = (source: string) => [...evaluateBatch(parseExpression(source), batch, 'orders')];
const codeOf = (run: () => unknown) => {
  try {
    run();
  } catch (error) {
    if (error instanceof ProblemError) return error.problem.code;
    throw error;
  }
  return 'none';
};

/** Products first, then sums, both from the left. */
function arithmetic(first: number, rest: readonly (readonly [string, string])[]): number {
  const terms = [first];
  for (const [op, text] of rest) {
    const n = Number(text);
    const last = terms.length - 1;
    if (op === '*') terms[last]! *= n;
    else if (op === '/') terms[last]! /= n;
    else terms.push(op === '-' ? -n : n);
  }
  return terms.reduce((sum, term) => sum + term);
}

describe('expressions', () => {
  test('arithmetic goes by precedence and from the left', () => {
    const number = fc.integer({ min: 1, max: 99 }).map(String);
    const operators = fc.array(fc.tuple(fc.constantFrom('+', '-', '*', '/'), number), {
      maxLength: 8
    });
    fc.assert(
      fc.property(number, operators, (first, rest) => {
        const source = first + rest.map(([op, n]) => ` ${op} ${n}`).join('');
        const expected = arithmetic(Number(first), rest);
        const scope = { number: () => () => 0, text: () => () => null };
        expect(compile(parseExpression(source), scope)(0)).toBe(expected);
      })
    );
  });

  test('rows of a batch, with missing values spreading as in SQL', () => {
    expect(values('quantity * "unit price"')).toEqual([7.5, 10, Number.NaN]);
    expect(values('quantity > 3 or "unit price" > 3')).toEqual([0, 1, 1]);
    expect(values('quantity > 3 and "unit price" > 99')).toEqual([0, 0, 0]);
    expect(values('not (quantity == 3)')).toEqual([0, 1, Number.NaN]);
    expect(values("country = 'FR'")).toEqual([1, 0, Number.NaN]);
    expect(values('coalesce(quantity, 0) + abs(-1)')).toEqual([4, 6, 1]);
    expect(values('express')).toEqual([1, Number.NaN, 0]);
    expect(values('quantity / 0')).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  });

  test('a condition over a missing value does not hold', () => {
    expect([1, 0, Number.NaN].map(holds)).toEqual([true, false, false]);
  });

  test('whole numbers stay whole under + - *', () => {
    const type = (source: string) => typeOfExpression(parseExpression(source), batch);
    expect(type('quantity * 2 - 1')).toBe('integer');
    expect(type('quantity / 2')).toBe('number');
    expect(type('"unit price"')).toBe('number');
  });

  test('the names it stands on', () => {
    expect(namesOf(parseExpression('a + b * a > c'))).toEqual(['a', 'b', 'c']);
  });

  test.each(['', 'a +', '(a', 'a b', '3m', 'a ? b', 'sum(a'])('"%s" is refused', (source) => {
    expect(codeOf(() => parseExpression(source))).toBe('live.expression');
  });

  test('an unknown column is named with the nearest one; text is no number', () => {
    expect(codeOf(() => values('quantty'))).toBe('live.column');
    expect(codeOf(() => values('country + 1'))).toBe('live.text-number');
  });
});

describe('measures', () => {
  test('aggregates that are the same are kept once', () => {
    const plan = parseMeasures({ orders: 'count()', value: 'sum(x)', basket: 'sum(x) / count()' });
    expect(plan.aggregates.map((a) => a.name)).toEqual(['count', 'sum']);
  });

  test.each(['x', 'sum()', 'sum(x, y)', 'quantile(x)', 'quantile(x, 2)', 'foo(x)', 'sum(count())'])(
    '"%s" is refused',
    (source) => {
      expect(codeOf(() => parseMeasures({ m: source }))).toBe('live.expression');
    }
  );
});

describe('quantiles', () => {
  test('beyond the exact size they are right to the stated error, merged or not', () => {
    const store = new QuantileStore();
    const other = new QuantileStore();
    const n = exactValues + 1000;
    for (let i = 1; i <= n; i++) (i % 3 === 0 ? other : store).add(i ** 1.5 - 1000);
    expect([store.exact, other.exact]).toEqual([true, true]);
    store.merge(other);
    for (let i = n + 1; i <= 2 * n; i++) store.add(i ** 1.5 - 1000);
    expect(store.exact).toBe(false);
    for (const share of [0.001, 0.01, 0.25, 0.5, 0.95, 0.999]) {
      const exact = (1 + Math.floor(share * (2 * n - 1))) ** 1.5 - 1000;
      expect(Math.abs(store.quantile(share) - exact)).toBeLessThanOrEqual(
        sketchError * Math.abs(exact) + 1e-9
      );
    }
  });
});
