import { ProblemError, type Problem, type Scalar, type Span } from '#lib/base/problem.ts';
import type { ProblemText } from './catalogue.ts';
import { adjustProblems } from './adjust.ts';
import { chartProblems } from './chart.ts';
import { configProblems } from './config.ts';
import { dataProblems } from './data.ts';
import { demandProblems } from './demand.ts';
import { exportProblems } from './export.ts';
import { feedProblems } from './feed.ts';
import { runtimeProblems } from './runtime.ts';
import { remoteProblems } from './remote.ts';
import { scriptProblems } from './script.ts';
import { sourceProblems } from './source.ts';
import { prepareProblems } from './prepare.ts';
import { liveProblems } from './live.ts';
import { networkProblems } from './network.ts';
import { notebookProblems } from './notebook.ts';
import { pageProblems } from './page.ts';
import { storageProblems } from './storage.ts';

/** Every message of Quartermaster, one family a file. */
const catalogue = {
  ...adjustProblems,
  ...configProblems,
  ...dataProblems,
  ...sourceProblems,
  ...demandProblems,
  ...exportProblems,
  ...feedProblems,
  ...liveProblems,
  ...networkProblems,
  ...notebookProblems,
  ...pageProblems,
  ...prepareProblems,
  ...remoteProblems,
  ...runtimeProblems,
  ...scriptProblems,
  ...storageProblems,
  ...chartProblems
};

type Catalogue = typeof catalogue;
export type ProblemCode = keyof Catalogue;
export type ParamsOf<C extends ProblemCode> =
  Parameters<Catalogue[C]> extends [] ? Record<string, never> : Parameters<Catalogue[C]>[0];

/** The problem `code` with its words filled in. */
export function problem<C extends ProblemCode>(code: C, params: ParamsOf<C>, span?: Span): Problem {
  const text = (catalogue[code] as (params: ParamsOf<C>) => ProblemText)(params);
  return {
    code,
    severity: text.severity ?? 'error',
    message: text.message,
    ...(text.cause === undefined ? {} : { cause: text.cause }),
    ...(text.hint === undefined ? {} : { hint: text.hint }),
    ...(span === undefined ? {} : { span }),
    data: params as Record<string, Scalar>
  };
}

/** An error that carries the problem; thrown where returning it would thread it through every caller. */
export function fail<C extends ProblemCode>(
  code: C,
  params: ParamsOf<C>,
  span?: Span
): ProblemError {
  return new ProblemError(problem(code, params, span));
}

/** Every code, for the tests that walk the catalogue. */
export const problemCodes = Object.keys(catalogue) as ProblemCode[];
