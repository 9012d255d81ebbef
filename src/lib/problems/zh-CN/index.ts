import type { Problem } from '#lib/base/problem.ts';
import type { ProblemText } from '../catalogue.ts';
import { adjustZh } from './adjust.ts';
import { configZh } from './config.ts';
import { dataZh } from './data.ts';
import { demandZh } from './demand.ts';
import { feedZh } from './feed.ts';
import { liveZh } from './live.ts';
import { notebookZh } from './notebook.ts';
import { chartZh, pageZh } from './page.ts';
import { prepareZh } from './prepare.ts';
import { remoteZh } from './remote.ts';
import { sourceZh } from './source.ts';
import { exportZh, networkZh, runtimeZh, scriptZh, storageZh } from './workings.ts';

const catalogue: Readonly<Record<string, (params: never) => ProblemText>> = {
  ...adjustZh,
  ...chartZh,
  ...configZh,
  ...dataZh,
  ...demandZh,
  ...exportZh,
  ...feedZh,
  ...liveZh,
  ...networkZh,
  ...notebookZh,
  ...pageZh,
  ...prepareZh,
  ...remoteZh,
  ...runtimeZh,
  ...scriptZh,
  ...sourceZh,
  ...storageZh
};

/**
 * A problem in Chinese: a problem carries its parameters, so it is told anew wherever it was found, in a worker or on
 * an earlier visit. One without them, or with a code that is not known here, stays as it is. Words that a parameter
 * holds are not translated: details that others wrote (the engine, a server), and those that kinds write in English,
 * which are all there is to `config.combination`.
 */
export function inChinese(problem: Problem): Problem {
  const template = catalogue[problem.code];
  if (!template || !problem.data) return problem;
  const { message, cause, hint } = template(problem.data as never);
  const { message: _message, cause: _cause, hint: _hint, ...rest } = problem;
  return {
    ...rest,
    message,
    ...(cause === undefined ? {} : { cause }),
    ...(hint === undefined ? {} : { hint })
  };
}
