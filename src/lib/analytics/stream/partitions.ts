import { MinHeap } from './heap.ts';
import type { KeyValue } from './keys.ts';

/** Partitions known before idle ones are forgotten: memory follows those that are heard. */
const manyKnown = 10_000;

interface Partition {
  readonly value: KeyValue;
  /** Its greatest event time. */
  latest: number;
  /** The greatest event time of the stream when its last event came. */
  heardAt: number;
  /** Whether it stands in the queue: not once it was left out. */
  queued: boolean;
}

export interface PartitionState {
  readonly name: string;
  readonly latest: number;
  /** How far the stream's event time has gone on since it was last heard. */
  readonly behind: number;
  readonly idle: boolean;
}

export interface PartitionsSnapshot {
  readonly limit: number;
  readonly known: readonly {
    readonly value: KeyValue;
    readonly latest: number;
    readonly heardAt: number;
  }[];
}

/**
 * The event time of the partition that is furthest behind, those left out that are idle: since their last event the
 * stream's event time has gone on by more than `idle`. One comes back with its next event. The one that brought the
 * stream's greatest event time is never idle, so that there is always one.
 *
 * A heap by a lower bound of each partition's time is looked at from the top only: a partition that has moved on is put
 * back in its place, an idle one is taken out. O(log partitions) per event, amortised.
 */
export class Partitions {
  readonly #idle: number;
  readonly #known = new Map<KeyValue, Partition>();
  readonly #queue = new MinHeap<Partition>();
  #limit = manyKnown;

  constructor(idle: number) {
    this.#idle = idle;
  }

  /** −Infinity before its first event. */
  latest(value: KeyValue): number {
    return this.#known.get(value)?.latest ?? -Infinity;
  }

  /** Takes an event (`greatest`: the stream's event time with it) and gives the time of the partition furthest behind. */
  take(value: KeyValue, time: number, greatest: number): number {
    let partition = this.#known.get(value);
    if (!partition) {
      partition = { value, latest: time, heardAt: greatest, queued: false };
      this.#known.set(value, partition);
      if (this.#known.size > this.#limit) this.#forgetIdle(greatest);
    }
    partition.heardAt = greatest;
    if (time > partition.latest) partition.latest = time;
    this.#enqueue(partition);
    return this.#leastActive(greatest);
  }

  /** Those furthest behind first, the idle ones last. */
  states(greatest: number): PartitionState[] {
    return [...this.#known.values()]
      .map((partition) => ({
        name: String(partition.value ?? '(none)'),
        latest: partition.latest,
        behind: greatest - partition.heardAt,
        idle: this.#isIdle(partition, greatest)
      }))
      .sort((a, b) => Number(a.idle) - Number(b.idle) || a.latest - b.latest);
  }

  snapshot(): PartitionsSnapshot {
    const known = [...this.#known.values()];
    return {
      limit: this.#limit,
      known: known.map(({ value, latest, heardAt }) => ({ value, latest, heardAt }))
    };
  }

  /** Idle partitions are queued again, and taken out when they come to the top. */
  restore({ limit, known }: PartitionsSnapshot): void {
    this.#limit = limit;
    this.#known.clear();
    this.#queue.clear();
    for (const told of known) {
      const partition = { ...told, queued: false };
      this.#known.set(told.value, partition);
      this.#enqueue(partition);
    }
  }

  #enqueue(partition: Partition): void {
    if (partition.queued) return;
    partition.queued = true;
    this.#queue.push(partition.latest, partition);
  }

  #leastActive(greatest: number): number {
    for (;;) {
      const top = this.#queue.top!;
      if (this.#isIdle(top, greatest)) {
        this.#queue.pop();
        top.queued = false;
      } else if (top.latest > this.#queue.least) {
        this.#queue.pop();
        this.#queue.push(top.latest, top);
      } else return top.latest;
    }
  }

  #forgetIdle(greatest: number): void {
    for (const [value, partition] of this.#known)
      if (this.#isIdle(partition, greatest)) this.#known.delete(value);
    this.#limit = Math.max(manyKnown, 2 * this.#known.size);
  }

  #isIdle({ heardAt }: Partition, greatest: number): boolean {
    return greatest - heardAt > this.#idle;
  }
}
