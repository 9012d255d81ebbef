import { unreachable } from '#lib/base/assert.ts';
import { fail } from '#lib/problems/index.ts';
import type { Comparison, Expression } from './expression.ts';

/** A number by row; NaN is missing. */
export type NumberAt = (row: number) => number;
type TextAt = (row: number) => string | null;

/** What names mean. Each function fails with a problem for a name it does not know or cannot read that way. */
export interface Scope {
  number(name: string): NumberAt;
  text(name: string): TextAt;
}

/**
 * An expression as a closure over rows. Missing is NaN and spreads as in SQL: through arithmetic and
 * comparisons, and through `and`, `or`, `not` by three-valued logic. A comparison gives 1 or 0; a division by
 * zero is missing.
 */
export function compile(expression: Expression, scope: Scope): NumberAt {
  switch (expression.kind) {
    case 'number': {
      const { value } = expression;
      return () => value;
    }
    case 'text':
      throw refuse(expression, 'A text can only be compared with a column.');
    case 'name':
      return scope.number(expression.name);
    case 'call':
      return call(expression, scope);
    case 'unary': {
      const of = compile(expression.of, scope);
      if (expression.op === '-') return (row) => -of(row);
      return (row) => negate(of(row));
    }
    case 'binary':
      return binary(expression, scope);
    default:
      return unreachable(expression);
  }
}

/** Whether a compiled condition holds: missing does not. */
export function holds(value: number): boolean {
  return value === value && value !== 0;
}

function binary(expression: Extract<Expression, { kind: 'binary' }>, scope: Scope): NumberAt {
  const { op, left, right } = expression;
  if (op === '=' || op === '!=') {
    if (right.kind === 'text') return textComparison(op, left, right.value, scope);
    if (left.kind === 'text') return textComparison(op, right, left.value, scope);
  }
  const a = compile(left, scope);
  const b = compile(right, scope);
  switch (op) {
    case '+':
      return (row) => a(row) + b(row);
    case '-':
      return (row) => a(row) - b(row);
    case '*':
      return (row) => a(row) * b(row);
    case '/':
      return (row) => {
        const divisor = b(row);
        return divisor === 0 ? Number.NaN : a(row) / divisor;
      };
    case 'and':
      return (row) => both(a(row), b(row));
    case 'or':
      return (row) => negate(both(negate(a(row)), negate(b(row))));
    default: {
      const compare = comparisons[op];
      return (row) => {
        const x = a(row);
        const y = b(row);
        return x !== x || y !== y ? Number.NaN : compare(x, y) ? 1 : 0;
      };
    }
  }
}

const comparisons: Readonly<Record<Comparison, (x: number, y: number) => boolean>> = {
  '=': (x, y) => x === y,
  '!=': (x, y) => x !== y,
  '<': (x, y) => x < y,
  '<=': (x, y) => x <= y,
  '>': (x, y) => x > y,
  '>=': (x, y) => x >= y
};

function both(x: number, y: number): number {
  if (x === 0 || y === 0) return 0;
  return x !== x || y !== y ? Number.NaN : 1;
}

function negate(x: number): number {
  return x !== x ? x : x === 0 ? 1 : 0;
}

function textComparison(op: '=' | '!=', side: Expression, literal: string, scope: Scope): NumberAt {
  if (side.kind !== 'name') throw refuse(side, 'A text can only be compared with a column.');
  const at = scope.text(side.name);
  return (row) => {
    const value = at(row);
    if (value === null) return Number.NaN;
    return (value === literal) === (op === '=') ? 1 : 0;
  };
}

const functions: Readonly<Record<string, (x: number) => number>> = {
  abs: Math.abs,
  sqrt: Math.sqrt,
  ln: Math.log,
  exp: Math.exp,
  floor: Math.floor,
  ceil: Math.ceil,
  round: Math.round
};

/** Names of the row functions an expression may call. */
export const rowFunctions: readonly string[] = [...Object.keys(functions), 'coalesce'];

function call(expression: Extract<Expression, { kind: 'call' }>, scope: Scope): NumberAt {
  const args = expression.args.map((arg) => compile(arg, scope));
  const [a, b] = args;
  if (expression.name === 'coalesce' && a && b && args.length === 2) {
    return (row) => {
      const value = a(row);
      return value === value ? value : b(row);
    };
  }
  const f = functions[expression.name];
  if (!f || !a || args.length !== 1)
    throw refuse(expression, `It takes the functions ${rowFunctions.join(', ')}.`);
  return (row) => {
    const value = f(a(row));
    return Number.isFinite(value) ? value : Number.NaN;
  };
}

function refuse(expression: Expression, detail: string) {
  const text =
    expression.kind === 'text'
      ? `'${expression.value}'`
      : expression.kind === 'call'
        ? `${expression.name}()`
        : 'This expression';
  return fail('live.expression', {
    text,
    detail,
    remedy: "Compare a text column with a text, as in `country = 'FR'`."
  });
}
