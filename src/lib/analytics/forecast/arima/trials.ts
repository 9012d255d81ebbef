import type { Attempt } from '../model.ts';
import { conditionalStart } from './conditional.ts';
import { coordinatesOf, rootsBeyond } from './coordinates.ts';
import type { Design } from './design.ts';
import { estimateFrom, opposedStart, type Estimate, type EstimateOptions } from './estimate.ts';
import { describeOrder, type ArimaOrder } from './order.ts';

/** Fits with a root nearer to the unit circle are refused, as in R. */
const leastRoot = 1.01;
const thorough = { tolerance: 1e-5, maxIterations: 60, steady: 1e-9 };
/** What settles the ranking of fits made in passing: the best is then brought to its maximum by `fitArima`. */
const settling = { tolerance: 1e-4, maxIterations: 20, steady: 1e-8 };
/** From the conditional answer a step or two towards the exact one. */
const passing = { tolerance: 1e-3, maxIterations: 2, steady: 1e-7 };
/** Of the fits made in passing, how many at most are made thoroughly in the end, and how far their AICc may lie above the best. */
const mostSettled = 3;
const margin = 2;
/** A fit whose AICc is higher than the best by this gets no second start. */
const hopeless = 8;
/** A second start that is this far below the first in log-likelihood after some steps is left. */
const glance = { tolerance: 1e-3, maxIterations: 8, steady: 1e-7 };
const leftBehind = 1;
/** How many fits a search hands to that of a longer series. */
const mostHanded = 8;
const nearUnitRoot = 'near a unit root';

export type Orders = Pick<ArimaOrder, 'p' | 'q' | 'P' | 'Q' | 'constant'>;

interface Judged {
  readonly fit: Estimate;
  /** Why the fit is refused; empty where it is not. */
  readonly note: string;
}

interface Trial extends Judged {
  readonly orders: Orders;
}

/**
 * Fits that a search has made, each order once. In passing, each is only brought near its maximum, and `settle`
 * then fits the best of them thoroughly.
 */
export class Trials {
  readonly #designs: ReadonlyMap<boolean, Design>;
  readonly inPassing: boolean;
  readonly #made = new Map<string, Trial>();
  #accepted: Trial[] = [];

  constructor(designs: ReadonlyMap<boolean, Design>, inPassing: boolean) {
    this.#designs = designs;
    this.inPassing = inPassing;
  }

  /** Fits the orders unless that was done, from `coefficients` where there are any; true where they beat all before them. */
  visit(orders: Orders, coefficients?: Float64Array): boolean {
    if (this.#made.has(keyOf(orders))) return false;
    const { p, q, P, Q, constant } = orders;
    const design = this.#designs.get(constant)!;
    const order = { ...design.frame, p, q, P, Q };
    const start = coefficients
      ? coordinatesOf(order, coefficients)
      : conditionalStart(order, design.rough);
    const judged = this.inPassing
      ? judgedFrom(order, design, start, passing)
      : bestFit(order, design, start, this.#known);
    return this.#take({ orders, ...judged });
  }

  /** Thorough fits of the best, as long as the next may still be better. */
  settle(): void {
    if (!this.inPassing) return;
    const inPassing = this.#accepted;
    this.#accepted = [];
    for (const [i, { orders, fit }] of inPassing.entries()) {
      if (this.best && (i >= mostSettled || fit.aicc > this.best.aicc + margin)) return;
      const start = coordinatesOf(fit.order, fit.coefficients);
      const design = this.#designs.get(orders.constant)!;
      this.#take({ orders, ...bestFit(fit.order, design, start, this.#known, settling) });
    }
  }

  get #known(): number {
    return this.best?.aicc ?? Number.POSITIVE_INFINITY;
  }

  /** Writes a fit down, in the place of an earlier one of its orders. */
  #take(trial: Trial): boolean {
    this.#made.set(keyOf(trial.orders), trial);
    if (trial.note !== '') return false;
    const behind = this.#accepted.findIndex(({ fit }) => trial.fit.aicc < fit.aicc);
    this.#accepted.splice(behind < 0 ? this.#accepted.length : behind, 0, trial);
    return behind === 0 || this.#accepted.length === 1;
  }

  /** The lowest AICc that were not refused, settled or in passing: where the search of a longer series starts. */
  get leaders(): Estimate[] {
    return [...this.#made.values()]
      .filter(({ note }) => note === '')
      .map(({ fit }) => fit)
      .sort((a, b) => a.aicc - b.aicc)
      .slice(0, mostHanded);
  }

  get best(): Estimate | null {
    return this.#accepted[0]?.fit ?? null;
  }

  /** Orders that were not refused, the lowest AICc first. */
  get ranked(): readonly Orders[] {
    return this.#accepted.map(({ orders }) => orders);
  }

  get attempts(): Attempt[] {
    return [...this.#made.values()]
      .map(({ fit: { order, aicc }, note }) => ({
        description: describeOrder(order),
        aicc: note === '' ? aicc : Number.POSITIVE_INFINITY,
        note
      }))
      .sort((a, b) => a.aicc - b.aicc);
  }
}

function keyOf({ p, q, P, Q, constant }: Orders): string {
  return [p, q, P, Q, constant].join();
}

/**
 * The highest of the fits that are not refused. A second start is worth its time for mixed orders and where
 * the first ends near a unit root, unless that one's AICc lies far above `known`, the best so far.
 */
function bestFit(
  order: ArimaOrder,
  design: Design,
  start: Float64Array,
  known: number,
  options: EstimateOptions = thorough
): Judged {
  const first = judgedFrom(order, design, start, options);
  const mixed = order.p > 0 && order.q > 0;
  if (!mixed && first.note !== nearUnitRoot) return first;
  if (first.fit.aicc > known + hopeless) return first;
  const glimpsed = estimateFrom(order, design, opposedStart(order), glance);
  if (first.note === '' && glimpsed.logLikelihood < first.fit.logLikelihood - leftBehind)
    return first;
  const from = coordinatesOf(order, glimpsed.coefficients);
  const second = judgedFrom(order, design, from, options);
  if ((first.note === '') !== (second.note === '')) return first.note === '' ? first : second;
  return second.fit.logLikelihood > first.fit.logLikelihood ? second : first;
}

function judgedFrom(
  order: ArimaOrder,
  design: Design,
  start: Float64Array,
  options: EstimateOptions
): Judged {
  const fit = estimateFrom(order, design, start, options);
  return { fit, note: noteOn(fit) };
}

function noteOn({ order, coefficients, aicc }: Estimate): string {
  if (!Number.isFinite(aicc)) return 'too few rows';
  return rootsBeyond(order, coefficients, leastRoot) ? '' : nearUnitRoot;
}
