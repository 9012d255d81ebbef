import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { loadLayersModel } from '@tensorflow/tfjs-layers';
import { describe, expect, test } from 'vitest';
import type { NetworkSpec } from '#lib/analytics/forecast/network-engine.ts';
import { seeded } from '#lib/base/random.ts';
import type { ProblemError } from '#lib/base/problem.ts';
import {
  fromLayersModel,
  toLayersModel,
  type LayersModelFiles,
  type WindowRecipe
} from '#lib/analytics/forecast/layers-model.ts';
import { createNetworkEngine } from '#lib/networks/engine.ts';

const recipe: WindowRecipe = {
  season: 7,
  window: 28,
  facts: null,
  input: 'steps × features: values from the oldest on, scaled, with facts beside them',
  target: 'residual over seasonal naive',
  output: 'horizon × quantiles, the quantiles of a step side by side',
  scaling: 'mean and standard deviation of the window, at least a tenth of the mean size',
  seed: 1,
  until: Date.UTC(2024, 0, 1)
};

describe.each([
  ['one layer of tanh, quantiles', { layers: 1, activation: 'tanh', quantiles: [0.1, 0.5, 0.9] }],
  ['two layers of sigmoid, a mean', { layers: 2, activation: 'sigmoid', quantiles: [] }]
] as const)('%s', (_, more) => {
  const spec: NetworkSpec = { window: 4, features: 7, horizon: 5, hidden: 12, ...more };

  test('forecasts the same to 1e-6 in plain TensorFlow.js, and comes back whole', async () => {
    const random = seeded(4);
    const draw = (count: number) => Float32Array.from({ length: count }, () => 2 * random() - 1);
    const inputs = draw(40 * 28);
    const network = await createNetworkEngine().train(
      spec,
      {
        inputs,
        targets: draw(40 * 5),
        epochs: 20,
        batchSize: 16,
        learningRate: 0.02,
        seed: 1,
        backend: 'wasm'
      },
      async () => undefined
    );
    const files = toLayersModel({ spec, recipe, parameters: network.weights! });
    const ours = await network.predict(inputs, 40);
    const theirs = await plainForecast(files, inputs);
    expect(ours.length).toBe(theirs.length);
    ours.forEach((value, i) => expect(Math.abs(value - theirs[i]!)).toBeLessThan(1e-6));
    const json = JSON.parse(JSON.stringify(files.json)) as LayersModelFiles['json'];
    const back = fromLayersModel({ ...files, json });
    expect(back).toEqual({ spec, recipe, parameters: network.weights });
  });
});

test('a model from elsewhere, or with other weights, is a problem', () => {
  const spec: NetworkSpec = {
    window: 4,
    horizon: 1,
    hidden: 2,
    layers: 1,
    activation: 'tanh',
    quantiles: []
  };
  const { json, weights } = toLayersModel({ spec, recipe, parameters: new Float32Array(35) });
  const told = (more: object) => ({ ...json, userDefinedMetadata: { spec, recipe, ...more } });
  expect(fromLayersModel({ json, weights }).parameters).toHaveLength(35);
  for (const files of [
    { json: { ...json, generatedBy: 'Keras' }, weights },
    { json, weights: new Uint8Array(8) },
    { json: told({ spec: { ...spec, hidden: -2 } }), weights },
    { json: told({ recipe: { ...recipe, season: '7' } }), weights },
    { json, weights: new Uint8Array(new Float32Array(35).fill(Number.NaN).buffer) }
  ]) {
    let code = '';
    try {
      fromLayersModel(files);
    } catch (error) {
      code = (error as ProblemError).problem.code;
    }
    expect(code).toBe('network.not-ours');
  }
});

async function plainForecast(
  { json, weights }: LayersModelFiles,
  inputs: Float32Array
): Promise<Float32Array> {
  await tf.setBackend('cpu');
  const [manifest] = json['weightsManifest'] as { weights: tf.io.WeightsManifestEntry[] }[];
  const model = await loadLayersModel(
    tf.io.fromMemory({
      modelTopology: json['modelTopology'] as object,
      weightSpecs: manifest!.weights,
      weightData: weights.buffer
    })
  );
  const out = model.predict(tf.tensor3d(inputs, [40, 4, 7])) as tf.Tensor;
  return (await out.data()) as Float32Array;
}
