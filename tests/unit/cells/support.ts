import { afterAll, beforeAll } from 'vitest';
import { toRows, type Value } from '#lib/base/columns.ts';
import type { Problem } from '#lib/base/problem.ts';
import type { SqlRun } from '#lib/cells/core/context.ts';
import type { CellKind } from '#lib/cells/core/define.ts';
import type { DuckDbRelations } from '#lib/relations/duckdb.ts';
import {
  openTestDuckDb,
  runSqlKindForTest,
  type TestCase,
  type TestOutcome
} from '../../support/duckdb.ts';

/** One DuckDB for a test file, and a way to run one kind on it. */
export function sqlKind(kind: unknown, run: unknown): (test: TestCase) => Promise<TestOutcome> {
  const shared = sharedDuckDb();
  return (test) => runSqlKindForTest(shared(), kind as CellKind, run as SqlRun<never>, test);
}

export function sharedDuckDb(): () => DuckDbRelations {
  let relations: DuckDbRelations | undefined;
  beforeAll(async () => {
    relations = await openTestDuckDb();
  });
  afterAll(async () => {
    await relations?.close();
  });
  return () => relations!;
}

/** The rows of an output as lists, in column order. */
export function rowsOf(outcome: TestOutcome, relation: string): Value[][] {
  const table = outcome.relations[relation];
  if (!table) throw new Error(`No ${relation}: ${JSON.stringify(outcome.problems)}`);
  return toRows(table).map((row) => table.names.map((name) => row[name] ?? null));
}

export function codesOf(problems: readonly Problem[]): string[] {
  return problems.map((p) => p.code);
}
