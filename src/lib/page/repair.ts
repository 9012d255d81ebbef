import type { Problem } from '#lib/base/problem.ts';

export interface Repair {
  /** The word that takes the place of the wrong one. */
  readonly word: string;
  readonly body: string;
}

/** Under which of these a problem names the word that is wrong; `nearest` is the one that is probably meant. */
const wrongWords = ['key', 'column', 'relation', 'name', 'word', 'got', 'value'];

/** The body with the mistaken word replaced by the nearest right one; null when the problem offers none or the word is not where it says. */
export function repairOf(problem: Problem, body: string): Repair | null {
  const word = problem.data?.['nearest'];
  if (typeof word !== 'string' || word === '') return null;
  const lines = body.split('\n');
  const from = (problem.span?.line ?? 1) - 1;
  const to = problem.span ? (problem.span.toLine ?? problem.span.line) : lines.length;
  for (const field of wrongWords) {
    const wrong = problem.data?.[field];
    if (typeof wrong !== 'string' || wrong === '' || wrong === word) continue;
    const pattern = wholeWord(wrong);
    for (let i = from; i < to && i < lines.length; i++) {
      const at = i === from ? Math.max(0, (problem.span?.column ?? 1) - 1) : 0;
      const line = lines[i]!;
      pattern.lastIndex = at;
      const found = pattern.exec(line) ?? (at > 0 ? wholeWord(wrong).exec(line) : null);
      if (!found) continue;
      lines[i] = line.slice(0, found.index) + word + line.slice(found.index + wrong.length);
      return { word, body: lines.join('\n') };
    }
  }
  return null;
}

function wholeWord(word: string): RegExp {
  const escaped = word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(?<![\\p{L}\\p{N}_])${escaped}(?![\\p{L}\\p{N}_])`, 'giu');
}
