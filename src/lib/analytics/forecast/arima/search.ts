import type { Estimate } from './estimate.ts';
import type { Orders, Trials } from './trials.ts';

/** The orders that a search may visit. */
export interface OrderBounds {
  readonly p: readonly [least: number, most: number];
  readonly q: readonly [least: number, most: number];
  readonly P: readonly [least: number, most: number];
  readonly Q: readonly [least: number, most: number];
  /** Both where a constant may be there or not. */
  readonly constants: readonly boolean[];
}

/** How many of the best fits have all their neighbours tried. */
const beam = 2;
/**
 * The search of Hyndman and Khandakar (2008): four starts, then the first better neighbour until there is
 * none. It often ends a step or two beside the best, so all small orders follow (in passing only with or only
 * without a constant, as the best so far), and then the neighbours of the best until these are known.
 */
export function stepwise(trials: Trials, bounds: OrderBounds): void {
  const { constants } = bounds;
  const first = constants[0]!;
  const clamp = (p: number, q: number, P: number, Q: number, constant = first): Orders => ({
    p: Math.min(bounds.p[1], Math.max(bounds.p[0], p)),
    q: Math.min(bounds.q[1], Math.max(bounds.q[0], q)),
    P: Math.min(bounds.P[1], Math.max(bounds.P[0], P)),
    Q: Math.min(bounds.Q[1], Math.max(bounds.Q[0], Q)),
    constant
  });
  for (const [p, q, P, Q] of starts) trials.visit(clamp(p, q, P, Q));
  if (constants.length > 1) trials.visit(clamp(0, 0, 0, 0, !first));
  const around = (orders: Orders) => within(neighbours(orders, constants), bounds);
  while (trials.ranked[0] && around(trials.ranked[0]).some((orders) => trials.visit(orders)));
  const likely = trials.inPassing ? [trials.ranked[0]?.constant ?? first] : constants;
  for (const constant of likely) {
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

/**
 * The search of a series whose beginning was searched: the best fits of that, from their coefficients, and then
 * the neighbours of the best until these are known.
 */
export function goingOn(trials: Trials, bounds: OrderBounds, leaders: readonly Estimate[]): void {
  for (const { order, coefficients } of leaders) trials.visit(order, coefficients);
  const seen = new Set<Orders>();
  for (let next = trials.ranked[0]; next && !seen.has(next); next = trials.ranked[0]) {
    seen.add(next);
    for (const orders of within(neighbours(next, bounds.constants), bounds)) trials.visit(orders);
  }
}

function within(list: readonly Orders[], bounds: OrderBounds): Orders[] {
  return list.filter((orders) =>
    (['p', 'q', 'P', 'Q'] as const).every(
      (name) => orders[name] >= bounds[name][0] && orders[name] <= bounds[name][1]
    )
  );
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
