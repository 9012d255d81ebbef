import { vectorOf, type Columns, type NumericType, type Vector } from '#lib/base/columns.ts';
import { nearest } from '#lib/base/nearest.ts';
import { fail } from '#lib/problems/index.ts';
import { compile, type Scope } from './evaluate.ts';
import type { Expression } from './expression.ts';

/** The values of an expression for every row of a batch; NaN is missing. A bare column without gaps is not copied. */
export function evaluateBatch(
  expression: Expression,
  batch: Columns,
  relation: string
): Float64Array {
  if (expression.kind === 'name') {
    const vector = columnOf(batch, expression.name, relation);
    if (isNumeric(vector)) return withGaps(vector);
  }
  const at = compile(expression, batchScope(batch, relation));
  const out = new Float64Array(batch.length);
  for (let row = 0; row < out.length; row++) out[row] = at(row);
  return out;
}

/** The type of an expression's values: whole numbers stay whole under + - *, and a bare column keeps its own type. */
export function typeOfExpression(expression: Expression, batch: Columns): NumericType {
  switch (expression.kind) {
    case 'number':
      return Number.isInteger(expression.value) ? 'integer' : 'number';
    case 'name': {
      const type = find(batch, expression.name)?.type;
      return type === 'integer' || type === 'date' || type === 'timestamp' ? type : 'number';
    }
    case 'unary':
      return expression.op === 'not' ? 'integer' : typeOfExpression(expression.of, batch);
    case 'binary': {
      if (expression.op === '/') return 'number';
      if (!'+-*'.includes(expression.op)) return 'integer';
      const types = [expression.left, expression.right].map((e) => typeOfExpression(e, batch));
      return types.every((t) => t === 'integer') ? 'integer' : 'number';
    }
    default:
      return 'number';
  }
}

/** The vector of a column, by name without regard to case; a problem if there is none. */
export function columnOf(batch: Columns, name: string, relation: string): Vector {
  const vector = find(batch, name);
  if (!vector) {
    throw fail('live.column', {
      column: name,
      relation,
      nearest: nearest(name, batch.names),
      known: batch.names.join(', ')
    });
  }
  return vector;
}

function find(batch: Columns, name: string): Vector | undefined {
  const exact = vectorOf(batch, name);
  if (exact) return exact;
  const lower = name.toLowerCase();
  const at = batch.names.findIndex((n) => n.toLowerCase() === lower);
  return at < 0 ? undefined : batch.vectors[at];
}

function batchScope(batch: Columns, relation: string): Scope {
  return {
    number(name) {
      const vector = columnOf(batch, name, relation);
      if (!isNumeric(vector)) throw fail('live.text-number', { column: name });
      const values = withGaps(vector);
      return (row) => values[row]!;
    },
    text(name) {
      const vector = columnOf(batch, name, relation);
      if (vector.type !== 'text') {
        throw fail('live.expression', {
          text: name,
          detail: `\`${name}\` is of type ${vector.type}, not text.`,
          remedy: 'Compare it with a number.'
        });
      }
      return (row) => vector.values[row] ?? null;
    }
  };
}

type NumberLike = Exclude<Vector, { type: 'text' | 'other' }>;

function isNumeric(vector: Vector): vector is NumberLike {
  return vector.type !== 'text' && vector.type !== 'other';
}

function withGaps(vector: NumberLike): Float64Array {
  const { values, valid } = vector;
  if (!valid && values instanceof Float64Array) return values;
  const out = Float64Array.from(values);
  if (valid) for (let i = 0; i < out.length; i++) if (!valid[i]) out[i] = Number.NaN;
  return out;
}
