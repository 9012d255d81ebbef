import { fail } from '#lib/problems/index.ts';
import type { NetworkSpec } from './network-engine.ts';
import type { FactsCode } from './network-facts.ts';

/** How windows were made and what was learnt from, so that a network read back is complete. */
export interface WindowRecipe {
  /** Rows per season; windows of two or more are read a season per step. */
  readonly season: number;
  /** Rows looked back over. */
  readonly window: number;
  /** How regressors, calendar and static columns are made numbers; null = the values alone go in. */
  readonly facts: FactsCode | null;
  readonly input: 'steps × features: values from the oldest on, scaled, with facts beside them';
  /** What targets and outputs are: what the seasonal naive forecast leaves over, in units of `scaling`. */
  readonly target: 'residual over seasonal naive';
  readonly output: 'horizon × quantiles, the quantiles of a step side by side';
  readonly scaling: 'mean and standard deviation of the window, at least a tenth of the mean size';
  /** Of first weights and batches. */
  readonly seed: number;
  /** The time of the last row learnt from: milliseconds since 1970, or a row number. */
  readonly until: number;
}

/** A network with all that a forecast needs of it. */
export interface SavedNetwork {
  readonly spec: NetworkSpec;
  readonly recipe: WindowRecipe;
  /** In Keras order. */
  readonly parameters: Float32Array;
}

/** A TensorFlow.js LayersModel: what `model.json` holds, and `weights.bin`. */
export interface LayersModelFiles {
  readonly json: Readonly<Record<string, unknown>>;
  readonly weights: Uint8Array<ArrayBuffer>;
}

const producer = 'Quartermaster LSTM 1';

/**
 * Writes a network as a LayersModel that plain `tf.loadLayersModel` reads: an input, LSTM layers and a dense
 * head. Parameters already lie in Keras order, so that the weights are the vector itself in float32.
 * `userDefinedMetadata` holds the specification and the recipe of its windows.
 */
export function toLayersModel({ spec, recipe, parameters }: SavedNetwork): LayersModelFiles {
  const { hidden, layers, activation } = spec;
  const lstms = Array.from({ length: layers }, (_, layer) => ({
    class_name: 'LSTM',
    config: {
      name: `lstm_${layer + 1}`,
      units: hidden,
      activation,
      recurrent_activation: 'sigmoid',
      use_bias: true,
      unit_forget_bias: true,
      implementation: 1,
      return_sequences: layer < layers - 1,
      ...(layer === 0
        ? { batch_input_shape: [null, spec.window, spec.features ?? 1], dtype: 'float32' }
        : {})
    }
  }));
  const head = {
    class_name: 'Dense',
    config: { name: 'head', units: outputsOf(spec), activation: 'linear', use_bias: true }
  };
  const weights = weightsOf(spec).map((weight) => ({ ...weight, dtype: 'float32' }));
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
      userDefinedMetadata: { spec, recipe },
      weightsManifest: [{ paths: ['weights.bin'], weights }]
    },
    weights: new Uint8Array(Float32Array.from(parameters).buffer)
  };
}

/** A network written by `toLayersModel`; any other model is a problem. */
export function fromLayersModel({ json, weights }: LayersModelFiles): SavedNetwork {
  const metadata = json['userDefinedMetadata'] as
    { readonly spec?: unknown; readonly recipe?: unknown } | undefined;
  const { spec, recipe } = metadata ?? {};
  if (json['generatedBy'] !== producer || !isSpec(spec) || !isRecipe(recipe)) {
    throw fail('network.not-ours', { detail: 'It does not say how its windows were made.' });
  }
  const bytes =
    4 * weightsOf(spec).reduce((sum, { shape }) => sum + shape[0]! * (shape[1] ?? 1), 0);
  if (weights.byteLength !== bytes) {
    const detail = `Its weights are ${weights.byteLength} bytes; its shape asks for ${bytes}.`;
    throw fail('network.not-ours', { detail });
  }
  const parameters = new Float32Array(weights.slice().buffer);
  if (parameters.some((value) => !Number.isFinite(value))) {
    throw fail('network.not-ours', { detail: 'Some of its weights are no numbers.' });
  }
  return { spec, recipe, parameters };
}

/** Names and shapes in the order in which Keras lists them. */
function weightsOf(spec: NetworkSpec): { name: string; shape: number[] }[] {
  const { hidden, layers, features = 1 } = spec;
  const outputs = outputsOf(spec);
  const gates = 4 * hidden;
  const lstms = Array.from({ length: layers }, (_, layer) => [
    { name: `lstm_${layer + 1}/kernel`, shape: [layer === 0 ? features : hidden, gates] },
    { name: `lstm_${layer + 1}/recurrent_kernel`, shape: [hidden, gates] },
    { name: `lstm_${layer + 1}/bias`, shape: [gates] }
  ]);
  return [
    ...lstms.flat(),
    { name: 'head/kernel', shape: [hidden, outputs] },
    { name: 'head/bias', shape: [outputs] }
  ];
}

function outputsOf({ horizon, quantiles }: NetworkSpec): number {
  return horizon * Math.max(1, quantiles.length);
}

function isSpec(value: unknown): value is NetworkSpec {
  const spec = (value ?? {}) as Partial<Record<keyof NetworkSpec, unknown>>;
  const { window, features = 1, horizon, hidden, layers, activation, quantiles } = spec;
  const counts = [window, features, horizon, hidden, layers];
  return (
    counts.every((count) => Number.isInteger(count) && Number(count) > 0) &&
    (activation === 'tanh' || activation === 'sigmoid') &&
    Array.isArray(quantiles) &&
    quantiles.every((q) => typeof q === 'number' && q > 0 && q < 1)
  );
}

function isRecipe(value: unknown): value is WindowRecipe {
  type Parts = Partial<Record<keyof WindowRecipe, unknown>>;
  const { season, window, facts, seed, until } = (value ?? {}) as Parts;
  const sizes = [season, window].every((size) => Number.isInteger(size) && Number(size) > 0);
  return sizes && [seed, until].every(Number.isFinite) && (facts === null || isCode(facts));
}

function isCode(value: unknown): value is FactsCode {
  const { covariates, cycles, statics } = (value ?? {}) as Partial<
    Record<keyof FactsCode, unknown>
  >;
  const lists = [covariates, cycles, statics].every(
    (list) => Array.isArray(list) && list.every((one) => typeof one === 'object' && one !== null)
  );
  if (!lists) return false;
  const code = value as FactsCode;
  const numbers = [
    ...code.covariates.flatMap(({ mean, scale }) => [mean, scale]),
    ...code.cycles.flatMap(({ length, harmonic }) => [length, harmonic])
  ];
  const named = [...code.covariates, ...code.statics].every(({ name }) => typeof name === 'string');
  return named && numbers.every(Number.isFinite) && code.statics.every(isStatic);
}

function isStatic(one: FactsCode['statics'][number]): boolean {
  return 'levels' in one
    ? Array.isArray(one.levels) && Array.isArray(one.shares) && one.shares.every(Number.isFinite)
    : [one.mean, one.spread].every(Number.isFinite);
}
