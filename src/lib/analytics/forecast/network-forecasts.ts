import { normalQuantile } from '#lib/analytics/stats/normal.ts';
import type { NetworkHooks, NetworkTask } from './global-network.ts';
import type { Forecast } from './model.ts';
import type { TrainedNetwork } from './network-engine.ts';
import type { NetworkInputs } from './network-inputs.ts';
import {
  seasonalBase,
  writeTarget,
  type WindowPlace,
  type WindowScale,
  type WindowShape
} from './windows.ts';

/** Few enough that a checkpoint comes often. */
const predictRows = 512;

/** Root mean squared scaled error of each step over the training windows; only needed, and only worked out, without quantiles. */
export async function trainingSpread(
  network: TrainedNetwork,
  { series, settings }: NetworkTask,
  shape: WindowShape,
  inputs: NetworkInputs,
  places: readonly WindowPlace[],
  hooks: NetworkHooks
): Promise<Float64Array> {
  const squares = new Float64Array(shape.horizon);
  if (settings.quantiles.length > 0) return squares;
  const target = new Float32Array(shape.horizon);
  await eachPrediction(network, series, shape, inputs, places, 1, hooks, (i, output, scale) => {
    const { series: s, end } = places[i]!;
    writeTarget(series[s]!, end, shape, scale, target, 0);
    for (let h = 0; h < shape.horizon; h++) {
      squares[h]! += (target[h]! - output[h]!) ** 2 / places.length;
    }
  });
  return squares.map(Math.sqrt);
}

/** The forecasts after every window of `places`, in units of their series. */
export async function forecastsAt(
  network: TrainedNetwork,
  { series, settings }: NetworkTask,
  shape: WindowShape,
  inputs: NetworkInputs,
  places: readonly WindowPlace[],
  spread: Float64Array,
  hooks: NetworkHooks
): Promise<Forecast[]> {
  const { quantiles } = settings;
  const outputs = Math.max(1, quantiles.length);
  const middle = Math.max(0, quantiles.indexOf(0.5));
  const last = outputs - 1;
  const lowUnit = -normalQuantile(quantiles[0] ?? 0.5);
  const highUnit = normalQuantile(quantiles[last] ?? 0.5);
  const forecasts: Forecast[] = [];
  await eachPrediction(
    network,
    series,
    shape,
    inputs,
    places,
    outputs,
    hooks,
    (i, output, { scale }) => {
      const { series: s, end } = places[i]!;
      const yhat = new Float64Array(shape.horizon);
      const below = new Float64Array(shape.horizon);
      const above = new Float64Array(shape.horizon);
      for (let h = 0; h < shape.horizon; h++) {
        const at = h * outputs;
        const centre = output[at + middle]!;
        yhat[h] = seasonalBase(series[s]!, end, h, shape.season) + scale * centre;
        const low = lowUnit > 0 ? (centre - output[at]!) / lowUnit : spread[h]!;
        const high = highUnit > 0 ? (output[at + last]! - centre) / highUnit : spread[h]!;
        below[h] = scale * Math.max(0, low);
        above[h] = scale * Math.max(0, high);
      }
      forecasts.push({ yhat, below, above });
    }
  );
  return forecasts;
}

async function eachPrediction(
  network: TrainedNetwork,
  series: readonly Float64Array[],
  shape: WindowShape,
  inputs: NetworkInputs,
  places: readonly WindowPlace[],
  outputs: number,
  hooks: NetworkHooks,
  take: (index: number, output: Float32Array, scale: WindowScale) => void
): Promise<void> {
  const size = shape.horizon * outputs;
  for (let from = 0; from < places.length; from += predictRows) {
    await hooks.checkpoint();
    const rows = Math.min(predictRows, places.length - from);
    const written = new Float32Array(rows * inputs.size);
    const scales = places
      .slice(from, from + rows)
      .map((place, i) => inputs.write(series[place.series]!, place, written, i * inputs.size));
    const output = await network.predict(written, rows);
    scales.forEach((scale, i) => take(from + i, output.subarray(i * size, (i + 1) * size), scale));
  }
}
