import type { Columns } from '#lib/base/columns.ts';
import { columnOf } from './batch-scope.ts';
import { keyAt, type KeyValue } from './keys.ts';
import { LatenessSketch, type LatenessSnapshot } from './lateness-sketch.ts';
import { Partitions, type PartitionsSnapshot, type PartitionState } from './partitions.ts';

/** How far the watermark stays behind: milliseconds, or as far as the events teach. */
export type Disorder = number | 'auto';

/** Parts of a stream that are each in order of their own, such as its producers; milliseconds. */
export interface PartitionSpec {
  readonly column: string;
  /** A partition that has said nothing while the others' event time went on by more than this is left out. */
  readonly idle: number;
}

export interface ClockSpec {
  readonly disorder: Disorder;
  readonly partition: PartitionSpec | null;
}

export interface ClockSnapshot {
  readonly version: 1;
  readonly greatest: number;
  readonly watermark: number;
  readonly lateness: LatenessSnapshot | null;
  readonly partitions: PartitionsSnapshot | null;
}

/**
 * Says the watermark of a stream: the greatest event time less the disorder, of the partition that is furthest behind
 * where there are several. It never goes back. A disorder of `auto` is what 99.5 % of the events have kept to, measured
 * against the greatest event time of their partition when they came. All of it follows from the events in their order
 * alone, and from where `reach` stands among them: neither batches nor timers nor the wall clock change it. O(1) per
 * event, O(log partitions) with partitions.
 */
export class EventClock {
  /** −Infinity before the first event. */
  greatest = -Infinity;
  readonly #relation: string;
  readonly #pinned: number;
  readonly #lateness: LatenessSketch | null;
  readonly #partitions: Partitions | null;
  readonly #column: string;
  #watermark = -Infinity;

  /** `relation` is named in problems. */
  constructor({ disorder, partition }: ClockSpec, relation: string) {
    this.#relation = relation;
    this.#pinned = disorder === 'auto' ? 0 : disorder;
    this.#lateness = disorder === 'auto' ? new LatenessSketch() : null;
    this.#partitions = partition && new Partitions(partition.idle);
    this.#column = partition?.column ?? '';
  }

  get watermark(): number {
    return this.#watermark;
  }

  /** Milliseconds: written, or learned so far. */
  get disorder(): number {
    return this.#lateness?.bound ?? this.#pinned;
  }

  get partitions(): readonly PartitionState[] {
    return this.#partitions?.states(this.greatest) ?? [];
  }

  /** Reads a batch in; `take` then goes through its rows. */
  over(batch: Columns): (row: number, time: number) => void {
    if (!this.#partitions) return (_, time) => this.#take(time, '');
    const vector = columnOf(batch, this.#column, this.#relation);
    return (row, time) => this.#take(time, keyAt(vector, row));
  }

  /** Takes the events of a batch in order; `marks[row]` becomes the watermark before the row. NaN is no event. */
  stamp(batch: Columns, times: Float64Array, marks: Float64Array): void {
    if (!this.#lateness && !this.#partitions) {
      this.#stampSimply(times, marks);
      return;
    }
    const take = this.over(batch);
    for (let row = 0; row < times.length; row++) {
      marks[row] = this.#watermark;
      const time = times[row]!;
      if (time === time) take(row, time);
    }
  }

  /** Event time has come to `now`, though no event says so. Whether the watermark moves by it. */
  reach(now: number): boolean {
    const watermark = now - this.disorder;
    if (!(watermark > this.#watermark)) return false;
    this.#watermark = watermark;
    return true;
  }

  snapshot(): ClockSnapshot {
    return {
      version: 1,
      greatest: this.greatest,
      watermark: this.#watermark,
      lateness: this.#lateness?.snapshot() ?? null,
      partitions: this.#partitions?.snapshot() ?? null
    };
  }

  /** Puts a clock of the same spec back as it was. */
  restore({ greatest, watermark, lateness, partitions }: ClockSnapshot): void {
    this.greatest = greatest;
    this.#watermark = watermark;
    if (lateness) this.#lateness?.restore(lateness);
    if (partitions) this.#partitions?.restore(partitions);
  }

  #stampSimply(times: Float64Array, marks: Float64Array): void {
    const disorder = this.#pinned;
    let { greatest } = this;
    let watermark = this.#watermark;
    for (let row = 0; row < times.length; row++) {
      marks[row] = watermark;
      const time = times[row]!;
      if (time > greatest) {
        greatest = time;
        watermark = time - disorder;
      }
    }
    this.greatest = greatest;
    this.#watermark = watermark;
  }

  #take(time: number, partition: KeyValue): void {
    const before = this.#partitions ? this.#partitions.latest(partition) : this.greatest;
    if (before > -Infinity) this.#lateness?.add(before - time);
    if (time > this.greatest) this.greatest = time;
    const latest = this.#partitions
      ? this.#partitions.take(partition, time, this.greatest)
      : this.greatest;
    const watermark = latest - this.disorder;
    if (watermark > this.#watermark) this.#watermark = watermark;
  }
}
