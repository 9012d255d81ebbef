import { assert } from '#lib/base/assert.ts';
import type { Columns } from '#lib/base/columns.ts';
import { nearest } from '#lib/base/nearest.ts';
import { Cancelled } from '#lib/base/problem.ts';
import type { ComputeRun, RelationInfo, Tables } from '#lib/cells/core/context.ts';
import type { Input } from '#lib/cells/core/define.ts';
import { fail } from '#lib/problems/index.ts';
import type { Job } from './engine.ts';
import { runContext, type ContextOptions, type Verdict } from './run-context.ts';

/** Where a compute run takes its inputs from. */
export interface InputReader {
  describe(relation: string): Promise<RelationInfo | null>;
  read(relation: string, columns?: readonly string[]): Promise<Columns>;
}

export interface Computed extends Verdict {
  readonly tables: Tables;
  readonly report: unknown;
}

/** Runs a cell that transforms columns: reads what it asks for, and nothing more, and checks what it gives back. */
export async function runCompute(
  job: Job,
  run: ComputeRun<unknown>,
  reader: InputReader,
  options: ContextOptions
): Promise<Computed> {
  const { context, verdict } = runContext(job, options);
  const inputs = await readInputs(job.inputs, reader, options.signal);
  const { tables, report } = await run(job.cell, inputs, context);
  for (const name of Object.keys(tables)) {
    assert(job.outputs.includes(name), `${job.cell.kind} declares its output ${name}`);
  }
  if (options.signal.aborted) throw new Cancelled();
  return { tables, report, ...verdict() };
}

async function readInputs(
  inputs: readonly Input[],
  reader: InputReader,
  signal: AbortSignal
): Promise<Tables> {
  const tables: Record<string, Columns> = {};
  for (const [relation, wanted] of wantedColumns(inputs)) {
    if (signal.aborted) throw new Cancelled();
    const info = await reader.describe(relation);
    if (!info) throw fail('data.no-relation', { name: relation, nearest: '' });
    if (wanted) for (const column of wanted) requireColumn(info, column);
    tables[relation] = asAsked(await reader.read(relation, wanted), wanted);
  }
  return tables;
}

/** The columns to read of each relation; undefined: all, because one of its readers named none. */
function wantedColumns(inputs: readonly Input[]): Map<string, readonly string[] | undefined> {
  const wanted = new Map<string, readonly string[] | undefined>();
  for (const { relation, columns } of inputs) {
    const before = wanted.has(relation) ? wanted.get(relation) : [];
    wanted.set(relation, before && columns && [...new Set([...before, ...columns])]);
  }
  return wanted;
}

function requireColumn(info: RelationInfo, column: string): void {
  const known = info.fields.map((f) => f.name);
  if (known.some((name) => same(name, column))) return;
  throw fail('run.missing-column', {
    column,
    relation: info.name,
    nearest: nearest(column, known),
    known: known.join(', ')
  });
}

/** Columns under the names that were asked for: SQL does not tell upper from lower case, kinds do. */
function asAsked(table: Columns, wanted: readonly string[] | undefined): Columns {
  if (!wanted) return table;
  const names = table.names.map((name) => wanted.find((w) => same(w, name)) ?? name);
  return { ...table, names };
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
