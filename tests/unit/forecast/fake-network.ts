import { solveSymmetric } from '#lib/analytics/stats/cholesky.ts';
import type {
  NetworkEngine,
  NetworkSpec,
  NetworkTraining
} from '#lib/analytics/forecast/network-engine.ts';

export interface Trained {
  readonly spec: NetworkSpec;
  readonly data: NetworkTraining;
  disposed: boolean;
}

/** A deterministic engine: least squares from the window to each step; quantiles are the mean ± the spread of its errors. */
export function linearEngine(log: Trained[] = []): NetworkEngine {
  return {
    async train(spec, data, onStep) {
      const width = spec.window * (spec.features ?? 1);
      const rows = data.inputs.length / width;
      const weights = fit(data, width, rows, spec.horizon);
      const entry = { spec, data, disposed: false };
      log.push(entry);
      for (let step = 1; step <= 4; step++) {
        await onStep({ step, steps: 4, epoch: step, loss: 1 / step, backend: 'linear' });
      }
      const outputs = Math.max(1, spec.quantiles.length);
      return {
        engine: 'Least squares, linear',
        backend: 'linear',
        steps: 4,
        loss: 0.25,
        curve: { steps: [1, 2, 3, 4], loss: [1, 1 / 2, 1 / 3, 1 / 4] },
        parameters: weights.length,
        dispose: () => (entry.disposed = true),
        async predict(inputs, count) {
          const out = new Float32Array(count * spec.horizon * outputs);
          for (let row = 0; row < count; row++) {
            for (let h = 0; h < spec.horizon; h++) {
              let sum = weights[h * (width + 1) + width]!;
              for (let i = 0; i < width; i++) {
                sum += weights[h * (width + 1) + i]! * inputs[row * width + i]!;
              }
              for (let q = 0; q < outputs; q++) {
                const shift = outputs === 1 ? 0 : (spec.quantiles[q]! - 0.5) * 0.5;
                out[(row * spec.horizon + h) * outputs + q] = sum + shift;
              }
            }
          }
          return out;
        }
      };
    }
  };
}

function fit(data: NetworkTraining, width: number, rows: number, horizon: number): Float64Array {
  const k = width + 1;
  const out = new Float64Array(horizon * k);
  const at = (row: number, i: number) => (i === width ? 1 : data.inputs[row * width + i]!);
  for (let h = 0; h < horizon; h++) {
    const normal = new Float64Array(k * k);
    const right = new Float64Array(k);
    for (let row = 0; row < rows; row++) {
      for (let i = 0; i < k; i++) {
        right[i]! += at(row, i) * data.targets[row * horizon + h]!;
        for (let j = 0; j <= i; j++) normal[i * k + j]! += at(row, i) * at(row, j);
      }
    }
    for (let i = 0; i < k; i++) normal[i * k + i]! += 1e-3;
    out.set(solveSymmetric(normal, right), h * k);
  }
  return out;
}
