/** What was last told of a window: its end and its figures. */
interface Told {
  readonly end: number;
  readonly values: readonly number[];
}

/** By start, then key. */
export type ToldSnapshot = readonly (readonly [
  start: number,
  windows: readonly (readonly [slot: number, told: Told])[]
])[];

/** The figures last told of windows that may still change, by start and key. Memory follows what lateness holds open. */
export class ToldWindows {
  readonly #byStart = new Map<number, Map<number, Told>>();

  get(start: number, slot: number): readonly number[] | undefined {
    return this.#byStart.get(start)?.get(slot)?.values;
  }

  set(start: number, end: number, slot: number, values: readonly number[]): void {
    let windows = this.#byStart.get(start);
    if (!windows) {
      windows = new Map();
      this.#byStart.set(start, windows);
    }
    windows.set(slot, { end, values });
  }

  /** Gives the figures away and forgets them. */
  take(start: number, slot: number): readonly number[] {
    const windows = this.#byStart.get(start);
    const told = windows?.get(slot);
    if (!windows || !told) throw new Error('A window is closed that was never told');
    windows.delete(slot);
    if (windows.size === 0) this.#byStart.delete(start);
    return told.values;
  }

  snapshot(): ToldSnapshot {
    return [...this.#byStart].map(([start, windows]) => [start, [...windows]]);
  }

  restore(snapshot: ToldSnapshot): void {
    this.#byStart.clear();
    for (const [start, windows] of snapshot) this.#byStart.set(start, new Map(windows));
  }
}
