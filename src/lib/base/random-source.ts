import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus, xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import { hash32 } from './hash.ts';

/** Seeded uniform numbers in [0, 1) whose state can be kept and taken up again. */
export class RandomSource {
  #generator: ReturnType<typeof xoroshiro128plus>;

  constructor(seed: number, name: string) {
    this.#generator = xoroshiro128plus(hash32(`${seed}\u0000${name}`));
  }

  next(): number {
    return uniformFloat64(this.#generator);
  }

  snapshot(): readonly number[] {
    return this.#generator.getState();
  }

  restore(state: readonly number[]): void {
    this.#generator = xoroshiro128plusFromState(state);
  }
}
