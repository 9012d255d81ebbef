import { take, type Columns, type Vector } from '#lib/base/columns.ts';
import { ProblemError, type Problem } from '#lib/base/problem.ts';
import { seeded } from '#lib/base/random.ts';
import type { AnyRun } from '#lib/cells/runners.ts';
import type {
  Cell,
  ComputeRun,
  LiveRun,
  RunContext,
  SqlRun,
  Tables
} from '#lib/cells/core/context.ts';
import type { CellKind, Example } from '#lib/cells/core/define.ts';
import type { DuckDbRelations } from '#lib/relations/duckdb.ts';
import { giveTables, runSqlKindForTest } from './duckdb.ts';
import { runLiveKindForTest } from './live.ts';

export interface ExampleOutcome {
  readonly tables: Tables;
  readonly report: unknown;
  readonly problems: readonly Problem[];
}

/** The input tables of an example, with the types that DuckDB finds in CSV text. */
export async function inputsOf(relations: DuckDbRelations, example: Example): Promise<Tables> {
  await giveTables(relations, example.given);
  const names = Object.keys(example.given);
  const tables: Record<string, Columns> = {};
  for (const name of names) tables[name] = await relations.read(name);
  await relations.drop(names);
  return tables;
}

/** Runs an example of any kind that needs no files, in the way of its mode. */
export async function runExample(
  relations: DuckDbRelations,
  kind: CellKind,
  run: AnyRun,
  example: Example,
  given: Tables,
  context: Partial<RunContext> = {}
): Promise<ExampleOutcome> {
  const { body, name = 'example', params = {}, flags = {} } = example;
  const test = { body, name, params, flags, given, context };
  if (kind.mode === 'sql') {
    const outcome = await runSqlKindForTest(relations, kind, run as SqlRun<never>, test);
    await relations.drop(Object.keys(given));
    return { ...outcome, tables: outcome.relations };
  }
  if (kind.mode === 'live') {
    const outcome = await runLiveKindForTest(kind, run as LiveRun<never>, test);
    return { ...outcome, tables: outcome.relations };
  }
  return runComputed(kind, run as ComputeRun<unknown>, cellOf(kind, example), given, context);
}

export function cellOf(kind: CellKind, example: Example): Cell {
  const { body, name = 'example', params = {}, flags = {} } = example;
  const { config } = kind.body.parse(body, params);
  return { name, kind: kind.kind, body, config, params, flags };
}

export async function runComputed(
  kind: CellKind,
  run: ComputeRun<unknown>,
  cell: Cell,
  given: Tables,
  context: Partial<RunContext>
): Promise<ExampleOutcome> {
  const problems: Problem[] = [];
  const ctx: RunContext = {
    signal: new AbortController().signal,
    random: seeded(1, cell.name),
    seed: 1,
    now: () => 0,
    progress: () => undefined,
    checkpoint: () => Promise.resolve(),
    warn: (problem) => problems.push(problem),
    fail: (problem) => problems.push(problem),
    ...context
  };
  const inputs = Object.fromEntries(
    kind.reads(cell).map(({ relation, columns }) => [relation, only(given[relation]!, columns)])
  );
  try {
    return { ...(await run(cell, inputs, ctx)), problems };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return { tables: {}, report: null, problems: [...problems, error.problem] };
  }
}

/** The columns a kind asked for; those that are not there it must miss by itself. */
function only(table: Columns, columns: readonly string[] | undefined): Columns {
  if (columns === undefined) return table;
  const wanted = new Set(columns.map((name) => name.toLowerCase()));
  const kept = table.names.flatMap((name, i) => (wanted.has(name.toLowerCase()) ? [i] : []));
  return {
    length: table.length,
    names: kept.map((i) => table.names[i]!),
    vectors: kept.map((i) => table.vectors[i]!)
  };
}

/** Inputs at their worst: no rows, one row, nothing but missing values. */
export const hardships: Readonly<Record<string, (table: Columns) => Columns>> = {
  'no rows': (table) => take(table, []),
  'one row': (table) => take(table, table.length > 0 ? [0] : []),
  'missing values only': (table) => ({ ...table, vectors: table.vectors.map(missing) })
};

function missing(vector: Vector): Vector {
  if (vector.type === 'text' || vector.type === 'other')
    return { ...vector, values: vector.values.map(() => null) };
  return { ...vector, valid: new Uint8Array(vector.values.length) };
}
