const first = 500;
const factor = 1.5;
const most = 60_000;

/**
 * Milliseconds to wait after `failures` of a round, the waits of Alertmanager (cenkalti/backoff): growing by half from
 * half a second to a minute, each between half and one and a half times that. `random` is uniform in [0, 1).
 */
export function waitAfter(failures: number, random: number): number {
  return Math.min(most, first * factor ** (failures - 1)) * (0.5 + random);
}

/** How often what a server refused is tried: at the beat of its group. */
export function beatOf(groupInterval: number): number {
  return Math.max(groupInterval, 1000);
}

/** How long a round goes on before the next begins: a beat of the group, but Alertmanager's least patience at least. */
export function roundOf(groupInterval: number): number {
  return Math.max(groupInterval, 10_000);
}
