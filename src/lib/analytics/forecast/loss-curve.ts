/** The loss over the steps of a training: at most 200 points, at equal distances. */
export interface LossCurve {
  readonly steps: readonly number[];
  readonly loss: readonly number[];
}

/** A curve that grows: plain data, so that a training kept half-way goes on with it. */
export interface GrowingCurve extends LossCurve {
  /** A point every so many steps. */
  readonly every: number;
}

const mostPoints = 200;

/** `steps` is how many there will be; Infinity where that is not known. */
export function emptyCurve(steps: number): GrowingCurve {
  return { steps: [], loss: [], every: Number.isFinite(steps) ? Math.ceil(steps / mostPoints) : 1 };
}

/** The curve with the loss at a step, where that is one of its points; every second one goes when there are too many. */
export function grown(curve: GrowingCurve, step: number, loss: number): GrowingCurve {
  const { every } = curve;
  if (step % every !== 0) return curve;
  const steps = [...curve.steps, step];
  const losses = [...curve.loss, loss];
  if (steps.length <= mostPoints) return { steps, loss: losses, every };
  const kept = (_: number, i: number) => steps[i]! % (2 * every) === 0;
  return { steps: steps.filter(kept), loss: losses.filter(kept), every: 2 * every };
}

/** The mean loss of several trainings at the steps that all of them have. */
export function meanCurve(curves: readonly LossCurve[]): LossCurve {
  const [first = { steps: [], loss: [] }, ...others] = curves;
  if (others.length === 0) return { steps: first.steps, loss: first.loss };
  const at = others.map(({ steps, loss }) => new Map(steps.map((step, i) => [step, loss[i]!])));
  const steps = first.steps.filter((step) => at.every((losses) => losses.has(step)));
  const own = new Map(first.steps.map((step, i) => [step, first.loss[i]!]));
  const loss = steps.map((step) =>
    [own, ...at].reduce((sum, losses) => sum + losses.get(step)! / curves.length, 0)
  );
  return { steps, loss };
}
