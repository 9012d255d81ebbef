import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type {
  NetworkProgress,
  NetworkSpec,
  NetworkTraining,
  SavedBytes
} from '#lib/analytics/forecast/network-engine.ts';
import { pack, unpack } from '#lib/base/pack.ts';
import { seeded } from '#lib/base/random.ts';
import { createLstmEngine } from '#lib/networks/lstm-engine.ts';
import { firstParameters } from '#lib/networks/layout.ts';
import { firstState, type LoopState } from '#lib/networks/loop-state.ts';
import { offers, predictingKernels } from '#lib/networks/offers.ts';
import {
  trainLoop,
  type HaltedState,
  type LoopHooks,
  type TrainedState,
  type TrainingPlan
} from '#lib/networks/training-loop.ts';
import { taskOf } from './lstm-support.ts';

const task = taskOf({
  steps: 3,
  features: 2,
  hidden: 5,
  layers: 2,
  horizon: 2,
  quantiles: [0.1, 0.5, 0.9],
  batch: 4
});
const steps = 45;
const plan: TrainingPlan = { steps, rate: 0.02, seed: 3 };
/** A validation loss that falls and then rises, so that the best parameters lie in the middle. */
const validation = {
  patience: 4,
  loss: async (parameters: ArrayLike<number>) => Math.abs(parameters[3]! - turning)
};
let turning = 0;

const silent = async () => undefined;

/** A clock of which every look takes so long: checkpoints then come at every step. */
function slowClock(ms: number): void {
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => (now += ms));
}

afterEach(() => vi.restoreAllMocks());

const begin = (): LoopState => firstState(firstParameters(task.shape, 7), steps);

async function run(
  backend: 'wasm' | 'cpu',
  from: LoopState,
  hooks: Partial<LoopHooks> = {},
  how: TrainingPlan = plan
): Promise<TrainedState | HaltedState> {
  const chain = offers.filter((offer) => offer.backend === backend);
  return trainLoop({ chain, reason: '' }, task, from, how, { onStep: silent, ...hooks });
}

async function trained(...args: Parameters<typeof run>): Promise<TrainedState> {
  const end = await run(...args);
  if (end.at !== 'trained') throw new Error('It halted.');
  return end;
}

async function everyState(backend: 'wasm' | 'cpu', how: TrainingPlan) {
  slowClock(3000);
  const states: LoopState[] = [];
  const end = await trained(backend, begin(), { onState: (state) => states.push(state) }, how);
  vi.restoreAllMocks();
  return { states, end };
}

describe.each(['wasm', 'cpu'] as const)('training on %s', (backend) => {
  test('goes on from any step to the bytes of an unbroken training', async () => {
    const { states, end } = await everyState(backend, plan);
    expect(states.map(({ training }) => training.step)).toEqual(
      Array.from({ length: steps }, (_, i) => i + 1)
    );
    await fc.assert(
      fc.asyncProperty(fc.nat(steps - 1), async (at) => {
        const state = unpack(pack(states[at])) as LoopState;
        expect(await trained(backend, state)).toEqual(end);
      }),
      { numRuns: 12 }
    );
  });

  test('goes on with what was best so far, and stops where it would have stopped', async () => {
    turning = (await trained(backend, begin(), {}, { ...plan, steps: 15 })).parameters[3]!;
    const how = { ...plan, validation };
    const { states, end } = await everyState(backend, how);
    expect(end.step).toBeLessThan(states.at(-1)!.training.step);
    expect(states.length).toBeLessThan(steps);
    for (const state of states) {
      expect(await trained(backend, unpack(pack(state)) as LoopState, {}, how)).toEqual(end);
    }
  });

  test('halted again and again comes to the same end', async () => {
    const end = await trained(backend, begin());
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 6 }), async (legs) => {
        slowClock(30);
        let state = begin();
        for (const leg of legs) {
          let left = leg;
          const halted = await run(backend, state, { halts: () => --left <= 0 });
          if (halted.at === 'trained') break;
          state = halted.state;
        }
        expect(await trained(backend, state)).toEqual(end);
      }),
      { numRuns: 15 }
    );
  });
});

test('time away from training, and before it was broken off, counts as it should', async () => {
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => (now += 5));
  const seconds = 1;
  const paused = async () => {
    now += 1e6;
  };
  const unpaused = await trained('wasm', begin(), {}, { ...plan, seconds });
  const withPauses = await trained('wasm', begin(), { onStep: paused }, { ...plan, seconds });
  expect(Math.abs(withPauses.step - unpaused.step)).toBeLessThan(0.2 * unpaused.step);
  expect(unpaused.step).toBeGreaterThan(10);
  const late = { ...begin(), spentMs: 900 };
  const rest = await trained('wasm', late, {}, { ...plan, seconds });
  expect(rest.step).toBeLessThan(0.3 * unpaused.step);
});

describe('the engine', () => {
  const spec: NetworkSpec = {
    window: 3,
    features: 2,
    horizon: 2,
    hidden: 4,
    layers: 1,
    activation: 'tanh',
    quantiles: []
  };
  const random = seeded(5);
  const data: NetworkTraining = {
    inputs: Float32Array.from({ length: 40 * 6 }, random),
    targets: Float32Array.from({ length: 40 * 2 }, random),
    epochs: 10,
    batchSize: 8,
    learningRate: 0.01,
    seed: 1,
    backend: 'wasm'
  };
  const train = (onStep: (progress: NetworkProgress) => Promise<void>, saved?: SavedBytes) =>
    createLstmEngine(offers, predictingKernels).train(spec, data, onStep, saved && { saved });

  function place(): SavedBytes & { bytes: Uint8Array<ArrayBuffer> | null } {
    const self = {
      bytes: null as Uint8Array<ArrayBuffer> | null,
      load: async () => self.bytes,
      save: async (bytes: Uint8Array<ArrayBuffer>) => void (self.bytes = bytes)
    };
    return self;
  }

  /** Trains until a step, and is killed there. */
  async function broken(saved: SavedBytes, at: number): Promise<void> {
    slowClock(3000);
    const killed = train(async ({ step }) => {
      await new Promise((resolve) => setTimeout(resolve));
      if (step >= at) throw new Error('killed');
    }, saved);
    await expect(killed).rejects.toThrow('killed');
    vi.restoreAllMocks();
  }

  test('goes on from what was saved, says so, and gives the same weights', async () => {
    const whole = await train(silent);
    const saved = place();
    await broken(saved, 30);
    const resumed = new Set<number | undefined>();
    const again = await train(async (progress) => void resumed.add(progress.resumed), saved);
    const [at] = resumed;
    expect(resumed.size).toBe(1);
    expect(at).toBeGreaterThan(0);
    expect(at).toBeLessThanOrEqual(30);
    expect(again.weights).toEqual(whole.weights);
    expect(again.curve).toEqual(whole.curve);
    expect(again.loss).toBe(whole.loss);
  });

  test('does not train again what was trained', async () => {
    const saved = place();
    const whole = await train(silent, saved);
    const again = await train(() => Promise.reject(new Error('trained')), saved);
    expect(again.weights).toEqual(whole.weights);
    expect(await again.predict(data.inputs, 40)).toEqual(await whole.predict(data.inputs, 40));
  });

  test.each([
    ['torn', (bytes: Uint8Array) => bytes.slice(0, bytes.length - 9)],
    ['empty', () => new Uint8Array()],
    ['of another size', (bytes: Uint8Array) => pack({ ...(unpack(bytes) as object), weights: 1 })],
    [
      'of another version',
      (bytes: Uint8Array) => pack({ ...(unpack(bytes) as object), version: 0 })
    ],
    ['something else', () => new TextEncoder().encode('no such thing at all')]
  ])('begins anew where what is saved is %s', async (_, spoil) => {
    const whole = await train(silent);
    const saved = place();
    await broken(saved, 10);
    const bytes = spoil(saved.bytes!);
    const resumed: unknown[] = [];
    const again = await train(async (progress) => void resumed.push(progress.resumed), {
      ...saved,
      load: async () => bytes
    });
    expect(again.weights).toEqual(whole.weights);
    expect(resumed.every((at) => at === undefined)).toBe(true);
  });

  test('trains the same where storage is full', async () => {
    slowClock(3000);
    const full = () => Promise.reject(new DOMException('full', 'QuotaExceededError'));
    const network = await train(silent, { load: full, save: full });
    vi.restoreAllMocks();
    expect(network.weights).toEqual((await train(silent)).weights);
  });
});
