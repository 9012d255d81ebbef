import type { Columns } from '#lib/base/columns.ts';
import type { Accumulator, Input } from './accumulator.ts';
import { columnOf, evaluateBatch, typeOfExpression } from './batch-scope.ts';
import { Duplicates, lateShare } from './feed-accumulators.ts';
import { Count, Extreme, Latest, Ratio, Sum } from './number-accumulators.ts';
import type { Aggregate } from './measures.ts';
import { fillRate, lineFillRate, OrderFillRate } from './supply/fill-rate.ts';
import { Distinct, Quantile } from './set-accumulators.ts';
import { TextCodes } from './text-codes.ts';

/** The accumulator of an aggregate. `relation` is named in problems. */
export function accumulatorOf(
  aggregate: Aggregate,
  sample: Columns,
  relation: string
): Accumulator {
  const { name, of, per } = aggregate;
  if (name === 'late_share') return lateShare();
  if (name === 'duplicates') return new Duplicates(aggregate.ids!, relation);
  if (!of) return new Count(() => null);
  const inputs = (batch: Columns) => evaluateBatch(of, batch, relation);
  const type = typeOfExpression(of, sample);
  switch (name) {
    case 'count':
      return new Count(
        of.kind === 'name' ? (b) => presence(b, of.name, relation) : (b) => inputs(b)
      );
    case 'sum':
      return new Sum(inputs, type === 'integer' ? 'integer' : 'number', false);
    case 'mean':
      return new Sum(inputs, 'number', true);
    case 'min':
      return new Extreme(inputs, type, -1);
    case 'max':
      return new Extreme(inputs, type, 1);
    case 'first':
      return new Latest(inputs, type, -1);
    case 'last':
      return new Latest(inputs, type, 1);
    case 'distinct':
      return of.kind === 'name' ? distinctOf(of.name, relation, inputs) : new Distinct(inputs);
    case 'quantile':
      return new Quantile(inputs, aggregate.share!);
    case 'fill_rate':
      return fillRate(inputs, (batch) => evaluateBatch(per!, batch, relation));
    case 'order_fill_rate': {
      const { id } = aggregate;
      const ordered = (batch: Columns) => evaluateBatch(per!, batch, relation);
      if (id === undefined) return lineFillRate(inputs, ordered);
      return new OrderFillRate(inputs, ordered, (batch) => columnOf(batch, id, relation));
    }
    case 'ratio':
      return new Ratio(inputs, (batch) => evaluateBatch(per!, batch, relation));
  }
}

/** 1 where the column has a value, NaN where not, whatever its type. */
function presence(batch: Columns, name: string, relation: string): Float64Array {
  const vector = columnOf(batch, name, relation);
  const out = new Float64Array(batch.length).fill(1);
  if (vector.type === 'text' || vector.type === 'other') {
    for (let i = 0; i < out.length; i++) if (vector.values[i] == null) out[i] = Number.NaN;
  } else if (vector.valid) {
    for (let i = 0; i < out.length; i++) if (!vector.valid[i]) out[i] = Number.NaN;
  }
  return out;
}

function distinctOf(name: string, relation: string, numbers: Input): Distinct {
  const codes = new TextCodes();
  return new Distinct(interned(name, relation, numbers, codes), codes);
}

/** A text column as numbers, one for each different text; other columns as they are. */
function interned(name: string, relation: string, numbers: Input, codes: TextCodes): Input {
  return (batch) => {
    const vector = columnOf(batch, name, relation);
    if (vector.type !== 'text') return numbers(batch);
    const out = new Float64Array(batch.length);
    for (let i = 0; i < out.length; i++) {
      const value = vector.values[i];
      out[i] = value === null || value === undefined ? Number.NaN : codes.of(value);
    }
    return out;
  };
}
