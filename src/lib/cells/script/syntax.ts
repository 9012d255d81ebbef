import { parse } from 'acorn';
import type { Span } from '#lib/base/problem.ts';
import { fail } from '#lib/problems/index.ts';

/** Throws a problem with line and column where the body is not JavaScript. Engines do not tell the place; a parser does. */
export function requireSyntax(body: string): void {
  try {
    parse(body, {
      ecmaVersion: 'latest',
      sourceType: 'script',
      allowReturnOutsideFunction: true,
      allowAwaitOutsideFunction: true
    });
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const { loc } = error as SyntaxError & { loc?: { line: number; column: number } };
    const detail = error.message.replace(/ \(\d+:\d+\)$/, '.');
    throw fail(
      'script.syntax',
      { detail },
      loc ? { line: loc.line, column: loc.column + 1 } : { line: 1 }
    );
  }
}

/** The body's line in an error's stack: the first frame of the script itself. `new Function` puts two lines before the body. */
export function lineOfError(error: unknown, body: string): Span {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const frame = /script\.js:(\d+):(\d+)/.exec(stack);
  const line = Number(frame?.[1] ?? 0) - 2;
  if (line < 1 || line > body.split('\n').length) return { line: 1 };
  return { line, column: Number(frame![2]) };
}
