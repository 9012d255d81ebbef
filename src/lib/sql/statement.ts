import { spanOf } from '#lib/base/span.ts';
import { fail } from '#lib/problems/index.ts';
import { isSignificant, scanSql, type Token } from './scan.ts';

const readers = new Set(['SELECT', 'FROM', 'WITH', 'VALUES', 'TABLE', 'PIVOT', 'UNPIVOT']);
const describers = new Set(['DESCRIBE', 'DESC', 'SUMMARIZE', 'SHOW']);
const writers = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE']);

/**
 * The one statement of a query body, ready to stand after CREATE TABLE … AS: without what follows its end, and
 * with DESCRIBE, SUMMARIZE and SHOW as subqueries. Throws a `statement.*` problem with its place for an empty
 * body, a second statement, a statement that yields no relation, or a string or comment that does not end.
 */
export function relationStatement(sql: string): string {
  const tokens = scanSql(sql);
  const open = tokens.find((t) => !t.closed);
  if (open) {
    const span = spanOf(sql, open.from, sql.length);
    throw fail('statement.unclosed', unclosedWords(sql, open), span);
  }
  const significant = tokens.filter(isSignificant);
  const start = significant.findIndex((t) => !isSemicolon(t));
  const first = significant[start];
  if (!first) throw fail('statement.empty', {}, { line: 1 });
  const rest = significant.slice(start);
  const end = rest.findIndex(isSemicolon);
  const statement = end < 0 ? rest : rest.slice(0, end);
  const second = end < 0 ? undefined : rest.slice(end).find((t) => !isSemicolon(t));
  if (second) throw fail('statement.many', {}, spanOf(sql, second.from, rest.at(-1)!.to));

  const before = sql.slice(0, first.from).replaceAll(';', ' ');
  const text = sql.slice(first.from, statement.at(-1)!.to);
  const verb = verbOf(statement);
  const word = verb.value.toUpperCase();
  if (verb.kind === 'word' && describers.has(word)) {
    return `${before}FROM (${text})`;
  }
  const reads = verb.kind === 'word' ? readers.has(word) : verb.value === '(';
  if (!reads) {
    throw fail('statement.not-relation', { verb: verb.value }, spanOf(sql, verb.from, verb.to));
  }
  return before + text;
}

function isSemicolon(token: Token): boolean {
  return token.kind === 'symbol' && token.value === ';';
}

/** The word that decides what the statement does: the first one, or after WITH the one behind its tables. */
function verbOf(statement: readonly Token[]): Token {
  const first = statement[0]!;
  if (first.kind !== 'word' || first.value.toUpperCase() !== 'WITH') return first;
  let depth = 0;
  for (const [i, token] of statement.entries()) {
    if (token.kind === 'symbol' && token.value === '(') depth++;
    if (token.kind === 'symbol' && token.value === ')') depth--;
    if (depth > 0 || token.kind !== 'word') continue;
    const word = token.value.toUpperCase();
    const behindTables = statement[i - 1]?.value === ')';
    if (behindTables && (readers.has(word) || describers.has(word) || writers.has(word))) {
      return describers.has(word) ? first : token;
    }
  }
  return first;
}

function unclosedWords(sql: string, token: Token): { what: string; close: string } {
  if (token.kind === 'comment') return { what: 'comment', close: '*/' };
  if (token.kind === 'quoted') return { what: 'quoted name', close: '"' };
  const tag = /^\$[^$]*\$/.exec(sql.slice(token.from, token.to))?.[0];
  return { what: 'text', close: tag ?? "'" };
}
