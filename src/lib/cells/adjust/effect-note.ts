import type { Service } from '#lib/analytics/loop/service.ts';
import type { EffectNote, Pair } from './notes.ts';
import type { Replay } from './replay.ts';

/** What a replay shows, with and without; null where it is too short to say anything. */
export function replayNote(
  { effect, from, to, warmUp }: Replay,
  since: boolean
): EffectNote | null {
  const periods = to - from - warmUp;
  if (periods < 1 || effect.with.runs.length === 0) return null;
  const [a, b] = [effect.with.service, effect.without.service];
  const pairs = (['fillRate', 'cycleService', 'averageStock', 'costPerPeriod'] as const).flatMap(
    (what): [string, Pair][] => {
      const free = what === 'costPerPeriod' && !a[what] && !b[what];
      return free || isUnknown(a, b, what) ? [] : [[what, [a[what], b[what]]]];
    }
  );
  return { code: 'replayed', since, periods, ...Object.fromEntries(pairs) };
}

function isUnknown(a: Service, b: Service, what: keyof Service): boolean {
  return Number.isNaN(a[what]) || Number.isNaN(b[what]);
}
