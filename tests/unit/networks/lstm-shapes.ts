export interface Odd {
  readonly steps: number;
  readonly features: number;
  readonly hidden: number;
  readonly layers: number;
  readonly horizon: number;
  readonly quantiles: readonly number[];
  readonly batch: number;
  readonly sigmoid?: boolean;
}

/** Shapes at the edges of every tile: single steps, rows and features, outputs and units no multiple of 8. */
export const oddShapes: readonly Odd[] = [
  { steps: 1, features: 1, hidden: 8, layers: 1, horizon: 1, quantiles: [], batch: 1 },
  {
    steps: 5,
    features: 3,
    hidden: 12,
    layers: 2,
    horizon: 3,
    quantiles: [0.1, 0.5, 0.9],
    batch: 5
  },
  {
    steps: 3,
    features: 7,
    hidden: 6,
    layers: 1,
    horizon: 5,
    quantiles: [],
    batch: 6,
    sigmoid: true
  },
  { steps: 4, features: 1, hidden: 9, layers: 3, horizon: 2, quantiles: [], batch: 3 },
  { steps: 7, features: 24, hidden: 32, layers: 1, horizon: 11, quantiles: [0.5], batch: 7 }
];

export function nameOf(o: Odd): string {
  const loss = o.quantiles.length > 0 ? 'pinball' : 'squares';
  return `T${o.steps} F${o.features} H${o.hidden}×${o.layers} B${o.batch}, ${loss}${o.sigmoid ? ', sigmoid' : ''}`;
}
