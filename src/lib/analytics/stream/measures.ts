import { fail } from '#lib/problems/index.ts';
import { parseExpression, walk, type Expression } from './expression.ts';
import { rowFunctions } from './evaluate.ts';
import { BadCall, carriedCall, carriedNames, type CarriedCall } from './supply/calls.ts';

const aggregateNames = [
  'count',
  'sum',
  'mean',
  'min',
  'max',
  'first',
  'last',
  'distinct',
  'quantile',
  'ratio',
  'fill_rate',
  'order_fill_rate',
  'duplicates',
  'late_share'
] as const;
type AggregateName = (typeof aggregateNames)[number];

/** One figure kept for every window and key. `of` is absent for `count()`; `per` is the second column of `ratio` and of fill rates. */
export interface Aggregate {
  readonly name: AggregateName;
  readonly of?: Expression;
  readonly per?: Expression;
  /** The share of `quantile`, from 0 to 1. */
  readonly share?: number;
  /** The column that tells orders apart, of `order_fill_rate`. */
  readonly id?: string;
  /** The columns that tell events apart, of `duplicates`. */
  readonly ids?: readonly string[];
}

/** The names of all measures that can be written. */
export const measureNames: readonly string[] = [...aggregateNames, ...carriedNames];

/** A measure: an expression over aggregates, which it names #0, #1, …, and carried calls, which it names @0, @1, … */
interface Measure {
  readonly name: string;
  readonly text: string;
  readonly result: Expression;
}

export interface MeasurePlan {
  readonly measures: readonly Measure[];
  /** Each different aggregate once. */
  readonly aggregates: readonly Aggregate[];
  /** Each different figure of state that outlives windows once. */
  readonly carried: readonly CarriedCall[];
}

/** The relations that measures read besides the stream, each once. */
export function relationsOf({ carried }: MeasurePlan): string[] {
  return [...new Set(carried.flatMap((call) => [call.opening ?? [], call.forecast ?? []].flat()))];
}

/**
 * Reads measures such as `count()`, `sum(Quantity * UnitPrice)`, `quantile(delay, 0.95)`,
 * `ratio(returned, sold)` or `sum(value) / count()`. What is inside an aggregate is evaluated for every
 * event, what is outside for every window.
 */
export function parseMeasures(texts: Readonly<Record<string, string>>): MeasurePlan {
  const aggregates = new Once<Aggregate>('#');
  const carried = new Once<CarriedCall>('@');
  const measures = Object.entries(texts).map(([name, text]) => {
    return { name, text, result: lift(parseExpression(text), text, aggregates, carried) };
  });
  return { measures, aggregates: aggregates.items, carried: carried.items };
}

/** Different items, each kept once and named by its place. */
class Once<T> {
  readonly items: T[] = [];
  readonly #sign: string;
  readonly #known = new Map<string, number>();

  constructor(sign: string) {
    this.#sign = sign;
  }

  keep(item: T): Expression {
    const key = JSON.stringify(item);
    let index = this.#known.get(key);
    if (index === undefined) {
      index = this.items.push(item) - 1;
      this.#known.set(key, index);
    }
    return { kind: 'name', name: `${this.#sign}${index}` };
  }
}

function lift(
  expression: Expression,
  text: string,
  aggregates: Once<Aggregate>,
  carried: Once<CarriedCall>
): Expression {
  const again = (e: Expression) => lift(e, text, aggregates, carried);
  switch (expression.kind) {
    case 'call': {
      const call = carriedNames.find((n) => n === expression.name);
      if (call) return carried.keep(carriedPart(call, expression.args, text));
      const name = aggregateNames.find((n) => n === (synonyms[expression.name] ?? expression.name));
      if (name === undefined) {
        if (!rowFunctions.includes(expression.name))
          throw refuse(text, `\`${expression.name}\` is not an aggregate.`);
        return { ...expression, args: expression.args.map(again) };
      }
      return aggregates.keep(aggregate(name, expression.args, text));
    }
    case 'name':
      throw refuse(text, `\`${expression.name}\` stands outside an aggregate.`);
    case 'unary':
      return { ...expression, of: again(expression.of) };
    case 'binary':
      return { ...expression, left: again(expression.left), right: again(expression.right) };
    default:
      return expression;
  }
}

/** How many arguments an aggregate takes, where that is not one. */
const argumentsOf: Readonly<Partial<Record<AggregateName, readonly number[]>>> = {
  count: [0, 1],
  quantile: [2],
  ratio: [2],
  fill_rate: [2],
  order_fill_rate: [2, 3],
  duplicates: [1, 2, 3],
  late_share: [0]
};

const synonyms: Readonly<Record<string, AggregateName>> = { avg: 'mean' };

function aggregate(name: AggregateName, args: readonly Expression[], text: string): Aggregate {
  const wanted = argumentsOf[name] ?? [1];
  if (!wanted.includes(args.length)) {
    throw refuse(
      text,
      `\`${name}\` takes ${wanted.join(' or ')} ${wanted.at(-1) === 1 ? 'argument' : 'arguments'}.`
    );
  }
  checkRows(name, args, text);
  const [of, second, third] = args;
  if (!of) return { name };
  if (name === 'duplicates') {
    const ids = args.flatMap((arg) => (arg.kind === 'name' ? arg.name : []));
    if (ids.length === args.length) return { name, ids };
    throw refuse(text, 'Events are told apart by columns as they are.');
  }
  if (name === 'ratio' || name === 'fill_rate') return { name, of, per: second! };
  if (name === 'order_fill_rate') {
    if (!third) return { name, of, per: second! };
    if (third.kind === 'name') return { name, of, per: second!, id: third.name };
    throw refuse(text, 'Orders are told apart by a column.');
  }
  if (name !== 'quantile') return { name, of };
  if (second?.kind !== 'number' || second.value < 0 || second.value > 1)
    throw refuse(text, 'The share of a quantile is a number from 0 to 1.');
  return { name, of, share: second.value };
}

function carriedPart(name: CarriedCall['name'], args: readonly Expression[], text: string) {
  try {
    const call = carriedCall(name, args);
    checkRows(name, [...call.args, call.demand], text);
    return call;
  } catch (error) {
    throw error instanceof BadCall ? refuse(text, error.message) : error;
  }
}

/** Inside an aggregate stands what can be evaluated for every event. */
function checkRows(name: string, args: readonly (Expression | null)[], text: string): void {
  for (const arg of args) {
    if (!arg) continue;
    walk(arg, (e) => {
      if (e.kind === 'call' && !rowFunctions.includes(e.name))
        throw refuse(text, `\`${e.name}\` cannot stand inside \`${name}\`.`);
    });
  }
}

function refuse(text: string, detail: string) {
  return fail('live.expression', {
    text,
    detail,
    remedy: `Use ${measureNames.map((n) => (n === 'count' ? 'count()' : n)).join(', ')} over columns, such as \`sum(quantity * price)\`.`
  });
}
