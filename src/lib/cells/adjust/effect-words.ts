import type { Service } from '#lib/analytics/loop/service.ts';
import type { Replay } from './replay.ts';

/** What a replay shows, with and without, in words and figures; null where it is too short to say anything. */
export function effectWords({ effect, from, to, warmUp }: Replay, since: boolean): string | null {
  const periods = to - from - warmUp;
  if (periods < 1 || effect.with.runs.length === 0) return null;
  const [a, b] = [effect.with.service, effect.without.service];
  const span = `${periods} period${periods === 1 ? '' : 's'}`;
  const pair = (name: string, of: (s: Service) => number, say: (x: number) => string) =>
    Number.isNaN(of(a)) || Number.isNaN(of(b)) ? [] : [`${name} ${say(of(a))} (${say(of(b))})`];
  const figures = [
    ...pair('fill rate', (s) => s.fillRate, share),
    ...pair('cycle service', (s) => s.cycleService, share),
    ...pair('stock', (s) => s.averageStock, short),
    ...(a.costPerPeriod || b.costPerPeriod ? pair('cost', (s) => s.costPerPeriod, short) : [])
  ];
  const when = since ? `in the ${span} since` : `over the ${span} before it`;
  return `${when}, with it (without): ${figures.join(', ')}`;
}

export function share(part: number): string {
  return `${Number((part * 100).toFixed(1))} %`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}
