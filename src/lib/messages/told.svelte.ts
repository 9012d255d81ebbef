import type { Problem } from '#lib/base/problem.ts';
import { language } from './messages.svelte.ts';

let inChinese = $state.raw<((problem: Problem) => Problem) | null>(null);
let isLoading = false;

// Whoever reads Chinese has the words before the first problem.
if (language() === 'zh-CN') load();

/**
 * A problem in the reader's language, wherever it was found; read it where a change of the language redraws. Those who
 * read English never load the words of another language.
 */
export function told(problem: Problem): Problem {
  if (language() !== 'zh-CN') return problem;
  load();
  return inChinese ? inChinese(problem) : problem;
}

function load(): void {
  if (isLoading) return;
  isLoading = true;
  void import('#lib/problems/zh-CN/index.ts').then((table) => (inChinese = table.inChinese));
}
