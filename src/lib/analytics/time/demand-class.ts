/** How often demand comes and how much its size varies. */
export type DemandClass = 'smooth' | 'erratic' | 'intermittent' | 'lumpy';

const longInterval = 1.32;
const variableSize = 0.49;

/**
 * The class of demand by the mean interval between demands (ADI, cut at 1.32) and the squared coefficient of
 * variation of their sizes (CV², cut at 0.49): Syntetos, Boylan and Croston (2005). O(n). A series without
 * demand is intermittent.
 */
export function demandClass(values: Float64Array): DemandClass {
  return demandFigures(values).kind;
}

/** The class of demand with the two figures it rests on. */
export function demandFigures(values: Float64Array): {
  readonly kind: DemandClass;
  /** ADI. */
  readonly interval: number;
  /** CV². */
  readonly variation: number;
} {
  const [interval, variation] = [intervalOfDemand(values), variationOfSize(values)];
  const varied = variation >= variableSize;
  if (interval >= longInterval) {
    return { kind: varied ? 'lumpy' : 'intermittent', interval, variation };
  }
  return { kind: varied ? 'erratic' : 'smooth', interval, variation };
}

/** Whether demand comes so rarely that its rate, not its level, is forecast. */
export function isIntermittent(values: Float64Array): boolean {
  return intervalOfDemand(values) >= longInterval;
}

/** ADI: rows per row with demand (a value other than 0); infinite without any. */
export function intervalOfDemand(values: Float64Array): number {
  let demands = 0;
  for (const value of values) if (value !== 0) demands++;
  return values.length / demands;
}

/** CV²: variance over squared mean of the values other than 0; 0 with fewer than two. */
function variationOfSize(values: Float64Array): number {
  const sizes = values.filter((value) => value !== 0);
  if (sizes.length < 2) return 0;
  const mean = sizes.reduce((sum, v) => sum + v, 0) / sizes.length;
  const variance = sizes.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (sizes.length - 1);
  return variance / mean ** 2;
}
