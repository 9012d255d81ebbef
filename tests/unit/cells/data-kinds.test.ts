import { describe, expect, test } from 'vitest';
import check from '#lib/cells/check/index.ts';
import runCheck from '#lib/cells/check/run.ts';
import param from '#lib/cells/param/index.ts';
import runParam from '#lib/cells/param/run.ts';
import profile, { type ProfileReport } from '#lib/cells/profile/index.ts';
import runProfile from '#lib/cells/profile/run.ts';
import query from '#lib/cells/query/index.ts';
import runQuery from '#lib/cells/query/run.ts';
import { toRows } from '#lib/base/columns.ts';
import { codesOf, rowsOf, sqlKind } from './support.ts';

describe('param', () => {
  const run = sqlKind(param, runParam);
  const read = (body: string) => param.body.parse(body, {});

  test.each([
    ['value: 8', 8, 'integer'],
    ['value: 0.5', 0.5, 'number'],
    ['value: true', true, 'boolean'],
    ['value: 2011-12-09', '2011-12-09', 'date'],
    ['value: 00123', '00123', 'text'],
    ['type: text\nvalue: 8', '8', 'text'],
    ['options: [4, 8]', 4, 'select'],
    ['options: [A, 8]\nvalue: 8', '8', 'select']
  ])('%j holds %j', (body, value, type) => {
    expect(read(body).config).toMatchObject({ value, type });
  });

  test.each([
    ['type: integer\nvalue: 2.5', 'config.value', 2],
    ['value: 30\nmin: 1\nmax: 26', 'param.outside', 1],
    ['type: date\nvalue: 2011-02-30', 'config.value', 2],
    ['options: [a, b]\nvalue: c', 'param.not-an-option', 2],
    ['value: 3\nmin: 9\nmax: 1', 'config.combination', 2],
    ['type: text\nvalue: a\nmin: 1', 'config.combination', 3],
    ['type: integer', 'config.missing', 1]
  ])('%j is refused with %s on line %i', (body, code, line) => {
    const { config, problems } = read(body);
    expect(config).toBeNull();
    expect(problems[0]).toMatchObject({ code, span: { line } });
  });

  test.each([
    ['value: 8', 'integer'],
    ['type: number\nvalue: 8', 'number'],
    ['value: false', 'boolean'],
    ['value: 2011-12-09', 'date'],
    ['value: abc', 'text']
  ])('%j gives a column of type %s', async (body, type) => {
    expect((await run({ body })).relations['example']!.vectors[0]!.type).toBe(type);
  });

  test('options from a column: the value must be one of them', async () => {
    const given = { p: 'sku\n85123A\n71053\n71053' };
    const good = await run({ body: 'options_from: p.sku\nvalue: "71053"', given });
    expect(good.report).toEqual({ options: ['71053', '85123A'], more: false });
    const bad = await run({ body: 'options_from: p.sku\nvalue: 71054', given });
    expect(bad.problems[0]).toMatchObject({
      code: 'param.not-an-option',
      data: { nearest: '71053' },
      span: { line: 2 }
    });
    const lost = await run({ body: 'options_from: p.skuu\nvalue: a', given });
    expect(lost.problems[0]).toMatchObject({
      code: 'prepare.column-unknown',
      data: { nearest: 'sku' }
    });
  });
});

describe('query', () => {
  const run = sqlKind(query, runQuery);

  test('gives the relation of its statement, comments and a semicolon aside', async () => {
    const outcome = await run({ body: '-- all\nselect 1 as a;\n-- end' });
    expect(rowsOf(outcome, 'example')).toEqual([[1]]);
  });

  test('a second statement is told before anything runs', () => {
    const { config, problems } = query.body.parse('select 1;\nselect 2', {});
    expect(config).toBeNull();
    expect(problems[0]).toMatchObject({ code: 'statement.many', span: { line: 2 } });
  });

  test('an error carries its line', async () => {
    const { problems } = await run({ body: 'select a,\n  bb\nfrom t', given: { t: 'a,b\n1,2' } });
    expect(problems[0]).toMatchObject({ code: 'sql.no-column', span: { line: 2 } });
  });
});

describe('check', () => {
  const run = sqlKind(check, runCheck);
  const t = 'k,x,r\na,1,p\nb,-2,q\nb,,p\n,4,';
  const expecting = (...lines: string[]) =>
    `source: t\nexpect:\n${lines.map((l) => `  - ${l}`).join('\n')}`;
  const judged = async (...lines: string[]) => {
    const outcome = await run({ body: expecting(...lines), given: { t, ref: 'id\np' } });
    return rowsOf(outcome, 'example').map((row) => row.slice(0, 3));
  };

  test('counts the rows that fail', async () => {
    expect(
      await judged('x > 0', 'unique: k', 'not_null: [k, x]', 'references: { r: ref.id }')
    ).toEqual([
      ['x > 0', false, 1],
      ['unique k', false, 1],
      ['not_null k, x', false, 2],
      ['references r in ref.id', false, 1]
    ]);
  });

  test('judges the number of rows and aggregates', async () => {
    expect(
      await judged(
        'rows: 4',
        'rows: { min: 5 }',
        '{ value: sum(x), equals: 3 }',
        '{ value: sum(x), equals: 3.1, tolerance: 0.2, name: total }',
        '{ value: avg(x), equals: 2 }',
        '{ value: max(x), min: 1, max: 3 }',
        '{ value: min(k), equals: a }'
      )
    ).toEqual([
      ['rows 4', true, 0],
      ['rows at least 5', false, null],
      ['sum(x) = 3', true, 0],
      ['total', true, 0],
      ['avg(x) = 2', false, null],
      ['max(x) 1 to 3', false, null],
      ['min(k) = a', true, 0]
    ]);
  });

  test('fails on its own line, and gates when asked', async () => {
    const body = `gate: true\n${expecting('x is not null or k = $k', 'x > 0')}`;
    const outcome = await run({ body, given: { t }, params: { k: 'b' } });
    expect(outcome.failed).toEqual({ gate: true });
    expect(outcome.problems).toMatchObject([{ code: 'check.failed', span: { line: 5 } }]);
  });

  test('bad SQL and bad expectations stand on their lines', async () => {
    const bad = await run({ body: expecting('x > 0', 'y > 0'), given: { t } });
    expect(bad.problems).toMatchObject([
      { code: 'check.failed' },
      { code: 'sql.no-column', span: { line: 4 } }
    ]);
    const shape = check.body.parse(expecting('{ uniqe: k }', 'rows: {}', '{ value: sum(x) }'), {});
    expect(codesOf(shape.problems)).toEqual([
      'check.expectation',
      'config.combination',
      'config.combination'
    ]);
  });
});

describe('profile', () => {
  const run = sqlKind(profile, runProfile);
  const profiled = async (t: string) => {
    const outcome = await run({ body: 'source: t', given: { t } });
    return { rows: toRows(outcome.relations['example']!), report: outcome.report as ProfileReport };
  };

  test('gives the figures of every column', async () => {
    const { rows } = await profiled('q,c\n1,x\n2,y\n3,x\n4,\n,x');
    expect(rows[0]).toMatchObject({
      column: 'q',
      type: 'BIGINT',
      rows: 5,
      missing: 1,
      distinct: 4,
      min: '1',
      max: '4',
      mean: 2.5,
      q50: 2.5,
      top: null
    });
    expect(rows[0]!['sd']).toBeCloseTo(Math.sqrt(5 / 3), 12);
    expect(rows[0]!['q05']).toBeCloseTo(1.15, 12);
    expect(rows[1]).toMatchObject({ column: 'c', missing: 1, distinct: 2, top: 'x', mean: null });
  });

  test.each([
    ['a,b\n1,1\n1,1\n2,2', '1 row is an exact copy of another.'],
    ['a\n5\n5\n5.0', '2 rows are exact copies of others. Every value is 5.0.'],
    ['a,n\n5,1\n-1,2\n7,3', '1 value is negative.'],
    ['a,n\n,1\n,2', 'Every value is missing.'],
    ['a,n\nx,1\ny,2\n,3', '1 value is missing (33.3 %).'],
    ['a\nx\ny', 'Every value occurs once: it can be a key.'],
    [
      'd,n\n2011-01-01,1\n2011-01-02,2\n2011-01-04,3\n2011-01-04,4',
      'There are rows on 3 of 4 days.'
    ]
  ])('%j: %s', async (t, finding) => {
    expect((await profiled(t)).rows[0]!['finding']).toBe(finding);
  });

  test('histograms have one class per whole number, or twenty of equal width', async () => {
    const { report } = await profiled('a,b\n1,0.5\n1,9\n3,10.5\n');
    expect(report.columns[0]!.histogram).toEqual({ from: 1, to: 4, counts: [2, 0, 1] });
    const wide = report.columns[1]!.histogram!;
    expect([wide.counts.length, wide.counts[0], wide.counts[17], wide.counts[19]]).toEqual([
      20, 1, 1, 1
    ]);
    expect(report.columns[0]!.frequent[0]).toEqual({ value: '1', count: 2 });
  });
});
