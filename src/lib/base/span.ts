import type { Span } from './problem.ts';

/** The lines and columns of a slice of text; `\n`, `\r\n` and `\r` end lines. */
export function spanOf(text: string, from: number, to: number = from): Span {
  const start = placeOf(text, from);
  const end = placeOf(text, to);
  return { ...start, toLine: end.line, toColumn: end.column };
}

function placeOf(text: string, offset: number): { line: number; column: number } {
  let line = 1;
  let lineStart = 0;
  for (let i = 0; i < offset; i++) {
    const c = text.charCodeAt(i);
    if (c !== 10 && (c !== 13 || text.charCodeAt(i + 1) === 10)) continue;
    line++;
    lineStart = i + 1;
  }
  return { line, column: offset - lineStart + 1 };
}
