import { spanOf } from '#lib/base/span.ts';
import type { Scalar } from '#lib/base/problem.ts';
import { fail } from '#lib/problems/index.ts';
import { nameKey, quoteText } from './quote.ts';
import { scanSql, type Token } from './scan.ts';

/**
 * SQL with every `$name` outside strings and comments replaced by the literal of its value. Names are compared
 * without regard to case. Text stays text, also where it looks like a date or a number. Throws
 * `config.param-unknown` at the first name that has no value.
 */
export function bindParams(sql: string, params: Readonly<Record<string, Scalar>>): string {
  const values = new Map(Object.entries(params).map(([name, value]) => [nameKey(name), value]));
  const tokens = scanSql(sql);
  return tokens
    .map((token, i) => {
      if (token.kind !== 'param') return sql.slice(token.from, token.to);
      const value = values.get(nameKey(token.value));
      if (value === undefined) {
        const known = Object.keys(params).join(', ');
        throw fail(
          'config.param-unknown',
          { name: token.value, known },
          spanOf(sql, token.from, token.to)
        );
      }
      return apart(tokens[i - 1]) + literal(value) + apart(tokens[i + 1]);
    })
    .join('');
}

/** The names of the parameters in `sql`, each once, as first written. */
export function paramsUsed(sql: string): string[] {
  const found = new Map<string, string>();
  for (const token of scanSql(sql)) {
    if (token.kind !== 'param') continue;
    const key = nameKey(token.value);
    if (!found.has(key)) found.set(key, token.value);
  }
  return [...found.values()];
}

/** Two literals or names side by side would melt into one. */
function apart(neighbour: Token | undefined): string {
  const melts = ['word', 'quoted', 'string', 'number', 'param'];
  return neighbour && melts.includes(neighbour.kind) ? ' ' : '';
}

function literal(value: Scalar): string {
  if (value === null) return 'NULL';
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE';
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return `'${value}'::DOUBLE`;
    // A bare minus after another one would start a comment.
    return value < 0 || Object.is(value, -0) ? `(${value})` : String(value);
  }
  // The engine's parser stops at a NUL character.
  if (value.includes('\0')) return `(${value.split('\0').map(quoteText).join(' || chr(0) || ')})`;
  return quoteText(value);
}
