import type { NumericType } from '#lib/base/columns.ts';
import type { Accumulator } from './accumulator.ts';
import { accumulatorOf } from './aggregate.ts';
import type { Carried, CarriedFigure } from './carried.ts';
import type { CellPool } from './cell-pool.ts';
import { compile, type NumberAt } from './evaluate.ts';
import { namesOf, type Expression } from './expression.ts';
import { isCarried, type MeasurePlan } from './measures.ts';
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
  /** By part: where its accumulator stands, or its figure. */
  readonly #parts: readonly (number | CarriedFigure)[];

  constructor(plan: MeasurePlan, scope: CarriedScope) {
    this.#plan = plan;
    const carried = carriedFigures(plan.aggregates.filter(isCarried), scope);
    const figures = carried.figures.values();
    const accumulators: Accumulator[] = [];
    this.#parts = plan.aggregates.map((part) =>
      isCarried(part)
        ? figures.next().value!
        : accumulators.push(accumulatorOf(part, scope.sample, scope.relation)) - 1
    );
    this.accumulators = accumulators;
    this.carried = carried.states;
    this.plans = carried.plans;
  }

  /** The type of each measure: that of its part if it is nothing more. */
  types(): NumericType[] {
    return this.#plan.measures.map(({ result }) => {
      const part = result.kind === 'name' ? this.#parts[indexOf(result.name)] : undefined;
      if (part === undefined) return 'number';
      return typeof part === 'number' ? this.accumulators[part]!.type : part.type;
    });
  }

  isExact(result: Expression): boolean {
    return namesOf(result).every((name) => {
      const part = this.#parts[indexOf(name)]!;
      return typeof part !== 'number' || this.accumulators[part]!.exact;
    });
  }

  /** The measures of every row of `closing()`. */
  values(pool: CellPool, closing: () => Closing): NumberAt[] {
    const number = (name: string): NumberAt => {
      const part = this.#parts[indexOf(name)]!;
      if (typeof part === 'number') return (row) => pool.value(part, closing().cells[row]!);
      return (row) => {
        const { starts, slots, end } = closing();
        return part.at(slots[row]!, starts[row]!, end);
      };
    };
    return this.#plan.measures.map((m) => compile(m.result, { number, text: () => () => null }));
  }

  /** By measure: its value by slot for a key without events in the window of `bounds()`; null if it has none then. */
  withoutEvents(
    bounds: () => { readonly start: number; readonly end: number }
  ): (NumberAt | null)[] {
    const number = (name: string): NumberAt => {
      const part = this.#parts[indexOf(name)] as CarriedFigure;
      return (slot) => {
        const { start, end } = bounds();
        return part.at(slot, start, end);
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
export function hasValueWithoutEvents({ measures, aggregates }: MeasurePlan, m: number): boolean {
  const names = namesOf(measures[m]!.result);
  return names.length > 0 && names.every((name) => isCarried(aggregates[indexOf(name)]!));
}

/** Parts are named #0, #1, … */
function indexOf(name: string): number {
  return Number(name.slice(1));
}
