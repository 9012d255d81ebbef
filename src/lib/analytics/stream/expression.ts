import { fail } from '#lib/problems/index.ts';

/** A small arithmetic and logical expression over named numbers: measures of a monitor, conditions of an alert. Plain data. */
export type Expression =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expression[] }
  | { readonly kind: 'unary'; readonly op: '-' | 'not'; readonly of: Expression }
  | {
      readonly kind: 'binary';
      readonly op: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    };

export type Comparison = '=' | '!=' | '<' | '<=' | '>' | '>=';
type BinaryOperator = '+' | '-' | '*' | '/' | Comparison | 'and' | 'or';

interface Token {
  readonly kind: 'number' | 'text' | 'name' | 'quoted' | 'operator' | 'end';
  readonly text: string;
}

const pattern =
  /\s*(?:(\d+(?:\.\d*)?(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?)|'((?:[^']|'')*)'|"((?:[^"]|"")*)"|`([^`]*)`|([\p{L}_][\p{L}\p{N}_]*)|(<=|>=|==|!=|<>|&&|\|\||[-+*/()<>=!,]))/uy;

/**
 * Reads numbers, 'texts', names, "names with spaces", + - * /, comparisons (= or ==, != or <>), and, or,
 * not, parentheses and calls. Operators bind as in SQL: not, comparisons and arithmetic before and, and before or.
 */
export function parseExpression(source: string): Expression {
  const tokens = tokenize(source);
  let at = 0;
  const refuse = (detail: string) =>
    fail('live.expression', {
      text: source,
      detail,
      remedy: 'Write columns or measures, numbers, + - * /, comparisons, and, or, not.'
    });
  const peek = () => tokens[at]!;
  const isWord = (word: string) =>
    (peek().kind === 'name' && peek().text.toLowerCase() === word) ||
    (peek().kind === 'operator' && peek().text === symbols[word]);
  const take = (text: string): boolean => {
    if (peek().kind !== 'operator' || peek().text !== text) return false;
    at++;
    return true;
  };

  function chain(next: () => Expression, operator: () => BinaryOperator | null): Expression {
    let left = next();
    for (let op = operator(); op !== null; op = operator()) {
      left = { kind: 'binary', op, left, right: next() };
    }
    return left;
  }
  const wordOperator = (word: 'and' | 'or') => () => {
    if (!isWord(word)) return null;
    at++;
    return word;
  };
  const oneOf = (operators: readonly BinaryOperator[]) => () => {
    const op = operators.find((o) => peek().kind === 'operator' && peek().text === o) ?? null;
    if (op !== null) at++;
    return op;
  };

  const disjunction = (): Expression => chain(conjunction, wordOperator('or'));
  const conjunction = (): Expression => chain(negation, wordOperator('and'));
  function negation(): Expression {
    if (!isWord('not')) return comparison();
    at++;
    return { kind: 'unary', op: 'not', of: negation() };
  }
  function comparison(): Expression {
    const left = sum();
    const op = oneOf(['<=', '>=', '!=', '=', '<', '>'])();
    return op === null ? left : { kind: 'binary', op, left, right: sum() };
  }
  const sum = (): Expression => chain(product, oneOf(['+', '-']));
  const product = (): Expression => chain(factor, oneOf(['*', '/']));
  function factor(): Expression {
    if (take('-')) return { kind: 'unary', op: '-', of: factor() };
    if (take('(')) {
      const inner = disjunction();
      if (!take(')')) throw refuse(`A closing parenthesis is missing before ${place()}.`);
      return inner;
    }
    const token = peek();
    at++;
    if (token.kind === 'number') return { kind: 'number', value: Number(token.text) };
    if (token.kind === 'text') return { kind: 'text', value: token.text };
    if (token.kind === 'quoted') return { kind: 'name', name: token.text };
    if (token.kind !== 'name') {
      at--;
      throw refuse(`A number, a name or a parenthesis is expected at ${place()}.`);
    }
    const word = token.text.toLowerCase();
    if (word === 'true' || word === 'false')
      return { kind: 'number', value: word === 'true' ? 1 : 0 };
    return take('(')
      ? { kind: 'call', name: word, args: args() }
      : { kind: 'name', name: token.text };
  }
  function args(): Expression[] {
    const out: Expression[] = [];
    if (take(')')) return out;
    do out.push(disjunction());
    while (take(','));
    if (!take(')')) throw refuse(`A closing parenthesis is missing before ${place()}.`);
    return out;
  }
  const place = () => (peek().kind === 'end' ? 'the end' : `\`${peek().text}\``);

  const expression = disjunction();
  if (peek().kind !== 'end') throw refuse(`\`${peek().text}\` does not fit where it stands.`);
  return expression;
}

const symbols: Readonly<Record<string, string>> = { and: '&&', or: '||', not: '!' };
const synonyms: Readonly<Record<string, string>> = { '==': '=', '<>': '!=' };

function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  pattern.lastIndex = 0;
  while (source.slice(pattern.lastIndex).trim() !== '') {
    const from = pattern.lastIndex;
    const match = pattern.exec(source);
    if (!match) {
      throw fail('live.expression', {
        text: source,
        detail: `\`${source.slice(from).trim().slice(0, 1)}\` has no meaning here.`,
        remedy: 'Write columns or measures, numbers, + - * /, comparisons, and, or, not.'
      });
    }
    const [, number, text, quoted, ticked, name, operator] = match;
    if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (text !== undefined) tokens.push({ kind: 'text', text: text.replaceAll("''", "'") });
    else if (quoted !== undefined)
      tokens.push({ kind: 'quoted', text: quoted.replaceAll('""', '"') });
    else if (ticked !== undefined) tokens.push({ kind: 'quoted', text: ticked });
    else if (name !== undefined) tokens.push({ kind: 'name', text: name });
    else tokens.push({ kind: 'operator', text: synonyms[operator!] ?? operator! });
  }
  tokens.push({ kind: 'end', text: '' });
  return tokens;
}

/** Every name the expression stands on, in order of appearance, each once. */
export function namesOf(expression: Expression): string[] {
  const names = new Set<string>();
  walk(expression, (e) => {
    if (e.kind === 'name') names.add(e.name);
  });
  return [...names];
}

export function walk(expression: Expression, visit: (e: Expression) => void): void {
  visit(expression);
  if (expression.kind === 'unary') walk(expression.of, visit);
  else if (expression.kind === 'call') for (const arg of expression.args) walk(arg, visit);
  else if (expression.kind === 'binary') {
    walk(expression.left, visit);
    walk(expression.right, visit);
  }
}
