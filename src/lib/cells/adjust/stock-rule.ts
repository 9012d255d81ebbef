import { compile, type Scope } from '#lib/analytics/stream/evaluate.ts';
import { parseExpression } from '#lib/analytics/stream/expression.ts';
import type { StockPolicy } from '#lib/analytics/loop/stock-policy.ts';
import { nearest } from '#lib/base/nearest.ts';
import { ProblemError, type Span } from '#lib/base/problem.ts';
import { fail } from '#lib/problems/index.ts';
import type { EffectConfig } from './effect-config.ts';

export interface Statistics {
  readonly mean: number;
  readonly sd: number;
  readonly leadTime: number;
}

/** The policy of an item for a value of the parameter, from a period on; what an expression leaves open is never ordered. */
export type StockRule = (parameter: number, of: Statistics, from: number) => StockPolicy;

/** Compiles the expressions of `effect`. */
export function stockRule(
  {
    reorderPoint,
    orderUpTo,
    orderQuantity
  }: Pick<EffectConfig, 'reorderPoint' | 'orderUpTo' | 'orderQuantity'>,
  parameter: string,
  span: Span | undefined
): StockRule {
  const values = new Map<string, number>();
  const names = [parameter, 'mean', 'sd', 'lead_time'];
  const scope = (known: readonly string[]): Scope => ({
    number(asked) {
      const key = known.find((name) => name.toLowerCase() === asked.toLowerCase());
      if (key === undefined) throw unknownName(asked, known);
      return () => values.get(key) ?? Number.NaN;
    },
    text(asked) {
      throw unknownName(asked, known);
    }
  });
  const read = (text: string, known: readonly string[]) => {
    try {
      return compile(parseExpression(text), scope(known));
    } catch (error) {
      if (!(error instanceof ProblemError) || !span) throw error;
      throw new ProblemError({ ...error.problem, span });
    }
  };
  const further = [...new Set([...names, 'reorder_point'])];
  const point = read(reorderPoint ?? parameter, names);
  const level = orderUpTo === null ? null : read(orderUpTo, further);
  const lot = read(orderQuantity, further);
  return (value, { mean, sd, leadTime }, from) => {
    values.set('mean', mean).set('sd', sd).set('lead_time', leadTime).set(parameter, value);
    const at = point(0);
    values.set('reorder_point', at);
    return level
      ? { from, reorderPoint: at, orderUpTo: level(0) }
      : { from, reorderPoint: at, quantity: lot(0) };
  };
}

function unknownName(name: string, known: readonly string[]): ProblemError {
  return fail('adjust.effect-name', {
    name,
    nearest: nearest(name, known),
    known: known.join(', ')
  });
}
