/** The orders of ARIMA(p,d,q)(P,D,Q)[season]; `season` is 1 where there is none. */
export interface ArimaOrder {
  readonly p: number;
  readonly d: number;
  readonly q: number;
  readonly P: number;
  readonly D: number;
  readonly Q: number;
  readonly season: number;
  /** A mean without differences, a drift with one, nothing with more. */
  readonly constant: boolean;
}

/** Rows that the differences take. */
export function rowsLost({ d, D, season }: ArimaOrder): number {
  return d + D * season;
}

/** How many coefficients of the past there are. */
export function coefficientCount({ p, q, P, Q }: ArimaOrder): number {
  return p + q + P + Q;
}

/** What the constant is called; null where the order has none. */
export function constantName({ d, D, constant }: ArimaOrder): 'mean' | 'drift' | null {
  if (!constant || d + D > 1) return null;
  return d + D === 0 ? 'mean' : 'drift';
}

/** `ARIMA(p,d,q)(P,D,Q)[season]` and the constant, the seasonal part only where there is one. */
export function describeOrder(order: ArimaOrder): string {
  const { p, d, q, P, D, Q, season } = order;
  const seasonal = P + D + Q > 0 ? `(${P},${D},${Q})[${season}]` : '';
  const constant = constantName(order);
  return `ARIMA(${p},${d},${q})${seasonal}${constant ? ` with ${constant}` : ''}`;
}

/** ar1 … , ma1 … , sar1 … , sma1 … : the names of the coefficients in their order. */
export function coefficientNames({ p, q, P, Q }: ArimaOrder): string[] {
  const list = (name: string, count: number) =>
    Array.from({ length: count }, (_, i) => `${name}${i + 1}`);
  return [...list('ar', p), ...list('ma', q), ...list('sar', P), ...list('sma', Q)];
}
