import type { NetworkHooks, TrainingPhase } from './global-network.ts';
import type {
  NetworkEngine,
  NetworkProgress,
  NetworkSpec,
  NetworkTraining,
  PortableTraining,
  TrainedNetwork
} from './network-engine.ts';

/** A training that may be done in another worker, and the name it is kept under. */
export interface SeedTraining {
  readonly name: string;
  readonly training: PortableTraining;
}

/**
 * Networks from as many seeds, each with its own training that differs in seed and start alone: trained side by side
 * where the engine lets trainings go and there is someone to take them, else one after the other, to the same bytes.
 * When the reader has enough there are fewer: those that came to their end, or else those that are under way.
 */
export async function trainSeeds(
  engine: NetworkEngine,
  spec: NetworkSpec,
  seeded: readonly NetworkTraining[],
  phase: TrainingPhase,
  hooks: NetworkHooks
): Promise<readonly TrainedNetwork[]> {
  const name = (seed: number) => `${phase}-${seed}`;
  const together = new SeedProgress(seeded.length);
  const { portable } = engine;
  const plan = seeded.length > 1 && hooks.apart ? await portable?.plan(spec, seeded[0]!) : null;
  if (plan && portable) {
    const trainings = seeded.map((data, seed) => ({
      name: name(seed),
      training: { ...plan, data }
    }));
    const tell = (seed: number, progress: NetworkProgress) =>
      hooks.tell(phase, together.with(seed, progress));
    const trained = await hooks.apart!(trainings, tell);
    const networks: TrainedNetwork[] = [];
    for (const weights of wholeOf(trained)) networks.push(await portable.network(spec, weights));
    return networks;
  }
  const { enough } = hooks;
  const networks: TrainedNetwork[] = [];
  for (const [seed, data] of seeded.entries()) {
    if (enough?.aborted && networks.length > 0) break;
    const onStep = async (progress: NetworkProgress) => {
      hooks.tell(phase, together.with(seed, progress));
      await hooks.checkpoint();
    };
    const saved = hooks.saved?.(name(seed));
    const aids = { ...(saved ? { saved } : {}), ...(enough ? { enough } : {}) };
    networks.push(await engine.train(spec, data, onStep, aids));
  }
  return wholeOf(networks);
}

/** Half a network counts only where there is no whole one. */
function wholeOf<N extends { readonly early?: true }>(networks: readonly N[]): readonly N[] {
  const whole = networks.filter(({ early }) => !early);
  return whole.length > 0 ? whole : networks;
}

/** How far several trainings have come together. */
class SeedProgress {
  readonly #seeds: number;
  readonly #latest = new Map<number, NetworkProgress>();

  constructor(seeds: number) {
    this.#seeds = seeds;
  }

  /** The whole, once one of them has come so far. */
  with(seed: number, progress: NetworkProgress): NetworkProgress {
    this.#latest.set(seed, progress);
    const begun = [...this.#latest.values()];
    const sum = (read: (one: NetworkProgress) => number) =>
      begun.reduce((total, one) => total + read(one), 0);
    return {
      ...progress,
      step: sum((one) => one.step),
      steps: sum((one) => one.steps) + (this.#seeds - begun.length) * progress.steps,
      loss: sum((one) => one.loss) / begun.length
    };
  }
}
