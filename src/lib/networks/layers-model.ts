import type { NetworkSpec } from '#lib/analytics/forecast/network-engine.ts';
import { fail } from '#lib/problems/index.ts';
import { layoutOf, shapeOf } from './layout.ts';

/** How windows were made, so that a network read back is complete. */
export interface WindowRecipe {
  /** Rows per season; windows of two or more are read a season per step. */
  readonly season: number;
  /** What targets and outputs are: what the seasonal naive forecast leaves over, in units of `scaling`. */
  readonly target: 'residual over seasonal naive';
  readonly scaling: 'mean and standard deviation of the window, at least a tenth of the mean size';
}

/** A TensorFlow.js LayersModel: what `model.json` holds, and `weights.bin`. */
export interface LayersModelFiles {
  readonly json: Readonly<Record<string, unknown>>;
  readonly weights: Uint8Array<ArrayBuffer>;
}

interface Metadata {
  readonly spec: NetworkSpec;
  readonly recipe: WindowRecipe;
}

const producer = 'Quartermaster LSTM 1';

/**
 * Writes a network as a LayersModel that plain `tf.loadLayersModel` reads: an input, LSTM layers and a dense
 * head. Parameters already lie in Keras order, so that the weights are the vector itself in float32.
 * `userDefinedMetadata` holds the specification and the recipe of its windows.
 */
export function toLayersModel(
  spec: NetworkSpec,
  recipe: WindowRecipe,
  parameters: ArrayLike<number>
): LayersModelFiles {
  const { steps, features, hidden, layers, outputs } = shapeOf(spec);
  const weights: { name: string; shape: number[]; dtype: 'float32' }[] = [];
  const weight = (name: string, ...shape: number[]) =>
    weights.push({ name, shape, dtype: 'float32' });
  const lstms = Array.from({ length: layers }, (_, layer) => {
    const name = `lstm_${layer + 1}`;
    weight(`${name}/kernel`, layer === 0 ? features : hidden, 4 * hidden);
    weight(`${name}/recurrent_kernel`, hidden, 4 * hidden);
    weight(`${name}/bias`, 4 * hidden);
    return {
      class_name: 'LSTM',
      config: {
        name,
        units: hidden,
        activation: spec.activation,
        recurrent_activation: 'sigmoid',
        use_bias: true,
        unit_forget_bias: true,
        implementation: 1,
        return_sequences: layer < layers - 1,
        ...(layer === 0 ? { batch_input_shape: [null, steps, features], dtype: 'float32' } : {})
      }
    };
  });
  weight('head/kernel', hidden, outputs);
  weight('head/bias', outputs);
  const head = {
    class_name: 'Dense',
    config: { name: 'head', units: outputs, activation: 'linear', use_bias: true }
  };
  const metadata: Metadata = { spec, recipe };
  return {
    json: {
      format: 'layers-model',
      generatedBy: producer,
      convertedBy: null,
      modelTopology: {
        class_name: 'Sequential',
        config: { name: 'forecaster', layers: [...lstms, head] },
        keras_version: 'tfjs-layers 4.22.0',
        backend: 'tensor_flow.js'
      },
      userDefinedMetadata: metadata,
      weightsManifest: [{ paths: ['weights.bin'], weights }]
    },
    weights: new Uint8Array(Float32Array.from(parameters).buffer)
  };
}

/** A network written by `toLayersModel`; any other model is a problem. */
export function fromLayersModel({ json, weights }: LayersModelFiles): Metadata & {
  readonly parameters: Float32Array;
} {
  const metadata = json['userDefinedMetadata'] as Partial<Metadata> | undefined;
  if (json['generatedBy'] !== producer || !metadata?.spec || !metadata.recipe) {
    throw fail('network.not-ours', { detail: 'It does not say how its windows were made.' });
  }
  const { count } = layoutOf(shapeOf(metadata.spec));
  if (weights.byteLength !== 4 * count) {
    const detail = `Its weights are ${weights.byteLength} bytes; its shape asks for ${4 * count}.`;
    throw fail('network.not-ours', { detail });
  }
  const parameters = new Float32Array(weights.slice().buffer);
  return { spec: metadata.spec, recipe: metadata.recipe, parameters };
}
