/** One step back or forward: the whole state before it, and what it did in words. */
interface Step<T> {
  readonly state: T;
  readonly label: string;
  /** Steps of the same merge tag, close in time, become one. */
  readonly tag: string | null;
  readonly at: number;
}

const mergeWithin = 1000;
const depth = 200;

/** Undo and redo over immutable states. A state costs what differs from its neighbour, so whole ones are kept. */
export class History<T> {
  #past: Step<T>[] = [];
  #future: Step<T>[] = [];

  get undoLabel(): string | null {
    return this.#past.at(-1)?.label ?? null;
  }

  get redoLabel(): string | null {
    return this.#future.at(-1)?.label ?? null;
  }

  /** Remembers `before` as what undo returns to. */
  record(before: T, label: string, tag: string | null, at: number): void {
    const last = this.#past.at(-1);
    this.#future = [];
    if (last && tag !== null && last.tag === tag && at - last.at < mergeWithin) {
      this.#past[this.#past.length - 1] = { ...last, at };
      return;
    }
    this.#past.push({ state: before, label, tag, at });
    if (this.#past.length > depth) this.#past.shift();
  }

  /** The state before the last step, which `redo` can bring back; null when there is none. */
  undo(current: T): { state: T; label: string } | null {
    return this.#shift(this.#past, this.#future, current);
  }

  redo(current: T): { state: T; label: string } | null {
    return this.#shift(this.#future, this.#past, current);
  }

  #shift(from: Step<T>[], to: Step<T>[], current: T): { state: T; label: string } | null {
    const step = from.pop();
    if (!step) return null;
    to.push({ state: current, label: step.label, tag: null, at: step.at });
    return { state: step.state, label: step.label };
  }
}
