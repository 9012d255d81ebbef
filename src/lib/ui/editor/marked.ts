import type { Problem } from '#lib/base/problem.ts';
import { rangeOf } from './spans.ts';
import { tokens, type CodeLanguage, type Token } from './tokens.ts';

export interface MarkedToken extends Token {
  /** The worst problem that lies on it. */
  readonly mark: '' | 'error' | 'warning';
}

/** The lines of a listing with the places of problems marked. */
export function markedLines(
  text: string,
  language: CodeLanguage,
  problems: readonly Problem[]
): MarkedToken[][] {
  const spans = problems
    .flatMap((p) => (p.span ? [{ ...rangeOf(text, p.span), mark: p.severity }] : []))
    .sort((a, b) => (a.mark === b.mark ? 0 : a.mark === 'error' ? -1 : 1));
  const cuts = [...new Set(spans.flatMap((s) => [s.from, s.to]))].sort((a, b) => a - b);
  const lines: MarkedToken[][] = [[]];
  let at = 0;
  const put = (piece: string, ink: Token['ink']) => {
    const mark = spans.find((s) => at >= s.from && at < s.to)?.mark ?? '';
    piece.split('\n').forEach((part, i) => {
      if (i > 0) lines.push([]);
      if (part) lines.at(-1)?.push({ text: part, ink, mark });
    });
    at += piece.length;
  };
  for (const token of tokens(text, language)) {
    const end = at + token.text.length;
    let from = 0;
    const start = at;
    for (const cut of cuts) {
      if (cut <= at || cut >= end) continue;
      put(token.text.slice(from, cut - start), token.ink);
      from = cut - start;
    }
    put(token.text.slice(from), token.ink);
  }
  return lines;
}
