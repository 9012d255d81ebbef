import { describe, expect, test } from 'vitest';
import type { NetworkSpec, NetworkTraining } from '#lib/analytics/forecast/network-engine.ts';
import { seeded } from '#lib/base/random.ts';
import type { ProblemError } from '#lib/base/problem.ts';
import type { Offer } from '#lib/networks/choose-trainer.ts';
import { createNetworkEngine } from '#lib/networks/engine.ts';
import { createLstmEngine } from '#lib/networks/lstm-engine.ts';
import { offers, predictingKernels } from '#lib/networks/offers.ts';
import type { StepFigures, Trainer } from '#lib/networks/trainer.ts';

const spec: NetworkSpec = {
  window: 4,
  features: 2,
  horizon: 2,
  hidden: 12,
  layers: 1,
  activation: 'tanh',
  quantiles: []
};

/** Sine windows: the next two values follow from the last eight. */
function sine(rows: number, seed = 3): Pick<NetworkTraining, 'inputs' | 'targets'> {
  const random = seeded(seed);
  const inputs = new Float32Array(rows * 8);
  const targets = new Float32Array(rows * 2);
  for (let row = 0; row < rows; row++) {
    const phase = random() * 2 * Math.PI;
    for (let t = 0; t < 8; t++) inputs[row * 8 + t] = Math.sin(phase + t * 0.7);
    for (let h = 0; h < 2; h++) targets[row * 2 + h] = Math.sin(phase + (8 + h) * 0.7);
  }
  return { inputs, targets };
}

const training: NetworkTraining = {
  ...sine(128),
  epochs: 40,
  batchSize: 32,
  learningRate: 0.02,
  seed: 7,
  backend: 'auto'
};

const [, wasmOffer, processorOffer] = offers;

const silent = async () => undefined;

async function train(more: Partial<NetworkTraining> = {}, shape: Partial<NetworkSpec> = {}) {
  return createNetworkEngine().train({ ...spec, ...shape }, { ...training, ...more }, silent);
}

async function answers(more: Partial<NetworkTraining>): Promise<number[]> {
  const network = await train(more);
  return [...(await network.predict(training.inputs, 128))];
}

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'none',
    (error: unknown) => (error as ProblemError).problem.code
  );

/** The WASM offer with some of its trainers' steps changed. */
function altered(
  backend: Offer['backend'],
  change: (step: number, figures: StepFigures, inner: Trainer) => StepFigures,
  gradients?: (right: Float32Array | Float64Array) => Float32Array | Float64Array
): Offer {
  const wasm = wasmOffer!;
  return {
    backend,
    refusal: async () => null,
    async make(task) {
      const inner = await wasm.make(task);
      // Only trainings of this file's size are altered, not the small ones of the numeric check.
      const real = task.targets.length === training.targets.length;
      let step = 0;
      return {
        ...inner,
        backend,
        gradients: async () => gradients?.(await inner.gradients()) ?? inner.gradients(),
        async train(order, rates) {
          const figures = await inner.train(order, rates);
          step += rates.length;
          return real ? change(step, figures, inner) : figures;
        }
      };
    }
  };
}

const engineOf = (...some: Offer[]) =>
  createLstmEngine([...some, wasmOffer!, processorOffer!], predictingKernels);

describe('the LSTM engine', () => {
  test.each(['wasm', 'cpu'] as const)(
    'learns a sine on %s, for windows unseen',
    async (backend) => {
      const network = await train({ backend });
      const unseen = sine(16, 4);
      const predicted = await network.predict(unseen.inputs, 16);
      const worst = Math.max(...predicted.map((v, i) => Math.abs(v - unseen.targets[i]!)));
      expect(worst).toBeLessThan(0.25);
      expect(network).toMatchObject({ engine: `Own LSTM, ${backend} (asked for)`, steps: 160 });
    }
  );

  test('the sigmoid gates learn as well, and two layers', async () => {
    for (const shape of [{ activation: 'sigmoid' as const }, { layers: 2 }]) {
      const network = await train({}, shape);
      expect(network.loss).toBeLessThan(0.1);
    }
  });

  test('the same seed gives the same bytes, another seed others', async () => {
    const once = await answers({ epochs: 2 });
    expect(await answers({ epochs: 2 })).toEqual(once);
    expect(await answers({ epochs: 2, seed: 8 })).not.toEqual(once);
  });

  test('quantiles come out in order on average', async () => {
    const network = await train({}, { quantiles: [0.1, 0.5, 0.9] });
    const out = await network.predict(training.inputs, 128);
    const mean = (q: number) => out.filter((_, i) => i % 3 === q).reduce((a, b) => a + b) / 256;
    expect(mean(0)).toBeLessThan(mean(1));
    expect(mean(1)).toBeLessThan(mean(2));
  });

  test('stops early where held-out windows get no better, with the best state', async () => {
    const noise = Float32Array.from({ length: 32 }, seeded(5));
    const validation = { inputs: sine(16, 4).inputs, targets: noise, patience: 2 };
    const network = await train({ epochs: 200, validation });
    expect(network.steps).toBeLessThan(400);
  });

  test('trains for the seconds asked for', async () => {
    const began = performance.now();
    const network = await train({ seconds: 0.4 });
    expect(performance.now() - began).toBeLessThan(3000);
    expect(network.steps).toBeGreaterThan(20);
    expect(network.loss).toBeLessThan(0.5);
  });

  test('TensorFlow.js trains where it is asked for', async () => {
    const network = await train({ engine: 'tfjs', backend: 'cpu', epochs: 1 });
    expect(network.engine).toBe('TensorFlow.js 4.22.0, cpu (asked for)');
    network.dispose();
  });

  test('what onStep throws stops the training', async () => {
    const stop = new Error('stop');
    const stopped = createNetworkEngine().train(spec, training, () => Promise.reject(stop));
    await expect(stopped).rejects.toBe(stop);
  });

  test('a loss that is no number is a problem on every backend', async () => {
    const inputs = training.inputs.slice().fill(Number.NaN);
    expect(await codeOf(train({ inputs }))).toBe('network.diverged');
  });
});

describe('the choice of what trains', () => {
  test('a backend that gives gradients of zero is refused, with the reason', async () => {
    const lying = altered(
      'webgpu',
      (_, figures) => figures,
      (right) => right.fill(0)
    );
    const network = await engineOf(lying).train(spec, training, silent);
    expect(network.engine).toBe('Own LSTM, wasm (webgpu not used: its gradients are off by 100 %)');
    const forced = engineOf(lying).train(spec, { ...training, backend: 'webgpu' }, silent);
    expect(await codeOf(forced)).toBe('network.no-backend');
  });

  test('among those that are right the faster one trains', async () => {
    const slow = altered('webgpu', (_, figures) => {
      for (const until = performance.now() + 10; performance.now() < until;);
      return figures;
    });
    const network = await engineOf(slow).train(spec, training, silent);
    expect(network.engine).toMatch(
      /^Own LSTM, wasm \([\d.]+ ms a step against [\d.]+ on webgpu\)$/
    );
  });
});

describe('a backend that fails on the way', () => {
  const fast = (change: Parameters<typeof altered>[1]) => {
    const offer = altered('wasm', change);
    return createLstmEngine([offer, processorOffer!], predictingKernels);
  };

  test.each([
    [
      'a lost device',
      () => Promise.reject(new Error('the device was lost')),
      'the device was lost'
    ],
    ['no number', zeros(Number.NaN, 1), 'the loss was no number'],
    ['dead gradients', zeros(1, 0), 'gradients were zero 3 times']
  ])('%s hands over to the next', async (_, broken, words) => {
    const engine = fast((step, figures) =>
      step < 20 ? figures : (broken(figures) as unknown as StepFigures)
    );
    const network = await engine.train(spec, training, silent);
    expect(network.engine).toBe(`Own LSTM, cpu (wasm left at step 0: ${words})`);
    expect(network.steps).toBe(160);
    expect(network.loss).toBeLessThan(0.1);
  });
});

function zeros(loss: number, norm: number) {
  return (figures: StepFigures): StepFigures => ({
    losses: figures.losses.map(() => loss),
    norms: figures.norms.map(() => norm)
  });
}
