import { hash128 } from '#lib/base/hash.ts';
import { nearest } from '#lib/base/nearest.ts';
import { ProblemError, type Problem } from '#lib/base/problem.ts';
import type { Columns } from '#lib/base/columns.ts';
import type { RelationInfo, RunContext, Sql, SqlRun } from '#lib/cells/core/context.ts';
import { fail } from '#lib/problems/index.ts';
import type { Job } from '#lib/runtime/engine.ts';
import { bindParams } from '#lib/sql/bind.ts';
import { nameKey, quoteName } from '#lib/sql/quote.ts';
import { relationStatement } from '#lib/sql/statement.ts';
import type { SqlRelations } from './relations.ts';
import { placeInBody } from './sql-place.ts';
import { hidden } from './sql-text.ts';

/** What a run published. */
export interface Published {
  readonly relations: readonly RelationInfo[];
  readonly hash: string;
}

/**
 * Runs a kind of mode `sql`: outputs are written under hidden names and become public together when the run ends
 * well; temp tables go in any case. On failure nothing public has changed.
 */
export async function runSqlKind(
  relations: SqlRelations,
  job: Job,
  run: SqlRun<unknown>,
  ctx: RunContext
): Promise<Published & { readonly report: unknown }> {
  const sql = new RunSql(relations, job, ctx);
  try {
    const report = await run(job.cell, sql, ctx);
    const published = await publishRun(relations, job.run, sql.written, job.outputs);
    sql.forgetOutputs();
    return { ...published, report };
  } finally {
    await relations.drop(sql.leftovers());
  }
}

/** What a run has written so far, by output; null where it is not known what the table looks like. */
export type Written = ReadonlyMap<string, RelationInfo | null>;

/** Gives the hidden outputs of a run their public names; outputs that were not written are dropped. The cell's own relation comes first. */
export async function publishRun(
  relations: SqlRelations,
  run: number,
  written: Written,
  outputs: readonly string[]
): Promise<Published> {
  const order = outputs.filter((name) => written.has(name));
  const gone = outputs.filter((name) => !written.has(name));
  const infos: RelationInfo[] = [];
  const hashes: string[] = [];
  for (const name of order) {
    const info = written.get(name) ?? (await relations.describe(hidden(run, name)));
    if (!info) continue;
    infos.push({ ...info, name });
    hashes.push(`${name} ${await relations.hash(info)}`);
  }
  await relations.publish(
    infos.map(({ name }) => ({ from: hidden(run, name), to: name })),
    gone
  );
  return { relations: infos, hash: hash128(hashes.join('\n')) };
}

class RunSql implements Sql {
  readonly #relations: SqlRelations;
  readonly #job: Job;
  readonly #ctx: RunContext;
  readonly #temps = new Set<string>();
  readonly #outputs = new Map<string, RelationInfo | null>();
  #serial = 0;

  constructor(relations: SqlRelations, job: Job, ctx: RunContext) {
    this.#relations = relations;
    this.#job = job;
    this.#ctx = ctx;
  }

  get written(): Written {
    return this.#outputs;
  }

  /** They are public now. */
  forgetOutputs(): void {
    this.#outputs.clear();
  }

  leftovers(): readonly string[] {
    return [
      ...this.#temps,
      ...[...this.#outputs.keys()].map((name) => hidden(this.#job.run, name))
    ];
  }

  async describe(relation: string): Promise<RelationInfo> {
    const bare = unquote(relation);
    const output = this.#outputNamed(bare);
    if (output !== undefined && this.#outputs.has(output)) {
      const info = this.#outputs.get(output);
      if (info) return { ...info, name: output };
    }
    const info = await this.#relations.describe(bare);
    if (info) return info;
    const known = (await this.#relations.list()).map(({ name }) => name);
    throw fail('data.no-relation', { name: bare, nearest: nearest(bare, known) });
  }

  query(select: string): Promise<Columns> {
    return this.#statement(select, (bound) => this.#relations.query(bound, this.#ctx.signal));
  }

  async temp(select: string): Promise<string> {
    const name = hidden(this.#job.run, `temp~${++this.#serial}`);
    this.#temps.add(name);
    await this.#statement(select, (bound) =>
      this.#relations.createAs(name, bound, this.#ctx.signal)
    );
    return quoteName(name);
  }

  async release(temp: string): Promise<void> {
    const name = unquote(temp);
    if (this.#temps.delete(name)) await this.#relations.drop([name]);
  }

  async output(name: string, select: string): Promise<RelationInfo> {
    const output = this.#outputNamed(name);
    if (output === undefined) {
      throw fail('data.not-an-output', { name, outputs: this.#job.outputs.join(', ') });
    }
    const stored = hidden(this.#job.run, output);
    if (this.#outputs.has(output)) await this.#relations.drop([stored]);
    this.#outputs.set(output, null);
    const info = await this.#statement(select, (bound) =>
      this.#relations.createAs(stored, bound, this.#ctx.signal)
    );
    this.#outputs.set(output, info);
    return { ...info, name: output };
  }

  #outputNamed(name: string): string | undefined {
    return this.#job.outputs.find((output) => nameKey(output) === nameKey(name));
  }

  async #statement<T>(select: string, use: (bound: string) => Promise<T>): Promise<T> {
    const { cell } = this.#job;
    let moved = false;
    try {
      const statement = relationStatement(select);
      const bound = bindParams(statement, cell.params);
      moved = bound !== statement;
      return await use(bound);
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      const problem = moved ? onlyLine(error.problem) : error.problem;
      throw new ProblemError(placeInBody(problem, select, cell.body));
    }
  }
}

/** Parameters put in change the columns of what follows them, never the lines. */
function onlyLine(problem: Problem): Problem {
  return problem.span ? { ...problem, span: { line: problem.span.line } } : problem;
}

function unquote(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
}
