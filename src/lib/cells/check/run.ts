import { ProblemError, type Span } from '#lib/base/problem.ts';
import { problem } from '#lib/problems/index.ts';
import type { SqlRunOf } from '../core/define.ts';
import { valuesSelect } from '../core/sql.ts';
import type check from './index.ts';
import type { CheckReport } from './index.ts';
import { judge, type Verdict } from './judge.ts';

/** Judges every expectation, also after one that fails, and tells of each that does not hold. */
const run: SqlRunOf<typeof check, CheckReport> = async (cell, sql, ctx) => {
  const { source, expect, gate } = cell.config;
  const info = await sql.describe(source);
  const checks: Verdict[] = [];
  for (const [i, expected] of expect.entries()) {
    await ctx.checkpoint();
    ctx.progress({ done: i, total: expect.length, unit: 'checks' });
    const verdicts = await placed(expected.span, () => judge(expected, info, sql));
    checks.push(...verdicts);
    for (const { passed, check, detail } of verdicts)
      if (!passed) ctx.fail(problem('check.failed', { check, detail }, expected.span), { gate });
  }
  ctx.progress({ done: expect.length, total: expect.length, unit: 'checks' });
  await sql.output(
    cell.name,
    valuesSelect(
      [
        { name: 'check', type: 'VARCHAR' },
        { name: 'passed', type: 'BOOLEAN' },
        { name: 'failing_rows', type: 'BIGINT' },
        { name: 'detail', type: 'VARCHAR' }
      ],
      checks.map((c) => [c.check, c.passed, c.failing, c.detail])
    )
  );
  const passed = checks.filter((c) => c.passed).length;
  return { source: info.name, checks, passed, failed: checks.length - passed };
};

export default run;

/** Whatever is wrong with an expectation stands on its own line. */
async function placed<T>(span: Span, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    throw new ProblemError({ ...error.problem, span });
  }
}
