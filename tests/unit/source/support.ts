import { fieldsOf, type Columns } from '#lib/base/columns.ts';
import type { LoadReport } from '#lib/cells/core/loader.ts';
import source from '#lib/cells/source/index.ts';
import run from '#lib/cells/source/run.ts';
import type { DuckDbRelations } from '#lib/relations/duckdb.ts';
import { runLoadKindForTest, type LoadCase } from '../../support/duckdb.ts';

/** Runs a source cell named `t` over files, and gives its tables, warnings and report. */
export async function loadSource(
  relations: DuckDbRelations,
  body: string,
  files: LoadCase['files'] = {},
  context: LoadCase['context'] = {}
) {
  const outcome = await runLoadKindForTest(relations, source, run, {
    body,
    name: 't',
    files,
    context
  });
  return {
    ...outcome,
    report: outcome.report as LoadReport,
    table: outcome.relations['t'],
    rejects: outcome.relations['t_rejects'],
    codes: outcome.problems.map((p) => p.code)
  };
}

/** Names and types of columns, as `a integer, b text`. */
export function types(table: Columns | undefined): string {
  return table
    ? fieldsOf(table)
        .map((f) => `${f.name} ${f.type}`)
        .join(', ')
    : 'none';
}
