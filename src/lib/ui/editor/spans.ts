import type { Span } from '#lib/base/problem.ts';

export interface Range {
  readonly from: number;
  readonly to: number;
}

/**
 * The characters of a span in a text. Lines and columns count from 1 and the end is exclusive. Without a column
 * it is the line's own words; without an end, the word that starts there; always at least one character where
 * there is one, and always inside the text.
 */
export function rangeOf(text: string, span: Span): Range {
  const starts = lineStarts(text);
  const line = Math.min(Math.max(1, span.line), starts.length) - 1;
  const start = starts[line] ?? 0;
  const end = lineEnd(text, starts, line);
  if (span.column === undefined) {
    const words = text.slice(start, end);
    const indent = words.length - words.trimStart().length;
    return grown(text, start + indent, start + words.trimEnd().length);
  }
  const from = Math.min(start + span.column - 1, end);
  if (span.toColumn === undefined) {
    const word = /^[\p{L}\p{N}_$.]+/u.exec(text.slice(from, end));
    return grown(text, from, from + (word?.[0].length ?? 1));
  }
  const toLine = Math.min(Math.max(span.toLine ?? span.line, span.line), starts.length) - 1;
  const to = (starts[toLine] ?? 0) + span.toColumn - 1;
  return grown(text, from, Math.min(to, lineEnd(text, starts, toLine)));
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let i = 0; i < text.length; i++) if (text[i] === '\n') starts.push(i + 1);
  return starts;
}

function lineEnd(text: string, starts: readonly number[], line: number): number {
  const next = starts[line + 1];
  return next === undefined ? text.length : next - 1;
}

function grown(text: string, from: number, to: number): Range {
  const start = Math.max(0, Math.min(from, text.length));
  const end = Math.max(start, Math.min(to, text.length));
  if (end > start) return { from: start, to: end };
  return end < text.length && text[end] !== '\n'
    ? { from: start, to: end + 1 }
    : { from: Math.max(0, start - 1), to: end };
}
