import type { Random } from '#lib/base/random.ts';
import { takePoints, type Checkpoint, type Points } from '#lib/analytics/cluster/points.ts';
import { standardColumn, standardised, windowsOf } from './features.ts';
import type { Judge, Judged } from './judge.ts';
import { fromWindows, nearbyJudge } from './nearby.ts';
import { sampleRows } from './sample.ts';

/** A dense autoencoder: inputs – hidden – code – hidden – inputs. */
export interface AutoencoderSpec {
  readonly inputs: number;
  readonly hidden: number;
  readonly code: number;
}

export interface AutoencoderTraining {
  /** Row-major rows × inputs, standardised. */
  readonly rows: Float32Array;
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly seed: number;
  readonly backend: 'auto' | 'webgpu' | 'wasm' | 'cpu';
}

export interface AutoencoderProgress {
  readonly step: number;
  readonly steps: number;
  readonly epoch: number;
  readonly loss: number;
  readonly backend: string;
}

export interface TrainedAutoencoder {
  /** Row-major, as `rows` of the training. */
  reconstruct(rows: Float32Array, count: number): Promise<Float32Array>;
  /** The engine and backend that trained it, such as "TensorFlow.js 4.22.0, wasm". */
  readonly engine: string;
  readonly steps: number;
  readonly loss: number;
  dispose(): void;
}

/** The seam to whatever trains it; calls `onStep` at least every 50 ms of work and awaits it. */
export type TrainAutoencoder = (
  spec: AutoencoderSpec,
  training: AutoencoderTraining,
  onStep: (progress: AutoencoderProgress) => Promise<void>
) => Promise<TrainedAutoencoder>;

export interface AutoencoderJudging extends Omit<
  AutoencoderTraining,
  'rows' | 'epochs' | 'batchSize'
> {
  /** When absent: 64 rows, fewer where there are under 512. */
  readonly batchSize: number | undefined;
  /** When absent: 40, more where that makes under 800 steps. */
  readonly epochs: number | undefined;
  readonly window: number;
  readonly hidden: number;
  /** Width of the bottleneck; a quarter of the inputs when absent. */
  readonly code: number | undefined;
  readonly random: Random;
  readonly train: TrainAutoencoder;
  readonly checkpoint: Checkpoint;
  onStep(progress: AutoencoderProgress): Promise<void>;
}

const mostTrained = 20_000;
const leastSteps = 800;
/** Multiplications between two checkpoints: about a tenth of a second on a plain processor. */
const workPerSlice = 2e7;
/** Standardised values beyond are cut for training, so that a few outliers do not become what is learnt. */
const mostExtreme = 4;

/**
 * Distance between each row and its reconstruction by a dense autoencoder (Hawkins et al. 2002), trained on at
 * most 20,000 rows drawn at random. Several columns are coded side by side, one column in windows of
 * neighbouring rows. Deterministic for a seed on CPU backends.
 */
export async function autoencoderJudge(
  columns: readonly Judged[],
  judging: AutoencoderJudging
): Promise<{ readonly judge: Judge; readonly engine: string }> {
  const features = standardised(columns);
  const { window } = judging;
  const what = 'its reconstruction';
  const same = { raw: (distance: number) => distance, reach: (raw: number) => raw };
  if (window === 1) {
    const d = features.points.dimensions;
    const { values, engine } = await reconstructed(features.points, judging);
    const reference = (point: number, c: number) => values[point * d + c]!;
    return { judge: nearbyJudge(features, { what, reference, ...same }), engine };
  }
  const { points, starts } = windowsOf(standardColumn(features), window);
  const { values, engine } = await reconstructed(points, judging);
  const back = fromWindows(features, window, starts, (i, place) => values[i * window + place]!);
  const judge = nearbyJudge(back.features, {
    what,
    reference: (point) => back.means[point]!,
    ...same
  });
  return { judge, engine };
}

async function reconstructed(
  points: Points,
  judging: AutoencoderJudging
): Promise<{ values: Float32Array; engine: string }> {
  const { dimensions: inputs, count } = points;
  const values = new Float32Array(points.data.length);
  if (count === 0) return { values, engine: '' };
  const drawn = takePoints(points, sampleRows(count, mostTrained, judging.random));
  const code = judging.code ?? Math.max(1, Math.ceil(inputs / 4));
  const { learningRate, seed, backend } = judging;
  const batchSize = judging.batchSize ?? Math.max(1, Math.min(64, Math.ceil(drawn.count / 8)));
  const perEpoch = Math.max(1, Math.floor(drawn.count / batchSize));
  const epochs = judging.epochs ?? Math.max(40, Math.ceil(leastSteps / perEpoch));
  const trained = await judging.train(
    { inputs, hidden: judging.hidden, code },
    { rows: clipped(drawn.data), epochs, batchSize, learningRate, seed, backend },
    (progress) => judging.onStep(progress)
  );
  try {
    const slice = rowsPerSlice({ inputs, hidden: judging.hidden, code });
    for (let from = 0; from < count; from += slice) {
      await judging.checkpoint();
      const to = Math.min(count, from + slice);
      const part = clipped(points.data.subarray(from * inputs, to * inputs));
      values.set(await trained.reconstruct(part, to - from), from * inputs);
    }
    return { values, engine: trained.engine };
  } finally {
    trained.dispose();
  }
}

/** Rows that can be coded and decoded between two checkpoints; a third of them where gradients are wanted too. */
export function rowsPerSlice({ inputs, hidden, code }: AutoencoderSpec): number {
  return Math.max(1, Math.floor(workPerSlice / (2 * hidden * (inputs + code))));
}

function clipped(data: Float64Array): Float32Array {
  return Float32Array.from(data, (v) => Math.max(-mostExtreme, Math.min(mostExtreme, v)));
}
