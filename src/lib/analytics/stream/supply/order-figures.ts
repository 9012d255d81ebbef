import type { Columns, ColumnType } from '#lib/base/columns.ts';
import type { Input } from '../accumulator.ts';
import { columnOf, evaluateBatch } from '../batch-scope.ts';
import type { Carried, CarriedFigure } from '../carried.ts';
import { eventTimes } from '../event-time.ts';
import type { Expression } from '../expression.ts';
import { backorderFigure, Backorders, backorderNames } from './backorders.ts';
import type { CarriedCall, CarriedName } from './calls.ts';
import { Deliveries, deliveryFigure, deliveryNames } from './deliveries.ts';

type OrderName = (typeof backorderNames)[number] | (typeof deliveryNames)[number];

export function isOrderCall(name: CarriedName): name is OrderName {
  return ([...backorderNames, ...deliveryNames] as readonly string[]).includes(name);
}

interface Batches {
  readonly sample: Columns;
  /** Named in problems. */
  readonly relation: string;
}

/** The figure of a call over orders; `shared` gives the state that calls over equal inputs have in common. */
export function orderFigure(
  { name, args }: CarriedCall & { readonly name: OrderName },
  scope: Batches,
  shared: <T extends Carried>(key: unknown, make: () => T) => T
): CarriedFigure {
  const backorder = backorderNames.find((n) => n === name);
  if (backorder)
    return backorderFigure(
      backorder,
      shared(['backorders', args], () => backordersOf(args, scope))
    );
  const share = args[3]?.kind === 'number' ? args[3].value : null;
  const inputs = args.slice(0, 3);
  const state = shared(['orders', inputs], () => deliveriesOf(inputs, scope));
  return deliveryFigure(
    deliveryNames.find((n) => n === name)!,
    state,
    share
  );
}

/** Orders held one by one over all keys: some 200 MB at the most. */
const mostOrders = 1_000_000;

function backordersOf(args: CarriedCall['args'], { relation }: Batches): Backorders {
  const [ordered, filled] = args.map((of) => inputOf(of!, relation));
  return new Backorders({ ordered: ordered!, filled: filled! }, mostOrders);
}

function deliveriesOf(args: CarriedCall['args'], { relation, sample }: Batches): Deliveries {
  const [order, promised, delivered] = args;
  const name = order!.kind === 'name' ? order!.name : '';
  const inputs = {
    order: (batch: Columns) => columnOf(batch, name, relation),
    promised: momentOf(promised!, sample, relation),
    delivered: momentOf(delivered!, sample, relation),
    happens: !isMoment(delivered!, sample)
  };
  return new Deliveries(inputs, mostOrders);
}

function inputOf(of: Expression, relation: string): Input {
  return (batch) => evaluateBatch(of, batch, relation);
}

/** Times in milliseconds, also those written as text. */
function momentOf(of: Expression, sample: Columns, relation: string): Input {
  return of.kind === 'name' && typeNamed(of.name, sample) === 'text'
    ? (batch) => eventTimes(batch, of.name, relation)
    : inputOf(of, relation);
}

function isMoment(of: Expression, sample: Columns): boolean {
  const type = of.kind === 'name' ? typeNamed(of.name, sample) : undefined;
  return type === 'timestamp' || type === 'date' || type === 'text';
}

function typeNamed(name: string, { names, vectors }: Columns): ColumnType | undefined {
  return vectors[names.findIndex((n) => n.toLowerCase() === name.toLowerCase())]?.type;
}
