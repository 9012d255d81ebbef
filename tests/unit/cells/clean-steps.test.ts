import { describe, expect, test } from 'vitest';
import type { Value } from '#lib/base/columns.ts';
import clean from '#lib/cells/clean/index.ts';
import run from '#lib/cells/clean/run.ts';
import { codesOf, rowsOf, sqlKind } from './support.ts';

const runClean = sqlKind(clean, run);

async function recipe(steps: string, csv: string, params = {}) {
  const body = `source: t\nsteps:\n${steps.replace(/^/gm, '  ')}`;
  return runClean({ body, given: { t: csv }, params });
}

async function rows(steps: string, csv: string): Promise<Value[][]> {
  return rowsOf(await recipe(steps, csv), 'example');
}

/** rows_before, rows_after, rows_changed of every step. */
async function account(steps: string, csv: string): Promise<Value[][]> {
  const outcome = await recipe(steps, csv);
  return rowsOf(outcome, 'example_steps').map((row) => row.slice(2));
}

const ms = (iso: string) => Date.parse(`${iso}Z`);

describe('dedupe', () => {
  const csv = 'k,x\na,1\nb,2\na,1\na,3\n,4\n,4';

  test('keeps the first of equal rows in the order of the rows; missing values are equal', async () => {
    expect(await rows('- dedupe: true', csv)).toEqual([
      ['a', 1],
      ['b', 2],
      ['a', 3],
      [null, 4]
    ]);
    expect(await account('- dedupe: {}', csv)).toEqual([[6, 4, 2]]);
  });

  test('keeps the last row of a key', async () => {
    expect(await rows('- dedupe: { by: k, keep: last }', csv)).toEqual([
      ['b', 2],
      ['a', 3],
      [null, 4]
    ]);
  });

  test('takes an order, in which missing values come last either way', async () => {
    const versions = 'k,v\na,2\na,9\na,\nb,\nb,1';
    expect(await rows('- dedupe: { by: k, order: v }', versions)).toEqual([
      ['a', 2],
      ['b', 1]
    ]);
    expect(await rows('- dedupe: { by: k, keep: last, order: v }', versions)).toEqual([
      ['a', 9],
      ['b', 1]
    ]);
    expect(await rows('- dedupe: { by: k, order: v desc }', versions)).toEqual([
      ['a', 9],
      ['b', 1]
    ]);
  });
});

describe('trim', () => {
  test('takes blanks of every sort off the ends; nothing but blanks is missing', async () => {
    const csv = 'a,b\n"  x\u00a0",1\n"   ",2\ny z,3';
    expect(await rows('- trim: a', csv)).toEqual([
      ['x', 1],
      [null, 2],
      ['y z', 3]
    ]);
    expect(await account('- trim: true', csv)).toEqual([[3, 3, 2]]);
  });

  test('refuses a column that holds no text', async () => {
    const { problems } = await recipe('- trim: b', 'a,b\nx,1');
    expect(problems[0]).toMatchObject({ code: 'prepare.column-type', span: { line: 3 } });
  });
});

describe('cast', () => {
  test('turns what does not read as the type into missing and tells how many', async () => {
    const csv = 'a,b\n1,x\nno,y\n3,z';
    const outcome = await recipe('- cast: { a: integer }', csv);
    expect(rowsOf(outcome, 'example')).toEqual([
      [1, 'x'],
      [null, 'y'],
      [3, 'z']
    ]);
    expect(outcome.problems[0]).toMatchObject({
      code: 'prepare.values-lost',
      severity: 'warning',
      data: { column: 'a', count: 1, example: 'no' },
      span: { line: 3 }
    });
    expect(rowsOf(outcome, 'example_steps')[0]!.slice(2)).toEqual([3, 3, 1]);
  });

  test('writes whole numbers without a fraction', async () => {
    expect(await rows('- cast: { a: text }', 'a\n17850.0\n2.5\n')).toEqual([['17850'], ['2.5']]);
  });

  test('names the types it knows', async () => {
    const { problems } = await recipe('- cast: { a: int }', 'a\n1');
    expect(problems[0]).toMatchObject({ code: 'config.value', span: { line: 3 } });
  });
});

describe('parse_date', () => {
  test('reads a date by its format, and a time where the format has one', async () => {
    const csv = 'd\n01/12/2010\n13/12/2010';
    expect(await rows('- parse_date: { column: d, format: "%d/%m/%Y" }', csv)).toEqual([
      [ms('2010-12-01')],
      [ms('2010-12-13')]
    ]);
    const times = 'd\n01/12/2010 08:26\nnever';
    const outcome = await recipe('- parse_date: { column: d, format: "%d/%m/%Y %H:%M" }', times);
    expect(rowsOf(outcome, 'example')).toEqual([[ms('2010-12-01T08:26')], [null]]);
    expect(codesOf(outcome.problems)).toEqual(['prepare.values-lost']);
  });

  test('takes the first of several formats that fits, and numbers', async () => {
    const csv = 'd,n\n1.2.2011,20111209\n2011-02-03,20111210';
    const steps =
      '- parse_date: { column: d, format: ["%Y-%m-%d", "%d.%m.%Y"] }\n- parse_date: { column: n, format: "%Y%m%d" }';
    expect(await rows(steps, csv)).toEqual([
      [ms('2011-02-01'), ms('2011-12-09')],
      [ms('2011-02-03'), ms('2011-12-10')]
    ]);
  });
});

describe('filter and drop_missing', () => {
  const csv = 'a,b\n1,x\n-2,y\n,z\n4,';

  test('filter drops what is false or missing', async () => {
    expect(await rows('- filter: a > 0 -- sold', csv)).toEqual([
      [1, 'x'],
      [4, null]
    ]);
    expect(await rows('- filter: [a > 0, b is not null]', csv)).toEqual([[1, 'x']]);
    expect(await account('- filter: a > 0', csv)).toEqual([[4, 2, 2]]);
  });

  test('filter takes parameters', async () => {
    const outcome = await recipe('- filter: a >= $least', csv, { least: 4 });
    expect(rowsOf(outcome, 'example')).toEqual([[4, null]]);
  });

  test('an error in the condition stands on its step', async () => {
    const { problems } = await recipe('- trim: b\n- filter: aa > 0', csv);
    expect(problems[0]).toMatchObject({ code: 'sql.no-column', span: { line: 4 } });
    const syntax = await recipe('- trim: b\n- filter: a >', csv);
    expect(syntax.problems[0]).toMatchObject({ code: 'sql.syntax', span: { line: 4 } });
  });

  test('drop_missing looks at any or all of the columns', async () => {
    expect(await rows('- drop_missing: a', csv)).toHaveLength(3);
    expect(await rows('- drop_missing: true', csv)).toEqual([
      [1, 'x'],
      [-2, 'y']
    ]);
    expect(await rows('- drop_missing: { columns: [a, b], how: all }', csv)).toHaveLength(4);
  });

  test('a column that is not there is named with its nearest', async () => {
    const { problems } = await recipe('- drop_missing: bb', csv);
    expect(problems[0]).toMatchObject({
      code: 'prepare.column-unknown',
      data: { column: 'bb', nearest: 'b', known: 'a, b' },
      span: { line: 3 }
    });
  });
});

describe('fill', () => {
  const csv = 'g,t,x\na,1,\na,2,2\na,3,\na,6,10\na,7,\nb,1,5\nb,2,\nc,1,';
  const x = async (step: string) => (await rows(`- fill: ${step}`, csv)).map((row) => row[2]);

  test('by a figure of all rows or of each group; a group without values stays missing', async () => {
    const mean = 17 / 3;
    expect(await x('{ column: x, with: mean }')).toEqual([mean, 2, mean, 10, mean, 5, mean, mean]);
    expect(await x('{ column: x, with: median, by: g }')).toEqual([6, 2, 6, 10, 6, 5, 5, null]);
  });

  test('by the most frequent value, of equally frequent ones the least', async () => {
    const modes = 'x\n3\n1\n3\n1\n2\n""';
    expect((await rows('- fill: { column: x, with: mode }', modes)).at(-1)).toEqual([1]);
  });

  test('forward and backward stay within the group', async () => {
    expect(await x('{ column: x, with: forward, by: g }')).toEqual([
      null,
      2,
      2,
      10,
      10,
      5,
      5,
      null
    ]);
    expect(await x('{ column: x, with: backward, by: g }')).toEqual([
      2,
      2,
      10,
      10,
      null,
      5,
      null,
      null
    ]);
  });

  test('forward follows an order that is not the order of the rows', async () => {
    const shuffled = 't,x\n3,\n1,7\n2,';
    expect(await rows('- fill: { column: x, with: forward, time: t }', shuffled)).toEqual([
      [3, 7],
      [1, 7],
      [2, 7]
    ]);
  });

  test('interpolates by row, or by distance in time, and not beyond the ends', async () => {
    expect(await x('{ column: x, with: interpolate, by: g }')).toEqual([
      null,
      2,
      6,
      10,
      null,
      5,
      null,
      null
    ]);
    expect(await x('{ column: x, with: interpolate, by: g, time: t }')).toEqual([
      null,
      2,
      4,
      10,
      null,
      5,
      null,
      null
    ]);
  });

  test('with a value, which must fit the column', async () => {
    expect(await x('{ column: x, value: 0 }')).toEqual([0, 2, 0, 10, 0, 5, 0, 0]);
    expect(await account('- fill: { column: x, value: 0 }', csv)).toEqual([[8, 8, 5]]);
    const { problems } = await recipe('- fill: { column: x, value: none }', csv);
    expect(problems[0]).toMatchObject({ code: 'prepare.value-type', span: { line: 3 } });
  });

  test('needs to know with what', async () => {
    const { problems } = await recipe('- fill: { column: x }', csv);
    expect(codesOf(problems)).toEqual(['config.missing']);
  });
});

describe('outliers', () => {
  const csv = 'g,x\na,1\na,2\na,3\na,4\na,100\nb,7\nb,7\nb,7\nb,';

  test('iqr fences are 1.5 quartile ranges away, per group', async () => {
    // quartiles of 1 2 3 4 100 are 2 and 4: fences -1 and 7
    expect(await rows('- outliers: { column: x, by: g }', csv)).toHaveLength(8);
    expect(await account('- outliers: { column: x, by: g, action: cap }', csv)).toEqual([
      [9, 9, 1]
    ]);
    expect((await rows('- outliers: { column: x, by: g, action: cap }', csv))[4]).toEqual(['a', 7]);
  });

  test('zscore uses the sample standard deviation', async () => {
    const flagged = await rows(
      '- outliers: { column: x, method: zscore, threshold: 1.7, by: g, action: flag }',
      csv
    );
    // (100 - 22) / 43.61 = 1.7885
    expect(flagged.map((row) => row[2])).toEqual([
      false,
      false,
      false,
      false,
      true,
      false,
      false,
      false,
      false
    ]);
    const none = await rows(
      '- outliers: { column: x, method: zscore, threshold: 1.79, by: g, action: flag }',
      csv
    );
    expect(none.some((row) => row[2] === true)).toBe(false);
  });

  test('mad is the median deviation scaled by 1.4826; without spread nothing is judged', async () => {
    // median 3, deviations 2 1 0 1 97 → mad 1.4826: fences 3 ± 3.5 · 1.4826
    const blanked = await rows(
      '- outliers: { column: x, method: mad, by: g, action: "null" }',
      csv
    );
    expect(blanked.map((row) => row[1])).toEqual([1, 2, 3, 4, null, 7, 7, 7, null]);
    const flat = 'x\n5\n5\n5\n9';
    expect(await rows('- outliers: { column: x, method: mad }', flat)).toHaveLength(4);
  });

  test('flags are counted as changed where they are true', async () => {
    expect(await account('- outliers: { column: x, by: g, action: flag }', csv)).toEqual([
      [9, 9, 1]
    ]);
  });
});

describe('normalise', () => {
  const csv = 'x,y\n1,5\n2,5\n3,5\n,5';

  test('zscore, minmax, robust and log1p; no spread gives 0', async () => {
    expect(await rows('- normalise: [x, y]', csv)).toEqual([
      [-1, 0],
      [0, 0],
      [1, 0],
      [null, 0]
    ]);
    expect(
      (await rows('- normalise: { columns: x, method: minmax }', csv)).map((r) => r[0])
    ).toEqual([0, 0.5, 1, null]);
    expect(
      (await rows('- normalise: { columns: x, method: robust }', csv)).map((r) => r[0])
    ).toEqual([-1, 0, 1, null]);
    expect(
      (await rows('- normalise: { columns: x, method: log1p }', csv)).map((r) => r[0])
    ).toEqual([...[2, 3, 4].map((n): unknown => expect.closeTo(Math.log(n), 12)), null]);
  });

  test('within groups', async () => {
    const grouped = 'g,x\na,1\na,3\nb,10\nb,10';
    expect(
      (await rows('- normalise: { columns: x, method: minmax, by: g }', grouped)).map((r) => r[1])
    ).toEqual([0, 1, 0, 0]);
  });

  test('log1p tells of values it cannot take', async () => {
    const { problems } = await recipe('- normalise: { columns: x, method: log1p }', 'x\n-5\n0');
    expect(codesOf(problems)).toEqual(['prepare.values-lost']);
  });
});

describe('columns', () => {
  const csv = 'a,b,c\n1,x,5\n2,y,6';

  test('rename trades names and refuses doubles', async () => {
    const outcome = await recipe('- rename: { a: b, b: a }', csv);
    expect(outcome.relations['example']!.names).toEqual(['b', 'a', 'c']);
    const { problems } = await recipe('- rename: { a: C }', csv);
    expect(codesOf(problems)).toEqual(['prepare.column-exists']);
  });

  test('derive computes in order and replaces in place', async () => {
    const outcome = await recipe('- derive: { a: a * 10, d: a + c, e: d * 2 }', csv);
    expect(outcome.relations['example']!.names).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(rowsOf(outcome, 'example')).toEqual([
      [10, 'x', 5, 15, 30],
      [20, 'y', 6, 26, 52]
    ]);
  });

  test('an error in derive stands on the line of the expression', async () => {
    const { problems } = await recipe('- derive:\n    d: a + 1\n    e: cc * 2', csv);
    expect(problems[0]).toMatchObject({ code: 'sql.no-column', span: { line: 5 } });
  });

  test('select orders, drop takes out, and one column must stay', async () => {
    expect((await recipe('- select: [c, a]', csv)).relations['example']!.names).toEqual(['c', 'a']);
    expect((await recipe('- drop: b', csv)).relations['example']!.names).toEqual(['a', 'c']);
    expect(codesOf((await recipe('- drop: [a, b, c]', csv)).problems)).toEqual([
      'config.combination'
    ]);
  });
});

describe('texts', () => {
  test('replace takes a text or a pattern', async () => {
    const csv = 'a\n1.234 kg\n5 kg\n';
    expect(await rows('- replace: { column: a, find: " kg" }', csv)).toEqual([['1.234'], ['5']]);
    expect(
      await rows('- replace: { column: a, find: "[^0-9]", with: "", regex: true }', csv)
    ).toEqual([['1234'], ['5']]);
    expect(
      (await recipe('- replace: { column: a, find: "(", regex: true }', csv)).problems[0]
    ).toMatchObject({
      span: { line: 3 }
    });
  });

  test('split keeps the surplus in the last part', async () => {
    const csv = 'a\nx-y-z\nx\n';
    const outcome = await recipe('- split: { column: a, by: "-", into: [p, q], keep: false }', csv);
    expect(outcome.relations['example']!.names).toEqual(['p', 'q']);
    expect(rowsOf(outcome, 'example')).toEqual([
      ['x', 'y-z'],
      ['x', null]
    ]);
  });

  test('map gives whole values new ones, and the others another', async () => {
    const csv = 'a,n\nUK,1\nEIRE,2\nUSA,3';
    expect(
      (await rows('- map: { column: a, values: { UK: United Kingdom, EIRE: Ireland } }', csv)).map(
        (r) => r[0]
      )
    ).toEqual(['United Kingdom', 'Ireland', 'USA']);
    expect(
      (await rows('- map: { column: a, values: { UK: 1 }, otherwise: 0, into: home }', csv)).map(
        (r) => r[2]
      )
    ).toEqual([1, 0, 0]);
    expect((await rows('- map: { column: n, values: { 1: one } }', csv)).map((r) => r[1])).toEqual([
      'one',
      '2',
      '3'
    ]);
    expect((await rows('- map: { column: n, values: { 1: null } }', csv)).map((r) => r[1])).toEqual(
      [null, 2, 3]
    );
  });
});

describe('bin', () => {
  const csv = 'x\n0\n5\n10\n25\n""';

  test('by edges, by width, by quantile', async () => {
    const bins = async (step: string) => (await rows(`- bin: ${step}`, csv)).map((row) => row[1]);
    expect(await bins('{ column: x, edges: [5, 10] }')).toEqual([
      '< 5',
      '[5, 10)',
      '>= 10',
      '>= 10',
      null
    ]);
    expect(await bins('{ column: x, edges: [10], labels: [low, high] }')).toEqual([
      'low',
      'low',
      'high',
      'high',
      null
    ]);
    expect(await bins('{ column: x, bins: 2 }')).toEqual([
      '[0, 12.5)',
      '[0, 12.5)',
      '[0, 12.5)',
      '[12.5, 25]',
      null
    ]);
    expect(await bins('{ column: x, bins: 2, method: quantile }')).toEqual([
      '[0, 7.5)',
      '[0, 7.5)',
      '[7.5, 25]',
      '[7.5, 25]',
      null
    ]);
  });

  test('labels must be as many as classes', async () => {
    const { problems } = await recipe('- bin: { column: x, edges: [5], labels: [low] }', csv);
    expect(codesOf(problems)).toEqual(['config.combination']);
  });
});

describe('complete', () => {
  const csv = 's,d,u\nb,2011-01-02,3\na,2011-01-01,1\na,2011-01-04,2\nb,2011-01-03,4';

  test('fills gaps within each group from its first to its last time', async () => {
    expect(await rows('- complete: { time: d, every: 1d, by: s, fill: { u: 0 } }', csv)).toEqual([
      ['a', ms('2011-01-01'), 1],
      ['a', ms('2011-01-02'), 0],
      ['a', ms('2011-01-03'), 0],
      ['a', ms('2011-01-04'), 2],
      ['b', ms('2011-01-02'), 3],
      ['b', ms('2011-01-03'), 4]
    ]);
    expect(await account('- complete: { time: d, every: 1d, by: s, fill: { u: 0 } }', csv)).toEqual(
      [[4, 6, 2]]
    );
  });

  test('or over the range of the whole table', async () => {
    expect(await rows('- complete: { time: d, every: 1d, by: s, range: all }', csv)).toHaveLength(
      8
    );
  });

  test('counts months from the first day, also at the end of a month', async () => {
    const monthly = 'd,u\n2011-01-31,1\n2011-04-30,2';
    expect((await rows('- complete: { time: d, every: month }', monthly)).map((r) => r[0])).toEqual(
      ['2011-01-31', '2011-02-28', '2011-03-31', '2011-04-30'].map(ms)
    );
  });

  test('leaves rows off the step and rows without a time as they are', async () => {
    const odd = 'd,u\n2011-01-01 00:00:00,1\n2011-01-01 01:30:00,2\n2011-01-01 02:00:00,3\n,4';
    expect((await rows('- complete: { time: d, every: 1h }', odd)).map((r) => r[1])).toEqual([
      1,
      null,
      2,
      3,
      4
    ]);
  });

  test('refuses more rows than a tab holds', async () => {
    const { problems } = await recipe(
      '- complete: { time: d, every: 500ms }',
      'd\n2001-01-01 00:00:00\n2011-01-01 00:00:00'
    );
    expect(codesOf(problems)).toEqual(['prepare.too-many-rows']);
  });
});

describe('match_returns', () => {
  const head = 'o,c,s,q,t\n';
  const step =
    '- match_returns: { order: o, customer: c, sku: s, quantity: q, time: t, within: 30d }';
  const left = async (lines: string[]) =>
    (await rows(step, head + lines.join('\n'))).map((row) => row[0]);

  test('drops a return with the nearest earlier sale of the same quantity', async () => {
    expect(
      await left([
        '1,x,m,5,2011-01-01',
        '2,x,m,5,2011-01-10',
        'C3,x,m,-5,2011-01-12',
        '4,x,m,6,2011-01-13',
        '5,y,m,5,2011-01-11'
      ])
    ).toEqual(['1', '4', '5']);
  });

  test('pairs one to one, nested returns too', async () => {
    expect(
      await left([
        '1,x,m,5,2011-01-01',
        '2,x,m,5,2011-01-02',
        'C3,x,m,-5,2011-01-03',
        'C4,x,m,-5,2011-01-04',
        'C5,x,m,-5,2011-01-05'
      ])
    ).toEqual(['C5']);
  });

  test('leaves returns before their sale, out of time, of unknown customers and in the same order', async () => {
    expect(await left(['C1,x,m,-5,2011-01-01', '2,x,m,5,2011-01-02'])).toEqual(['C1', '2']);
    expect(await left(['1,x,m,5,2011-01-01', 'C2,x,m,-5,2011-02-15'])).toEqual(['1', 'C2']);
    expect(await left(['1,,m,5,2011-01-01', 'C2,,m,-5,2011-01-02'])).toEqual(['1', 'C2']);
    expect(await left(['1,x,m,5,2011-01-01', '1,x,m,-5,2011-01-02'])).toEqual([1, 1]);
  });

  test('an unmatched return does not take the sale of the next one', async () => {
    expect(
      await left(['C1,x,m,-5,2011-01-01', '2,x,m,5,2011-01-02', 'C3,x,m,-5,2011-01-03'])
    ).toEqual(['C1']);
  });
});
