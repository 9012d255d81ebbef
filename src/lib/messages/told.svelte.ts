import type { Problem } from '#lib/base/problem.ts';
import { language } from './messages.svelte.ts';

type Table = typeof import('#lib/problems/zh-CN/index.ts');

let inChinese = $state.raw<((problem: Problem) => Problem) | null>(null);
let isLoading = false;
/** Whether a problem was told in English because the words were still on their way. */
let isWaiting = false;
let failures = 0;
/** Where the words are, as an earlier failure names it. */
let address: string | null = null;

// Whoever reads Chinese has the words before the first problem.
if (language() === 'zh-CN') void load();

/**
 * A problem in the reader's language, wherever it was found; read it where a change of the language redraws. Those who
 * read English never load the words of another language. Until they are there, and where they cannot be loaded, a
 * problem is told in English; the next one asks for them again, and so does one that was told while they were on their way.
 */
export function told(problem: Problem): Problem {
  if (language() !== 'zh-CN') return problem;
  if (!inChinese) void load();
  return inChinese ? inChinese(problem) : problem;
}

async function load(): Promise<void> {
  if (isLoading) {
    isWaiting = true;
    return;
  }
  isLoading = true;
  isWaiting = false;
  try {
    ({ inChinese } = await words());
  } catch (error) {
    failures++;
    address ??= /https?:\S+\.js/.exec(String(error))?.[0] ?? null;
  } finally {
    isLoading = false;
  }
  // Nothing draws a problem anew when its words do not come.
  if (!inChinese && isWaiting) void load();
}

/** Chromium keeps what it failed to fetch as failed while the page lives: the same file is then asked for by another address. */
function words(): Promise<Table> {
  return address === null
    ? import('#lib/problems/zh-CN/index.ts')
    : (import(/* @vite-ignore */ `${address}?again=${failures}`) as Promise<Table>);
}
