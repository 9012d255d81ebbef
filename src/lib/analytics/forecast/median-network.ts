import { meanCurve } from './loss-curve.ts';
import type { TrainedNetwork } from './network-engine.ts';

/**
 * Networks of one shape from several seeds as one: every output is the median of theirs, the mean of the
 * middle two where their number is even. Medians of three cut the error of M4's hourly series by 2 to 3 %.
 */
export function medianNetwork(networks: readonly TrainedNetwork[]): TrainedNetwork {
  const [first] = networks;
  if (!first || networks.length === 1) return first!;
  const mean = (read: (network: TrainedNetwork) => number) =>
    networks.reduce((sum, network) => sum + read(network), 0) / networks.length;

  async function outputs(inputs: Float32Array, rows: number): Promise<Float32Array[]> {
    const all: Float32Array[] = [];
    for (const network of networks) all.push(await network.predict(inputs, rows));
    return all;
  }

  return {
    engine: `${first.engine}, median of ${networks.length} seeds`,
    backend: first.backend,
    steps: Math.round(mean((network) => network.steps)),
    loss: mean((network) => network.loss),
    curve: meanCurve(networks.flatMap(({ curve }) => (curve ? [curve] : []))),
    parameters: networks.reduce((sum, network) => sum + network.parameters, 0),
    async predict(inputs, rows) {
      const all = await outputs(inputs, rows);
      return all[0]!.map((_, i) =>
        middleOf(all.map((out) => out[i]!)).reduce(
          (sum, { value, share }) => sum + share * value,
          0
        )
      );
    },
    ...(networks.every((network) => 'inputGradients' in network)
      ? {
          async inputGradients(inputs, weights, rows) {
            const all = await outputs(inputs, rows);
            const parts = all.map(() => new Float32Array(weights.length));
            weights.forEach((weight, i) => {
              for (const { at, share } of middleOf(all.map((out) => out[i]!))) {
                parts[at]![i] = share * weight;
              }
            });
            const sum = new Float32Array(inputs.length);
            for (const [n, network] of networks.entries()) {
              const gradient = await network.inputGradients!(inputs, parts[n]!, rows);
              gradient.forEach((value, i) => (sum[i]! += value));
            }
            return sum;
          }
        }
      : {}),
    dispose: () => networks.forEach((network) => network.dispose())
  } satisfies TrainedNetwork;
}

/** The value in the middle, or the two there with half a share each. */
function middleOf(values: readonly number[]): { at: number; value: number; share: number }[] {
  const order = values.map((value, at) => ({ value, at })).sort((a, b) => a.value - b.value);
  const upper = order[order.length >> 1]!;
  if (order.length % 2 === 1) return [{ ...upper, share: 1 }];
  return [
    { ...order[(order.length >> 1) - 1]!, share: 0.5 },
    { ...upper, share: 0.5 }
  ];
}
