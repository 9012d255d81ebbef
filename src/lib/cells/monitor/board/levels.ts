import {
  namesOf,
  parseExpression,
  type Comparison,
  type Expression
} from '#lib/analytics/stream/expression.ts';
import type { RuleReport } from '../report.ts';

/** A limit that a rule sets to a measure: it looks for values on the `is` side of `value`. */
export interface Limit {
  readonly rule: string;
  readonly is: Comparison;
  readonly value: number;
}

/** The limits in a rule's condition that a line can stand for: a measure compared with a number, alone or joined by and, or. */
export function limitsOf(rules: readonly RuleReport[], measure: string): Limit[] {
  return rules.flatMap((rule) =>
    comparisons(parsed(rule.when))
      .filter(({ name }) => name.toLowerCase() === measure.toLowerCase())
      .map(({ is, value }) => ({ rule: rule.name, is, value }))
  );
}

/** The rules that look at a measure, or at what a detector made of it. */
export function rulesOn(rules: readonly RuleReport[], measure: string): Set<string> {
  const own = ['', '_score', '_expected', '_anomaly'].map((end) => (measure + end).toLowerCase());
  const looks = ({ when }: RuleReport) => {
    const expression = parsed(when);
    return expression !== null && namesOf(expression).some((n) => own.includes(n.toLowerCase()));
  };
  return new Set(rules.filter(looks).map(({ name }) => name));
}

function parsed(condition: string): Expression | null {
  try {
    return parseExpression(condition);
  } catch {
    return null;
  }
}

const turned: Readonly<Record<Comparison, Comparison>> = {
  '=': '=',
  '!=': '!=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<='
};

function comparisons(
  e: Expression | null
): { readonly name: string; readonly is: Comparison; readonly value: number }[] {
  if (e?.kind !== 'binary') return [];
  const { op, left, right } = e;
  if (op === 'and' || op === 'or') return [...comparisons(left), ...comparisons(right)];
  if (!(op in turned)) return [];
  const is = op as Comparison;
  if (left.kind === 'name' && numberOf(right) !== null)
    return [{ name: left.name, is, value: numberOf(right)! }];
  if (right.kind === 'name' && numberOf(left) !== null)
    return [{ name: right.name, is: turned[is], value: numberOf(left)! }];
  return [];
}

/** The value of an expression without names, if it is one of numbers alone. */
function numberOf(e: Expression): number | null {
  if (e.kind === 'number') return e.value;
  if (e.kind === 'unary' && e.op === '-') {
    const of = numberOf(e.of);
    return of === null ? null : -of;
  }
  if (e.kind !== 'binary') return null;
  const [a, b] = [numberOf(e.left), numberOf(e.right)];
  if (a === null || b === null) return null;
  const value =
    e.op === '+' ? a + b : e.op === '-' ? a - b : e.op === '*' ? a * b : e.op === '/' ? a / b : NaN;
  return Number.isFinite(value) ? value : null;
}
