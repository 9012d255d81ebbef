import type { CarriedFigure, CarriedGrid } from '../carried.ts';
import type { DemandPlan } from './demand-plan.ts';
import {
  learnDemand,
  meanDemand,
  noDemandYet,
  stepStart,
  type DemandRate,
  type DemandSteps
} from './demand-rate.ts';
import { Ledger, type LedgerInputs } from './ledger.ts';
import type { StockPath } from './stock-path.ts';

/** Weight of the latest step where none is stated. */
export const defaultAlpha = 0.1;
const day = 86_400_000;

/** A ledger that learns the demand of each key as well, in steps as long as windows are apart, which end where windows end. */
export class CoverLedger extends Ledger {
  readonly #steps: DemandSteps;
  readonly #rates: (DemandRate | undefined)[] = [];

  constructor(inputs: LedgerInputs, grid: CarriedGrid, alpha: number) {
    super(inputs, 0);
    this.#steps = { step: grid.slide, origin: grid.size, alpha };
  }

  override settle(time: number): void {
    super.settle(stepStart(this.#steps, time));
  }

  /** Mean demand per millisecond as learnt from the steps before `end`; NaN before there is one. */
  demandRate(slot: number, path: StockPath, end: number): number {
    const learnt = learnDemand(this.#rates[slot] ?? noDemandYet, path, end, this.#steps);
    return meanDemand(learnt) / this.#steps.step;
  }

  protected override beforeSettling(slot: number, path: StockPath, horizon: number): void {
    this.#rates[slot] = learnDemand(this.#rates[slot] ?? noDemandYet, path, horizon, this.#steps);
  }

  override snapshot(): unknown {
    const rates = this.#rates.map((rate) => rate && [rate.sum, rate.weight, rate.next]);
    return { ledger: super.snapshot(), rates };
  }

  override restore(snapshot: unknown): void {
    const { ledger, rates } = snapshot as {
      ledger: unknown;
      rates: ([number, number, number] | undefined)[];
    };
    super.restore(ledger);
    this.#rates.length = 0;
    rates.forEach((rate, slot) => {
      if (rate) this.#rates[slot] = { sum: rate[0], weight: rate[1], next: rate[2] };
    });
  }
}

/**
 * Days of cover at the window's end (days of supply; SCOR AM.2.2 counts the same in value): how long the units on hand
 * last against what a forecast foretells, and where it says nothing against mean demand. 0 when stock is out, missing
 * when it would last for ever or demand is not known yet.
 */
export function coverFigure(
  ledger: CoverLedger,
  identity: (slot: number) => string,
  plan: DemandPlan | null
): CarriedFigure {
  return {
    type: 'number',
    at: (slot, _, end) => {
      const path = ledger.pathOf(slot);
      const stock = path.levelAt(end);
      if (!(stock > 0)) return stock === stock ? 0 : stock;
      const rate = ledger.demandRate(slot, path, end);
      if (plan) return plan.lasting(identity(slot), end, stock, rate) / day;
      return rate > 0 ? stock / rate / day : Number.NaN;
    }
  };
}
