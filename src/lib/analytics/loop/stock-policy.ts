/** When to order and how much, from a period on. Units are those of demand. */
export interface StockPolicy {
  /** First period it holds for. */
  readonly from: number;
  /** An order is due when on hand + on order − backorders is at or below it. */
  readonly reorderPoint: number;
  /** Order up to this level; it goes before `quantity`. */
  readonly orderUpTo?: number;
  /** Order in multiples of this, as many as lift the position above the reorder point. */
  readonly quantity?: number;
}

/** The size of the order at this position; 0 = none is due, or none would help. */
export function orderAt(
  { reorderPoint, orderUpTo, quantity = 0 }: StockPolicy,
  position: number
): number {
  if (!(position <= reorderPoint)) return 0;
  if (orderUpTo !== undefined) return Math.max(0, orderUpTo - position);
  if (!(quantity > 0)) return 0;
  return (Math.floor((reorderPoint - position) / quantity) + 1) * quantity;
}
