import { ident } from '../core/sql.ts';
import { findField } from './fields.ts';
import type { StepInput } from './step.ts';

/**
 * `ORDER BY` terms from column names, `column desc` or SQL expressions, with the row's place as the last one.
 * Missing values come last in either direction. `reversed` turns every direction round.
 */
export function orderTerms(input: StepInput, order: readonly string[], reversed = false): string {
  const terms = order.map((term) => {
    const [, rest, word] = /^(.*?)(?:\s+(asc|desc))?$/is.exec(term.trim())!;
    const whole = findField(input, term.trim());
    const field = whole ?? findField(input, rest!);
    const descending = (!whole && word?.toLowerCase() === 'desc') !== reversed;
    const expression = field ? ident(field.name) : `(${rest!})`;
    return `${expression} ${descending ? 'DESC' : 'ASC'} NULLS LAST`;
  });
  return [...terms, `${input.row} ${reversed ? 'DESC' : 'ASC'}`].join(', ');
}
