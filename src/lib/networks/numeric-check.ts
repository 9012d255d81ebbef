import { seeded } from '#lib/base/random.ts';
import { firstParameters, type NetShape } from './layout.ts';
import { processorTrainer } from './processor-trainer.ts';
import { referenceKernels } from './reference-kernels.ts';
import { initialState, type Trainer, type TrainerTask } from './trainer.ts';

const tolerance = 1e-4;
const rates = Float32Array.of(0.01, 0.01, 0.01);

/**
 * Whether an implementation computes what the float64 reference does, on small odd shapes of the kind asked
 * for: the losses of three steps, every gradient of the first, and every parameter after the third, within
 * 1e-4 of the largest. Some drivers run the forward pass rightly and give gradients of zero (tfjs #8590).
 * Answers null, or what differs. About 10 ms on a processor.
 */
export async function numericFault(
  make: (task: TrainerTask) => Promise<Trainer>,
  kind: Pick<NetShape, 'layers' | 'sigmoid'>
): Promise<string | null> {
  for (const task of [trial(kind, 5, 3, 8, 6, [0.1, 0.5, 0.9]), trial(kind, 3, 1, 12, 5, [])]) {
    const exact = processorTrainer('cpu', referenceKernels('float64'), task);
    const tried = await make(task);
    try {
      const fault = await compare(tried, exact, task);
      if (fault) return fault;
    } finally {
      tried.dispose();
    }
  }
  return null;
}

async function compare(tried: Trainer, exact: Trainer, task: TrainerTask): Promise<string | null> {
  const state = initialState(firstParameters(task.shape, 1));
  tried.restore(state);
  exact.restore(state);
  const order = Int32Array.from({ length: 3 * task.batch }, (_, i) => (i * 5) % windows);
  const first = order.subarray(0, task.batch);
  const losses: [number, number][] = [];
  const step = async (at: Int32Array, rate: Float32Array) => {
    const [found, right] = [await tried.train(at, rate), await exact.train(at, rate)];
    right.losses.forEach((loss, i) => losses.push([found.losses[i]!, loss]));
  };
  await step(first, rates.subarray(0, 1));
  const gradients = apart(await tried.gradients(), await exact.gradients());
  if (!(gradients < tolerance)) return `its gradients are off by ${percent(gradients)}`;
  await step(order.subarray(task.batch), rates.subarray(1));
  const [found, right] = [await tried.state(), await exact.state()];
  const parameters = apart(found.parameters, right.parameters);
  if (!(parameters < tolerance)) return `its steps are off by ${percent(parameters)}`;
  const loss = apart(
    losses.map(([found]) => found),
    losses.map(([, right]) => right)
  );
  return loss < tolerance ? null : `its losses are off by ${percent(loss)}`;
}

const windows = 11;

function trial(
  { layers, sigmoid }: Pick<NetShape, 'layers' | 'sigmoid'>,
  steps: number,
  features: number,
  hidden: number,
  batch: number,
  quantiles: readonly number[]
): TrainerTask {
  const horizon = 3;
  const random = seeded(1, 'numeric check');
  const draw = (count: number) => Float32Array.from({ length: count }, () => 2 * random() - 1);
  const outputs = horizon * Math.max(1, quantiles.length);
  return {
    shape: { steps, features, hidden, layers, outputs, sigmoid },
    objective: { horizon, quantiles },
    batch,
    clip: 1,
    inputs: draw(windows * steps * features),
    targets: draw(windows * horizon)
  };
}

function apart(found: ArrayLike<number>, right: ArrayLike<number>): number {
  let most = 0;
  let size = 0;
  for (let i = 0; i < right.length; i++) {
    const difference = Math.abs(found[i]! - right[i]!);
    if (Number.isNaN(difference)) return Number.NaN;
    most = Math.max(most, difference);
    size = Math.max(size, Math.abs(right[i]!));
  }
  return most / size;
}

function percent(share: number): string {
  return Number.isNaN(share) ? 'no number' : `${Number((100 * share).toPrecision(2))} %`;
}
