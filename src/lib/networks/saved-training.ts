import type { SavedBytes, TrainedWeights } from '#lib/analytics/forecast/network-engine.ts';
import { pack, unpack } from '#lib/base/pack.ts';
import type { LoopState } from './loop-state.ts';

const version = 1;
const mostBytes = 128 << 20;
/** Saving takes at most a twentieth of the time. */
const share = 20;

interface Saved {
  readonly version: number;
  readonly weights: number;
  readonly state?: LoopState;
  readonly trained?: TrainedWeights;
}

/**
 * One training as it is kept for the case that its worker does not live to the end: where it stands, and at last
 * what it gave. Whatever goes wrong with the storage is no failure of the training.
 */
export class SavedTraining {
  readonly #place: SavedBytes;
  readonly #weights: number;
  #writing: Promise<void> | null = null;
  #next = 0;
  #broken = false;

  /** `weights` is how many the network has: what is kept of a network of another size is not taken. */
  constructor(place: SavedBytes, weights: number) {
    this.#place = place;
    this.#weights = weights;
  }

  async load(): Promise<Pick<Saved, 'state' | 'trained'>> {
    try {
      const bytes = await this.#place.load();
      const found = bytes && (unpack(bytes) as Saved);
      return found?.version === version && found.weights === this.#weights ? found : {};
    } catch {
      return {};
    }
  }

  /** In the background, unless the state before is still being written or saving would take too much time. */
  keep(state: LoopState): void {
    if (this.#broken || this.#writing || performance.now() < this.#next) return;
    this.#writing = this.#write({ state });
  }

  async finish(trained: TrainedWeights): Promise<void> {
    await this.#writing;
    if (!this.#broken) await this.#write({ trained });
  }

  async #write(what: Pick<Saved, 'state' | 'trained'>): Promise<void> {
    const began = performance.now();
    try {
      const bytes = pack({ version, weights: this.#weights, ...what });
      if (bytes.length > mostBytes) this.#broken = true;
      else await this.#place.save(bytes);
    } catch {
      this.#broken = true;
    } finally {
      const now = performance.now();
      this.#next = now + share * (now - began);
      this.#writing = null;
    }
  }
}
