import type { StockFigures } from './simulate-stock.ts';

/** What a stock or several cost and gave, in the terms of planners. NaN where nothing happened to be measured. */
export interface Service {
  /** Share of demand served from the shelf at once (type 2, β). */
  readonly fillRate: number;
  /** Share of replenishment cycles without a stock-out (type 1, α). */
  readonly cycleService: number;
  /** Units on hand at the end of a period, all stocks together. */
  readonly averageStock: number;
  /** All stocks together, per period. */
  readonly costPerPeriod: number;
  readonly orders: number;
}

/** Figures of stocks over the same periods as one. O(stocks). */
export function serviceOf(all: readonly StockFigures[]): Service {
  const sum = (of: (figures: StockFigures) => number) =>
    all.reduce((total, figures) => total + of(figures), 0);
  const periods = all.reduce((most, figures) => Math.max(most, figures.periods), 0);
  const share = (part: number, whole: number) => (whole > 0 ? part / whole : Number.NaN);
  return {
    fillRate: share(
      sum((f) => f.served),
      sum((f) => f.demand)
    ),
    cycleService: share(
      sum((f) => f.goodCycles),
      sum((f) => f.cycles)
    ),
    averageStock: share(
      sum((f) => f.stock),
      periods
    ),
    costPerPeriod: share(
      sum((f) => f.cost),
      periods
    ),
    orders: sum((f) => f.orders)
  };
}
