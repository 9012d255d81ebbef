import type { Transition } from './alert-board.ts';
import type { Correction } from './windows.ts';

export type AlertEvidenceSnapshot = readonly Transition[];

/** Transitions that were judged on figures that may still change, by key. Memory follows what lateness holds open. */
export class AlertEvidence {
  #bySlot = new Map<number, Transition[]>();

  add(transition: Transition): void {
    const known = this.#bySlot.get(transition.slot);
    if (known) known.push(transition);
    else this.#bySlot.set(transition.slot, [transition]);
  }

  /** The transitions that rest on a window that was corrected, each with one correction more. */
  corrected({ slot, start, end }: Correction): Transition[] {
    const touched: Transition[] = [];
    const known = this.#bySlot.get(slot) ?? [];
    known.forEach((transition, i) => {
      if (transition.from > start || transition.to < end) return;
      const marked = { ...transition, corrected: (transition.corrected ?? 0) + 1 };
      known[i] = marked;
      touched.push(marked);
    });
    return touched;
  }

  /** Forgets what rests on windows that end by `time`: they are out of reach. */
  forget(time: number): void {
    for (const [slot, known] of this.#bySlot) {
      const kept = known.filter(({ to }) => to > time);
      if (kept.length > 0) this.#bySlot.set(slot, kept);
      else this.#bySlot.delete(slot);
    }
  }

  forgetKeys(slots: readonly number[]): void {
    for (const slot of slots) this.#bySlot.delete(slot);
  }

  snapshot(): AlertEvidenceSnapshot {
    return [...this.#bySlot.values()].flat();
  }

  restore(snapshot: AlertEvidenceSnapshot): void {
    this.#bySlot = new Map();
    for (const transition of snapshot) this.add(transition);
  }
}
