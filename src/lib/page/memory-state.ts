/** How full something is: calm, worth a word, or about to be a problem. */
type Fullness = 'calm' | 'high' | 'full';

export function fullnessOf(used: number, limit: number): Fullness {
  const share = limit > 0 ? used / limit : 0;
  return share >= 0.9 ? 'full' : share >= 0.75 ? 'high' : 'calm';
}
