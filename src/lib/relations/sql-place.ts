import type { Problem, Span } from '#lib/base/problem.ts';

/**
 * A problem whose span counts in `select`, with its span counted in the cell's body instead. When the SQL is not
 * the body but was written from it, the name that the problem is about is looked for in the body.
 */
export function placeInBody(problem: Problem, select: string, body: string): Problem {
  const { span, ...rest } = problem;
  const text = body.trim();
  const at = text === '' ? -1 : select.indexOf(text);
  const placed = at < 0 ? spanOfName(problem, body) : shifted(span, select, at, body);
  return placed ? { ...rest, span: placed } : rest;
}

function shifted(
  span: Span | undefined,
  select: string,
  at: number,
  body: string
): Span | undefined {
  if (!span) return undefined;
  const before = select.slice(0, at).split('\n');
  const lead = body.slice(0, body.length - body.trimStart().length).split('\n');
  const line = (n: number) => n - (before.length - 1) + (lead.length - 1);
  const column = (n: number, of: number) =>
    of === before.length ? n - before.at(-1)!.length + lead.at(-1)!.length : n;
  if (line(span.line) < 1 || line(span.line) > body.split('\n').length) return undefined;
  return {
    line: line(span.line),
    ...(span.column === undefined ? {} : { column: Math.max(1, column(span.column, span.line)) }),
    ...(span.toLine === undefined ? {} : { toLine: line(span.toLine) }),
    ...(span.toColumn === undefined
      ? {}
      : { toColumn: Math.max(2, column(span.toColumn, span.toLine ?? span.line)) })
  };
}

function spanOfName(problem: Problem, body: string): Span | undefined {
  const name = problem.data?.['name'];
  if (typeof name !== 'string' || name === '') return undefined;
  const lines = body.split('\n');
  for (const [i, line] of lines.entries()) {
    const at = wordIn(line, name);
    if (at >= 0) {
      return { line: i + 1, column: at + 1, toLine: i + 1, toColumn: at + 1 + name.length };
    }
  }
  return undefined;
}

function wordIn(line: string, word: string): number {
  const letter = /[\p{L}\p{N}_]/u;
  for (let at = line.indexOf(word); at >= 0; at = line.indexOf(word, at + 1)) {
    const before = line[at - 1] ?? ' ';
    const after = line[at + word.length] ?? ' ';
    if (!letter.test(before) && !letter.test(after)) return at;
  }
  return -1;
}
