import type { CellKind, Mode } from '#lib/cells/core/define.ts';

/** Where runs queue: one SQL engine, one graphics card, as many processor cores as are free, any number of streams. */
export type Lane = 'data' | 'cpu' | 'gpu' | 'stream' | 'sandbox';

export function laneOf(mode: Mode, needsNetwork: boolean): Lane {
  switch (mode) {
    case 'sql':
    case 'load':
      return 'data';
    case 'compute':
      return needsNetwork ? 'gpu' : 'cpu';
    case 'script':
      return 'sandbox';
    case 'live':
      return 'stream';
  }
}

/** Whether a cell trains networks, as its kind says. */
export function needsNetwork(kind: CellKind, cell: Parameters<CellKind['reads']>[0]): boolean {
  return kind.needsNetwork?.(cell) ?? false;
}

/** How many compute runs go on at once: one core stays free for the page. */
export function computeRoom(cores: number): number {
  return Math.max(1, Math.floor(cores) - 1);
}

/** How many compute workers there are: one for each run that may go on, and a second even on two cores, to share one run's work. */
export function computeWorkers(cores: number): number {
  return Math.max(computeRoom(cores), Math.min(2, Math.floor(cores)));
}

/** Counts who is in each lane. */
export class Lanes {
  readonly #room: Readonly<Record<Lane, number>>;
  readonly #taken: Record<Lane, number> = { data: 0, cpu: 0, gpu: 0, stream: 0, sandbox: 0 };

  constructor(cores: number) {
    this.#room = { data: 1, cpu: computeRoom(cores), gpu: 1, stream: Infinity, sandbox: 1 };
  }

  hasRoom(lane: Lane): boolean {
    return this.#taken[lane] < this.#room[lane];
  }

  enter(lane: Lane): void {
    this.#taken[lane]++;
  }

  leave(lane: Lane): void {
    this.#taken[lane]--;
  }
}
