import type { NumericType } from '#lib/base/columns.ts';
import type { Accumulator } from './accumulator.ts';
import { accumulatorOf } from './aggregate.ts';
import type { Carried, CarriedFigure } from './carried.ts';
import type { CellPool } from './cell-pool.ts';
import { compile, type NumberAt } from './evaluate.ts';
import { namesOf, type Expression } from './expression.ts';
import type { MeasurePlan } from './measures.ts';
import { carriedFigures, type CarriedScope } from './supply/carried-figures.ts';
import type { DemandPlan } from './supply/demand-plan.ts';

/** Windows of one end that close together: row i is the window of key `slots[i]` from `starts[i]`, its cell in `cells[i]`. */
export interface Closing {
  readonly end: number;
  readonly starts: readonly number[];
  readonly slots: readonly number[];
  readonly cells: readonly number[];
}

/** What the measures of a monitor are computed from: an accumulator over cells or a figure of carried state each. */
export class MeasureParts {
  readonly accumulators: readonly Accumulator[];
  readonly carried: readonly Carried[];
  /** The forecasts of demand that measures read. */
  readonly plans: readonly DemandPlan[];
  readonly #plan: MeasurePlan;
  readonly #figures: readonly CarriedFigure[];

  constructor(plan: MeasurePlan, scope: CarriedScope) {
    this.#plan = plan;
    this.accumulators = plan.aggregates.map((a) => accumulatorOf(a, scope.sample, scope.relation));
    const { figures, states, plans } = carriedFigures(plan.carried, scope);
    this.#figures = figures;
    this.carried = states;
    this.plans = plans;
  }

  /** The type of each measure: that of its part if it is nothing more. */
  types(): NumericType[] {
    return this.#plan.measures.map(({ result }) => {
      if (result.kind !== 'name') return 'number';
      const of = isCarried(result.name) ? this.#figures : this.accumulators;
      return of[indexOf(result.name)]!.type;
    });
  }

  isExact(result: Expression): boolean {
    return namesOf(result).every(
      (name) => isCarried(name) || this.accumulators[indexOf(name)]!.exact
    );
  }

  /** The measures of every row of `closing()`. */
  values(pool: CellPool, closing: () => Closing): NumberAt[] {
    const number = (name: string): NumberAt => {
      const i = indexOf(name);
      if (!isCarried(name)) return (row) => pool.value(i, closing().cells[row]!);
      const figure = this.#figures[i]!;
      return (row) => {
        const { starts, slots, end } = closing();
        return figure.at(slots[row]!, starts[row]!, end);
      };
    };
    return this.#plan.measures.map((m) => compile(m.result, { number, text: () => () => null }));
  }

  /** By measure: its value by slot for a key without events in the window of `bounds()`; null if it has none then. */
  withoutEvents(
    bounds: () => { readonly start: number; readonly end: number }
  ): (NumberAt | null)[] {
    const number = (name: string): NumberAt => {
      const figure = this.#figures[indexOf(name)]!;
      return (slot) => {
        const { start, end } = bounds();
        return figure.at(slot, start, end);
      };
    };
    return this.#plan.measures.map((m, i) =>
      hasValueWithoutEvents(this.#plan, i)
        ? compile(m.result, { number, text: () => () => null })
        : null
    );
  }
}

/** Whether a measure stands on carried state alone, so that it has a value in windows that hold no event. */
export function hasValueWithoutEvents({ measures }: MeasurePlan, m: number): boolean {
  const names = namesOf(measures[m]!.result);
  return names.length > 0 && names.every(isCarried);
}

/** Aggregates are named #0, #1, …, figures of carried state @0, @1, … */
function isCarried(name: string): boolean {
  return name.startsWith('@');
}

function indexOf(name: string): number {
  return Number(name.slice(1));
}
