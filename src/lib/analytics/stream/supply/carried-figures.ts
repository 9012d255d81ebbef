import type { Columns, NumericType } from '#lib/base/columns.ts';
import { evaluateBatch, typeOfExpression } from '../batch-scope.ts';
import type { Carried, CarriedFigure, CarriedGrid } from '../carried.ts';
import type { Expression } from '../expression.ts';
import { keysNamed, type CarriedCall } from './calls.ts';
import { CoverLedger, coverFigure, defaultAlpha } from './cover.ts';
import { DemandPlan } from './demand-plan.ts';
import { feedFigure, Feeds, isFeedCall } from './feeds.ts';
import { Ledger, stockFigure, type LedgerInputs } from './ledger.ts';
import { openingStock } from './opening.ts';
import { isOrderCall, orderFigure } from './order-figures.ts';

/** What carried measures are made with. */
export interface CarriedScope {
  /** The columns of events. */
  readonly sample: Columns;
  /** Named in problems. */
  readonly relation: string;
  readonly by: readonly string[];
  readonly grid: CarriedGrid;
  /** A key as one text, see `KeyTable.identity`. */
  readonly identity: (slot: number) => string;
  /** The value of one key column as text. */
  readonly text: (slot: number, column: string) => string | null;
  /** The relations that `opening` and `forecast` name. */
  readonly tables: ReadonlyMap<string, Columns>;
}

/** The figures of carried calls, in order, and the state they read: calls over equal inputs share theirs. */
export function carriedFigures(calls: readonly CarriedCall[], scope: CarriedScope) {
  const states = new Map<string, Carried>();
  const plans = new Map<string, DemandPlan>();
  const shared = <T extends Carried>(key: unknown, make: () => T): T => {
    const text = JSON.stringify(key);
    let state = states.get(text) as T | undefined;
    if (!state) states.set(text, (state = make()));
    return state;
  };
  const isExact = (call: CarriedCall) =>
    calls.some((other) => other.name !== 'on_hand' && sameStock(call, other));
  const figures = calls.map((call): CarriedFigure => {
    const { name, args, opening, forecast, demand, alpha } = call;
    if (isFeedCall(name)) {
      const keys = keysNamed(call);
      const nameOf = (slot: number) => JSON.stringify(keys.map((key) => scope.text(slot, key)));
      return feedFigure(
        name,
        shared(['feed', keys], () => new Feeds(keys.length === 0 ? null : nameOf))
      );
    }
    if (isOrderCall(name)) return orderFigure({ ...call, name }, scope, shared);
    const stock = [args, opening];
    if (name === 'cover') {
      const weight = alpha ?? defaultAlpha;
      const ledger = shared(['cover', stock, demand, weight], () => {
        return new CoverLedger(ledgerInputs(call, scope), scope.grid, weight);
      });
      const plan = forecast === null ? null : planOf(forecast, plans, scope);
      return coverFigure(ledger, scope.identity, plan);
    }
    const ledger = shared(['stock', stock], () => {
      const resolution = args[1] || isExact(call) ? 0 : resolutionOf(scope.grid);
      return new Ledger(ledgerInputs(call, scope), resolution);
    });
    return stockFigure(name, ledger, unitsOf(call, scope.sample));
  });
  return { figures, states: [...states.values()], plans: [...plans.values()] };
}

/** Whole units stay whole; what a table of opening stock holds may not be. */
function unitsOf({ args, opening }: CarriedCall, sample: Columns): NumericType {
  const types = args.flatMap((arg) => (arg ? typeOfExpression(arg, sample) : []));
  return opening === null && types.every((type) => type === 'integer') ? 'integer' : 'number';
}

function sameStock(a: CarriedCall, b: CarriedCall): boolean {
  return JSON.stringify([a.args, a.opening]) === JSON.stringify([b.args, b.opening]);
}

function planOf(relation: string, plans: Map<string, DemandPlan>, scope: CarriedScope) {
  let plan = plans.get(relation);
  if (!plan) {
    plan = new DemandPlan(tableOf(relation, scope), scope.by, relation);
    plans.set(relation, plan);
  }
  return plan;
}

/** Windows on a grid begin and end at multiples of this since 1970. */
function resolutionOf({ size, slide }: CarriedGrid): number {
  if (!(slide > 0)) return 0;
  let [a, b] = [size, slide];
  while (b !== 0) [a, b] = [b, a % b];
  return a;
}

function ledgerInputs(call: CarriedCall, scope: CarriedScope): LedgerInputs {
  const [change, count] = call.args;
  const input = (of: Expression | null | undefined) =>
    of ? (batch: Columns) => evaluateBatch(of, batch, scope.relation) : null;
  const stock =
    call.opening === null
      ? null
      : openingStock(tableOf(call.opening, scope), scope.by, call.opening);
  return {
    change: input(change)!,
    count: input(count),
    demand: input(call.demand),
    opening: (slot) => stock?.get(scope.identity(slot)) ?? Number.NaN
  };
}

function tableOf(relation: string, { tables }: CarriedScope): Columns {
  const table = tables.get(relation);
  if (!table) throw new Error(`The table ${relation} was not read`);
  return table;
}
