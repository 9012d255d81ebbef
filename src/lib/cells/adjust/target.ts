import { compile, type Scope } from '#lib/analytics/stream/evaluate.ts';
import { parseExpression } from '#lib/analytics/stream/expression.ts';
import { isMissing, valueAt, vectorOf, type Columns } from '#lib/base/columns.ts';
import { nearest } from '#lib/base/nearest.ts';
import { ProblemError, type Scalar, type Span } from '#lib/base/problem.ts';
import { fail } from '#lib/problems/index.ts';
import { figuresOf } from './triggers.ts';

/** The parameter as it stands. */
export interface Target {
  readonly value: Scalar;
  readonly type: 'integer' | 'number' | 'other';
}

/** Reads the relation of a param cell. */
export function targetOf(name: string, table: Columns, span?: Span): Target {
  const vector = vectorOf(table, 'value');
  if (!vector || table.length !== 1) throw fail('adjust.not-a-parameter', { name }, span);
  const type = vector.type === 'integer' || vector.type === 'number' ? vector.type : 'other';
  const value = valueAt(vector, 0);
  if (vector.type === 'date' && typeof value === 'number')
    return { value: new Date(value).toISOString().slice(0, 10), type };
  return { value: typeof value === 'object' ? null : value, type };
}

/** The new value for a row of the alerts at its time, from the old one; null where the expression gives no number. */
export type Aim = (old: Scalar, row: number, time: number) => Scalar;

/** `to` as a function: an expression where the parameter is a number, else the text itself. */
export function aimOf(
  { to, name }: { readonly to: string; readonly name: string },
  { type }: Target,
  alerts: Columns,
  span?: Span
): Aim {
  if (type === 'other') return () => unquoted(to);
  const figures = figuresOf(alerts);
  let old = Number.NaN;
  const known = ['old', name, ...figures.keys()];
  const scope: Scope = {
    number(asked) {
      const key = asked.toLowerCase();
      if (key === 'old' || key === name.toLowerCase()) return () => old;
      const found = [...figures].find(([figure]) => figure.toLowerCase() === key)?.[1];
      if (found) return (row) => (isMissing(found, row) ? Number.NaN : Number(found.values[row]));
      throw unknownName(asked, known);
    },
    text(asked) {
      throw unknownName(asked, known);
    }
  };
  const at = placed(span, () => compile(parseExpression(to), scope));
  return (before, row) => {
    if (typeof before !== 'number') return null;
    old = before;
    const value = at(row);
    return Number.isFinite(value) ? value : null;
  };
}

/** A number without the noise of binary fractions, whole where the parameter is. */
export function tidy(value: number, type: Target['type']): number {
  const plain = Number(value.toPrecision(12));
  return type === 'integer' ? Math.round(plain) : plain;
}

function unknownName(name: string, known: readonly string[]): ProblemError {
  return fail('adjust.name', { name, nearest: nearest(name, known), known: known.join(', ') });
}

function placed<T>(span: Span | undefined, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof ProblemError) || !span) throw error;
    throw new ProblemError({ ...error.problem, span });
  }
}

function unquoted(text: string): string {
  return /^'(.*)'$/s.exec(text)?.[1]?.replaceAll("''", "'") ?? text;
}
