import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { hash32 } from './hash.ts';

/** A seeded source of uniform numbers in [0, 1). The same seed and name give the same sequence everywhere. */
export type Random = () => number;

export function seeded(seed: number, name = ''): Random {
  const generator = xoroshiro128plus(hash32(`${seed}\u0000${name}`));
  return () => uniformFloat64(generator);
}
