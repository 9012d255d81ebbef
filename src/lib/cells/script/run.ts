import * as aq from 'arquero';
import { vectorOf } from '#lib/base/columns.ts';
import { hash32 } from '#lib/base/hash.ts';
import { Cancelled, ProblemError, type Span } from '#lib/base/problem.ts';
import { fail } from '#lib/problems/index.ts';
import type { ComputeRunOf } from '../core/define.ts';
import { fixedDate, seededMath } from './globals.ts';
import type script from './index.ts';
import type { ScriptReport } from './index.ts';
import { Log } from './log.ts';
import { columnsFromResult } from './result.ts';
import { isIdentifierName, lineOfError, requireSyntax, syntaxError } from './syntax.ts';
import { arqueroTable } from './tables.ts';

type AsyncBody = (...values: unknown[]) => Promise<unknown>;

const { constructor: AsyncFunction } = Object.getPrototypeOf(async () => undefined) as {
  constructor: new (...parametersAndBody: string[]) => AsyncBody;
};

/**
 * Runs the body as an async function of Arquero, the input tables, and the parameters. It sees a seeded
 * `Math.random` and a clock that stands still, so that equal inputs give equal tables. What keeps it from
 * page, storage and network is the sandbox it runs in, not this function.
 */
const run: ComputeRunOf<typeof script, ScriptReport> = async (cell, inputs, ctx) => {
  await ctx.checkpoint();
  requireSyntax(cell.body);
  const log = new Log();
  const tables = Object.fromEntries(
    Object.entries(inputs).map(([name, columns]) => [name, arqueroTable(columns)])
  );
  const scope: Record<string, unknown> = {
    ...Object.fromEntries(Object.entries(tables).filter(([name]) => isVariable(name))),
    aq,
    op: aq.op,
    tables,
    $params: { ...cell.params },
    console: log,
    Math: seededMath(ctx.random),
    Date: fixedDate(ctx.now())
  };
  aq.seed(hash32(`${ctx.seed} ${cell.name}`));
  const body = new AsyncFunction(...Object.keys(scope), `${cell.body}\n//# sourceURL=script.js`);
  let result: unknown;
  try {
    result = await body(...Object.values(scope));
  } catch (error) {
    if (error instanceof ProblemError || error instanceof Cancelled) throw error;
    throw fail('script.error', { detail: describe(error) }, lineOfError(error, cell.body));
  }
  await ctx.checkpoint();
  const like = (name: string) =>
    Object.values(inputs)
      .map((table) => vectorOf(table, name))
      .find((vector) => vector !== undefined);
  const table = columnsFromResult(result, like, returnSpan(cell.body));
  return { tables: { [cell.name]: table }, report: { log: log.lines } };
};

export default run;

/** Whether a relation's name can be a variable; any table is in `tables` too. */
function isVariable(name: string): boolean {
  return isIdentifierName(name) && !syntaxError(`let ${name}`);
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

/** The last `return` of the body, where a wrong result comes from. */
function returnSpan(body: string): Span {
  const lines = body.split('\n');
  const last = lines.findLastIndex((line) => /\breturn\b/.test(line));
  return { line: last < 0 ? lines.length : last + 1 };
}
