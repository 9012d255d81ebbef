import type { ProblemError } from '#lib/base/problem.ts';
import { fail } from '#lib/problems/index.ts';
import type { Connection } from '#lib/runtime/connection.ts';

/** What a server said: its code (0 when it gave none) and its words. */
export interface ServerError {
  readonly status: number;
  readonly code: number;
  readonly detail: string;
}

export const codes = { unknownSetting: 115, readonly: 164 };
const auth = [192, 193, 194, 497, 516];
const slow = [159, 160];
const full = [201, 202, 241, 307, 396];

/** Reads `Code: 62. DB::Exception: … (SYNTAX_ERROR) (version 24.8)`. */
export function serverError(status: number, text: string): ServerError {
  const [, code = '0', words = text] =
    /Code:\s*(\d+)\.\s*(?:DB::Exception:\s*)?([\s\S]*)/.exec(text) ?? [];
  const detail = words
    .replace(/\(version [^)]*\)/g, '')
    .replace(/\(([A-Z0-9_]+)\)\s*$/, '')
    .replace(/\s+/g, ' ')
    .trim();
  return { status, code: Number(code), detail: detail.slice(0, 600) };
}

/** The problem of what a server said; `lead` lines of SQL stand before the reader's query. */
export function problemOf(
  connection: Connection,
  { status, code, detail }: ServerError,
  sql: string,
  lead: number
): ProblemError {
  const { name, user } = connection;
  if (auth.includes(code) || status === 401 || (status === 403 && code === 0)) {
    return fail('remote.auth', { connection: name, user: user || 'default', detail });
  }
  if (code === codes.readonly) return fail('remote.readonly', { connection: name, detail });
  if (slow.includes(code)) return fail('remote.timeout', { connection: name, detail });
  if (full.includes(code)) return fail('remote.limit', { connection: name, detail });
  if (code === 0) return fail('remote.answer', { connection: name, status, detail });
  const line = lineOf(detail, sql, lead);
  return fail('remote.sql', { connection: name, detail }, line === null ? undefined : { line });
}

/** The line of the query that an error is about: where the server says, else where the name it quotes stands first. */
function lineOf(detail: string, sql: string, lead: number): number | null {
  const lines = sql.split('\n');
  const said = /\(line (\d+), col \d+\)/.exec(detail);
  if (said) return Math.min(lines.length, Math.max(1, Number(said[1]) - lead));
  for (const [, name] of detail.matchAll(/[`'"]?([\p{L}_][\p{L}\p{N}_.]*)[`'"]/gu)) {
    const last = name!.split('.').at(-1)!;
    const at = lines.findIndex((line) => line.includes(last));
    if (at >= 0) return at + 1;
  }
  return null;
}
