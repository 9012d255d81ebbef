import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Columns } from '#lib/base/columns.ts';
import type { LoadRun } from '#lib/cells/core/loader.ts';
import type { CellKind } from '#lib/cells/core/define.ts';
import data from '#lib/cells/data/index.ts';
import runData from '#lib/cells/data/run.ts';
import source from '#lib/cells/source/index.ts';
import runSource from '#lib/cells/source/run.ts';
import type { DuckDbRelations } from '#lib/relations/duckdb.ts';
import { openTestDuckDb, runLoadKindForTest } from '../../support/duckdb.ts';

let relations: DuckDbRelations;
beforeAll(async () => {
  relations = await openTestDuckDb();
});
afterAll(() => relations.close());

const cases = [...examplesOf(source, runSource), ...examplesOf(data, runData)];

function examplesOf<C>(kind: CellKind<C>, run: LoadRun<C>) {
  return kind.examples.map((example) => ({
    title: `${kind.kind}: ${example.title}`,
    expected: example.expect,
    outcome: () =>
      runLoadKindForTest(relations, kind, run, {
        body: example.body,
        ...(example.name ? { name: example.name } : {}),
        files: filesOf(example.given)
      })
  }));
}

function filesOf(given: Readonly<Record<string, string | Columns>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, text]) =>
      typeof text === 'string' ? [[name, text]] : []
    )
  );
}

describe('examples', () => {
  test.each(cases)('$title', async ({ outcome, expected }) => {
    const { relations: tables, problems } = await outcome();
    expect(problems.filter((p) => p.severity === 'error')).toEqual([]);
    for (const [relation, { columns, rows }] of Object.entries(expected)) {
      expect(tables[relation]?.names).toEqual(columns);
      expect(tables[relation]?.length).toBe(rows);
    }
  });
});

describe('data', () => {
  const run = (body: string) => runLoadKindForTest(relations, data, runData, { body, name: 'd' });

  test('a line that does not fit is a problem with its place', async () => {
    const { problems } = await run('a,b\n1,2\n3');
    expect(problems[0]).toMatchObject({ code: 'source.bad-row', span: { line: 3 } });
  });

  test('an empty body is a problem', async () => {
    expect((await run('  \n')).problems[0]?.code).toBe('config.missing');
  });

  test('one column may have missing values', async () => {
    expect((await run('a\n1\n\n3')).relations['d']?.length).toBe(3);
  });
});
