export type TokenKind =
  'space' | 'comment' | 'word' | 'quoted' | 'string' | 'number' | 'param' | 'symbol';

/** A piece of SQL text; the tokens of a text cover it without gaps. */
export interface Token {
  readonly kind: TokenKind;
  readonly from: number;
  readonly to: number;
  /** A quoted identifier without its quotes, a parameter without `$`; anything else as written. */
  readonly value: string;
  /** false for a string, quoted name or comment that runs to the end of the text. */
  readonly closed: boolean;
}

const space = /\s+/uy;
const word = /(?:[A-Za-z_]|(?!\s)[\u0080-\u{10ffff}])(?:[\w$]|(?!\s)[\u0080-\u{10ffff}])*/uy;
const number =
  /0[xX][\da-fA-F_]+|0[bB][01_]+|(?:\d[\d_]*(?:\.(?!\.)[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d+)?/uy;
const dollarTag = /\$(?:[A-Za-z_\u0080-\u{10ffff}][\w\u0080-\u{10ffff}]*)?\$/uy;
const param = /\$([\p{L}_][\p{L}\p{N}_]*|\d+)/uy;
const symbol = /::|:=|->>|->|=>|[<>!]=|<>|\|\||[^]/uy;

/**
 * Splits SQL into tokens by DuckDB's lexical rules: doubled quotes, E'' escapes, $tag$ strings, nested block
 * comments, `$` inside identifiers, letters of any script. Never fails; linear in the length of the text.
 */
export function scanSql(sql: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    return pattern.exec(sql);
  };
  const push = (kind: TokenKind, to: number, value = sql.slice(at, to), closed = true) => {
    tokens.push({ kind, from: at, to, value, closed });
    at = to;
  };
  const pushSpan = (kind: TokenKind, end: Ending, value?: string) =>
    push(kind, end.to, value, end.closed);

  while (at < sql.length) {
    const c = sql[at]!;
    const next = sql[at + 1];
    if (c === "'") pushSpan('string', quotedEnd(sql, at, "'"));
    else if (c === '"') {
      const end = quotedEnd(sql, at, '"');
      const inner = sql.slice(at + 1, end.closed ? end.to - 1 : end.to);
      pushSpan('quoted', end, inner.replaceAll('""', '"'));
    } else if (c === '-' && next === '-') push('comment', lineEnd(sql, at));
    else if (c === '/' && next === '*') pushSpan('comment', commentEnd(sql, at));
    else if (next === "'" && /[eE]/.test(c)) pushSpan('string', escapedEnd(sql, at + 1));
    else if (next === "'" && /[xXbB]/.test(c)) pushSpan('string', quotedEnd(sql, at + 1, "'"));
    else {
      const found = match(space);
      if (found) {
        push('space', at + found[0].length);
        continue;
      }
      const tag = c === '$' ? match(dollarTag)?.[0] : undefined;
      if (tag !== undefined) {
        pushSpan('string', endAfter(sql, tag, at + tag.length));
        continue;
      }
      const name = c === '$' ? match(param) : null;
      if (name) {
        push('param', at + name[0].length, name[1]);
        continue;
      }
      const ident = match(word);
      if (ident) {
        push('word', at + ident[0].length);
        continue;
      }
      const digits = match(number);
      if (digits) {
        push('number', at + digits[0].length);
        continue;
      }
      push('symbol', at + (match(symbol)?.[0].length ?? 1));
    }
  }
  return tokens;
}

/** Whether a token means anything to the engine. */
export function isSignificant(token: Token): boolean {
  return token.kind !== 'space' && token.kind !== 'comment';
}

interface Ending {
  readonly to: number;
  readonly closed: boolean;
}

function endAfter(sql: string, mark: string, from: number): Ending {
  const found = sql.indexOf(mark, from);
  return found < 0 ? { to: sql.length, closed: false } : { to: found + mark.length, closed: true };
}

function quotedEnd(sql: string, from: number, quote: string): Ending {
  let end = endAfter(sql, quote, from + 1);
  while (end.closed && sql[end.to] === quote) end = endAfter(sql, quote, end.to + 1);
  return end;
}

function escapedEnd(sql: string, from: number): Ending {
  for (let i = from + 1; i < sql.length; i++) {
    if (sql[i] === '\\') i++;
    else if (sql[i] === "'") {
      if (sql[i + 1] !== "'") return { to: i + 1, closed: true };
      i++;
    }
  }
  return { to: sql.length, closed: false };
}

function lineEnd(sql: string, from: number): number {
  let i = from;
  while (i < sql.length && sql[i] !== '\n' && sql[i] !== '\r') i++;
  return i;
}

function commentEnd(sql: string, from: number): Ending {
  let depth = 0;
  for (let i = from; i < sql.length - 1; i++) {
    if (sql[i] === '/' && sql[i + 1] === '*') {
      depth++;
      i++;
    } else if (sql[i] === '*' && sql[i + 1] === '/') {
      depth--;
      i++;
      if (depth === 0) return { to: i + 1, closed: true };
    }
  }
  return { to: sql.length, closed: false };
}
