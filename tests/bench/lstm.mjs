import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createServer } from 'vite';
import { root } from '../../bin/lib/paths.mjs';
import { hourly } from './hourly.mjs';
import { printTable } from './lib.mjs';
import { lstmOnWebgpu } from './lstm-webgpu.mjs';

/** Windows of 28 steps of 4 values, 28 outputs, squared loss. */
const shapes = [
  { name: 'C1: 32 units, 32 windows', steps: 28, features: 4, hidden: 32, batch: 32, layers: 1 },
  { name: 'C2: 64 units, 64 windows', steps: 28, features: 4, hidden: 64, batch: 64, layers: 1 },
  { name: 'C4: as C2, 2 layers', steps: 28, features: 4, hidden: 64, batch: 64, layers: 2 }
];
const outputs = 28;
const rounds = 4;

/**
 * One training step of an LSTM (forward, backward, Adam), one thread: our WASM kernels, TensorFlow.js layers on
 * its WASM backend, and PyTorch where Python has it. The fastest step of four alternating rounds. Then the same on
 * WebGPU, and how far off the network is on real hourly series.
 */
export async function lstm() {
  const server = await createServer({
    root,
    logLevel: 'error',
    server: { middlewareMode: true, ws: false },
    optimizeDeps: { noDiscovery: true }
  });
  const load = (path) => server.ssrLoadModule(path);
  try {
    const ours = await ourStep(load);
    const tfjs = await tfjsStep();
    const torch = torchVersion();
    const rows = [];
    for (const shape of shapes) {
      const own = await ours(shape);
      const peer = await tfjs(shape);
      let [best, other] = [Infinity, Infinity];
      for (let round = 0; round < rounds; round++) {
        best = Math.min(best, await fastest(own, 40));
        other = Math.min(other, await fastest(peer.step, 6));
      }
      peer.dispose();
      rows.push({ name: shape.name, ours: best, peers: [other, torch ? torchStep(shape) : null] });
      console.log(`${shape.name}: ${(other / best).toFixed(1)} times as fast as tf.layers`);
    }
    const peers = ['tf.layers wasm', torch ? `torch ${torch}` : 'torch (not installed)'];
    printTable('LSTM training step, one thread', ['ours wasm', ...peers], rows);
    await lstmOnWebgpu(shapes.slice(0, 2), outputs);
    await hourly(load);
  } finally {
    await server.close();
  }
}

async function fastest(step, times) {
  let best = Infinity;
  for (let i = 0; i < times; i++) {
    const began = performance.now();
    await step();
    best = Math.min(best, performance.now() - began);
  }
  return best;
}

async function ourStep(load) {
  const { wasmKernels } = await load('/src/lib/networks/wasm-kernels.ts');
  const { processorTrainer } = await load('/src/lib/networks/processor-trainer.ts');
  const { firstParameters } = await load('/src/lib/networks/layout.ts');
  const { initialState } = await load('/src/lib/networks/trainer.ts');
  return async ({ steps, features, hidden, batch, layers }) => {
    const shape = { steps, features, hidden, layers, outputs, sigmoid: false };
    const { inputs, targets } = dataOf(steps * features, batch);
    const objective = { horizon: outputs, quantiles: [] };
    const task = { shape, objective, batch, clip: 1, inputs, targets };
    const trainer = processorTrainer('wasm', await wasmKernels(), task);
    trainer.restore(initialState(firstParameters(shape, 1)));
    const order = Int32Array.from({ length: batch }, (_, i) => i);
    const rates = Float32Array.of(1e-3);
    return () => trainer.train(order, rates);
  };
}

async function tfjsStep() {
  const tf = await import('@tensorflow/tfjs-core');
  const layersApi = await import('@tensorflow/tfjs-layers');
  const wasm = await import('@tensorflow/tfjs-backend-wasm');
  const entry = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
  wasm.setWasmPaths(`${dirname(entry)}/`);
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  await tf.setBackend('wasm');
  return async ({ steps, features, hidden, batch, layers }) => {
    const model = layersApi.sequential();
    for (let layer = 0; layer < layers; layer++) {
      const first = layer === 0 ? { inputShape: [steps, features] } : {};
      model.add(
        layersApi.layers.lstm({
          units: hidden,
          recurrentActivation: 'sigmoid',
          recurrentInitializer: 'glorotUniform',
          returnSequences: layer < layers - 1,
          ...first
        })
      );
    }
    model.add(layersApi.layers.dense({ units: outputs }));
    const { inputs, targets } = dataOf(steps * features, batch);
    const x = tf.tensor3d(inputs, [batch, steps, features]);
    const y = tf.tensor2d(targets, [batch, outputs]);
    const optimizer = tf.train.adam(1e-3);
    return {
      async step() {
        const loss = optimizer.minimize(() => tf.losses.meanSquaredError(y, model.apply(x)), true);
        await loss.data();
        loss.dispose();
      },
      dispose() {
        [x, y, optimizer, model].forEach((each) => each.dispose());
      }
    };
  };
}

function dataOf(width, batch) {
  const inputs = Float32Array.from({ length: batch * width }, (_, i) => Math.sin(i * 0.7));
  const targets = Float32Array.from({ length: batch * outputs }, (_, i) => Math.cos(i * 0.3));
  return { inputs, targets };
}

function torchVersion() {
  const { status, stdout } = spawnSync('python3', ['-c', 'import torch; print(torch.__version__)']);
  return status === 0 ? stdout.toString().trim() : null;
}

function torchStep({ steps, features, hidden, batch, layers }) {
  const script = join(root, 'tests', 'bench', 'lstm-torch.py');
  const sizes = [steps, features, hidden, batch, layers, outputs].map(String);
  const { stdout } = spawnSync('python3', [script, ...sizes]);
  return Number(stdout.toString());
}
