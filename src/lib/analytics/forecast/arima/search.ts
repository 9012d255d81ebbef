import type { Attempt } from '../model.ts';
import { conditionalStart } from './conditional.ts';
import { rootsBeyond } from './coordinates.ts';
import type { Design } from './design.ts';
import { estimateFrom, opposedStart, type Estimate } from './estimate.ts';
import { describeOrder, type ArimaOrder } from './order.ts';

/** The orders that a search may visit. */
export interface OrderBounds {
  readonly p: readonly [least: number, most: number];
  readonly q: readonly [least: number, most: number];
  readonly P: readonly [least: number, most: number];
  readonly Q: readonly [least: number, most: number];
  /** Both where a constant may be there or not. */
  readonly constants: readonly boolean[];
}

/** Fits with a root nearer to the unit circle are refused, as in R. */
const leastRoot = 1.01;
const searchOptions = { tolerance: 1e-5, maxIterations: 60 };
/** How many of the best fits have all their neighbours tried. */
const beam = 2;
/** A fit whose AICc is higher than the best by this gets no second start. */
const hopeless = 8;
const nearUnitRoot = 'near a unit root';

type Orders = Pick<ArimaOrder, 'p' | 'q' | 'P' | 'Q' | 'constant'>;

interface Judged {
  readonly fit: Estimate;
  /** Why the fit is refused; empty where it is not. */
  readonly note: string;
}

interface Trial extends Judged {
  readonly orders: Orders;
}

/** Fits that a search has made, each order once. */
export class Trials {
  readonly #designs: ReadonlyMap<boolean, Design>;
  readonly #made = new Map<string, Trial>();
  readonly #accepted: Trial[] = [];

  constructor(designs: ReadonlyMap<boolean, Design>) {
    this.#designs = designs;
  }

  /** Fits the orders unless that was done; true where they beat all before them. */
  visit(orders: Orders): boolean {
    const { p, q, P, Q, constant } = orders;
    const key = [p, q, P, Q, constant].join();
    if (this.#made.has(key)) return false;
    const design = this.#designs.get(constant)!;
    const trial = {
      orders,
      ...bestFit(
        { ...design.frame, p, q, P, Q },
        design,
        this.best?.aicc ?? Number.POSITIVE_INFINITY
      )
    };
    this.#made.set(key, trial);
    if (trial.note !== '') return false;
    const behind = this.#accepted.findIndex(({ fit }) => trial.fit.aicc < fit.aicc);
    this.#accepted.splice(behind < 0 ? this.#accepted.length : behind, 0, trial);
    return behind === 0 || this.#accepted.length === 1;
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

/**
 * The highest of the fits that are not refused. A second start is worth its time for mixed orders and where
 * the first ends near a unit root, unless that one's AICc lies far above `known`, the best so far.
 */
function bestFit(order: ArimaOrder, design: Design, known: number): Judged {
  const judged = (start: Float64Array): Judged => {
    const fit = estimateFrom(order, design, start, searchOptions);
    return { fit, note: noteOn(fit) };
  };
  const first = judged(conditionalStart(order, design.rough));
  const mixed = order.p > 0 && order.q > 0;
  if (!mixed && first.note !== nearUnitRoot) return first;
  if (first.fit.aicc > known + hopeless) return first;
  const second = judged(opposedStart(order));
  if ((first.note === '') !== (second.note === '')) return first.note === '' ? first : second;
  return second.fit.logLikelihood > first.fit.logLikelihood ? second : first;
}

function noteOn({ order, coefficients, aicc }: Estimate): string {
  if (!Number.isFinite(aicc)) return 'too few rows';
  return rootsBeyond(order, coefficients, leastRoot) ? '' : nearUnitRoot;
}

/**
 * The search of Hyndman and Khandakar (2008): four starts, then the first better neighbour until there is
 * none. It often ends a step or two beside the best, so all small orders follow, and then the neighbours of
 * the best until these are known.
 */
export function stepwise(trials: Trials, bounds: OrderBounds): void {
  const { constants } = bounds;
  const first = constants[0]!;
  const within = (orders: Orders) =>
    (['p', 'q', 'P', 'Q'] as const).every(
      (name) => orders[name] >= bounds[name][0] && orders[name] <= bounds[name][1]
    );
  const clamp = (p: number, q: number, P: number, Q: number, constant = first): Orders => ({
    p: Math.min(bounds.p[1], Math.max(bounds.p[0], p)),
    q: Math.min(bounds.q[1], Math.max(bounds.q[0], q)),
    P: Math.min(bounds.P[1], Math.max(bounds.P[0], P)),
    Q: Math.min(bounds.Q[1], Math.max(bounds.Q[0], Q)),
    constant
  });
  for (const [p, q, P, Q] of starts) trials.visit(clamp(p, q, P, Q));
  if (constants.length > 1) trials.visit(clamp(0, 0, 0, 0, !first));
  const around = (orders: Orders) => neighbours(orders, constants).filter(within);
  while (trials.ranked[0] && around(trials.ranked[0]).some((orders) => trials.visit(orders)));
  for (const constant of constants) {
    for (const [p, q] of small) {
      for (const [P, Q] of smallSeasonal) trials.visit(clamp(p, q, P, Q, constant));
    }
  }
  const seen = new Set<Orders>();
  for (let next: Orders | undefined; (next = unseen(trials, seen));) {
    seen.add(next);
    for (const orders of around(next)) trials.visit(orders);
  }
}

function unseen(trials: Trials, seen: ReadonlySet<Orders>): Orders | undefined {
  return trials.ranked.slice(0, beam).find((orders) => !seen.has(orders));
}

const starts = [
  [2, 2, 1, 1],
  [0, 0, 0, 0],
  [1, 0, 1, 0],
  [0, 1, 0, 1]
] as const;

const small = [
  [0, 0],
  [1, 0],
  [0, 1],
  [1, 1],
  [2, 0],
  [0, 2]
] as const;
const smallSeasonal = [
  [0, 0],
  [1, 0],
  [0, 1]
] as const;

const moves = [
  [0, 0, -1, 0],
  [0, 0, 0, -1],
  [0, 0, 1, 0],
  [0, 0, 0, 1],
  [0, 0, -1, -1],
  [0, 0, -1, 1],
  [0, 0, 1, -1],
  [0, 0, 1, 1],
  [-1, 0, 0, 0],
  [0, -1, 0, 0],
  [1, 0, 0, 0],
  [0, 1, 0, 0],
  [-1, -1, 0, 0],
  [-1, 1, 0, 0],
  [1, -1, 0, 0],
  [1, 1, 0, 0]
] as const;

function neighbours({ p, q, P, Q, constant }: Orders, constants: readonly boolean[]): Orders[] {
  const list = moves.map(([a, b, c, d]): Orders => ({
    p: p + a,
    q: q + b,
    P: P + c,
    Q: Q + d,
    constant
  }));
  if (constants.length > 1) list.push({ p, q, P, Q, constant: !constant });
  return list;
}

/** Every combination of at most five coefficients, as R without `stepwise`. */
export function exhaustive(trials: Trials, bounds: OrderBounds): void {
  const most = Math.max(5, bounds.p[0] + bounds.q[0] + bounds.P[0] + bounds.Q[0]);
  const range = ([from, to]: readonly [number, number]) =>
    Array.from({ length: to - from + 1 }, (_, i) => from + i);
  for (const p of range(bounds.p)) {
    for (const q of range(bounds.q)) {
      for (const P of range(bounds.P)) {
        for (const Q of range(bounds.Q)) {
          if (p + q + P + Q > most) continue;
          for (const constant of bounds.constants) trials.visit({ p, q, P, Q, constant });
        }
      }
    }
  }
}
