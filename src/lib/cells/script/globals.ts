import type { Random } from '#lib/base/random.ts';

/** `Math` whose random numbers are seeded. */
export function seededMath(random: Random): Math {
  return Object.create(Math, { random: { value: () => random() } }) as Math;
}

/** `Date` whose present is `now`. */
export function fixedDate(now: number): DateConstructor {
  return new Proxy(Date, {
    construct: (target, args: [], newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now] : args, newTarget) as Date,
    apply: () => new Date(now).toString(),
    get: (target, key, receiver) =>
      key === 'now' ? () => now : (Reflect.get(target, key, receiver) as unknown)
  });
}
