import { parse } from 'acorn';
import type { Span } from '#lib/base/problem.ts';
import { fail } from '#lib/problems/index.ts';

/** Throws a problem with line and column where the body is not JavaScript. Engines do not tell the place; a parser does. */
export function requireSyntax(body: string): void {
  const error = syntaxError(body);
  if (!error) return;
  const detail = error.message.replace(/ \(\d+:\d+\)$/, '.');
  const { line, column } = error.loc;
  throw fail('script.syntax', { detail }, { line, column: column + 1 });
}

/** What acorn says about a text that is not the body of an async function; null if it is one. */
export function syntaxError(body: string): AcornError | null {
  try {
    parse(body, {
      ecmaVersion: 'latest',
      sourceType: 'script',
      allowReturnOutsideFunction: true,
      allowAwaitOutsideFunction: true
    });
    return null;
  } catch (error) {
    if (error instanceof SyntaxError && 'loc' in error) return error as AcornError;
    throw error;
  }
}

type AcornError = SyntaxError & {
  readonly loc: { readonly line: number; readonly column: number };
};

/** A word that could name a variable if JavaScript does not reserve it. */
export function isIdentifierName(name: string): boolean {
  return /^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(name) && name !== 'let';
}

/** The body's line in an error's stack: the first frame of the script itself. `new Function` puts two lines before the body. */
export function lineOfError(error: unknown, body: string): Span {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const frame = /script\.js:(\d+):(\d+)/.exec(stack);
  const line = Number(frame?.[1] ?? 0) - 2;
  if (line < 1 || line > body.split('\n').length) return { line: 1 };
  return { line, column: Number(frame![2]) };
}
