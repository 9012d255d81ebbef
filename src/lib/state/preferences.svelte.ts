import {
  defaults,
  readPreferences,
  watchPreferences,
  writePreferences,
  type Face,
  type Panel,
  type Preferences as Stored,
  type Tell
} from '#lib/storage/preferences.ts';

/** What the reader chose, in step with the other tabs. */
export class Preferences {
  #stored = $state.raw<Stored>(defaults);
  readonly #store: Storage | null;

  constructor(store: Storage | null) {
    this.#store = store;
    this.#read();
  }

  /** Follows changes made in other tabs until the function returned is called. */
  watch(): () => void {
    return watchPreferences(() => this.#read());
  }

  get autoRun(): boolean {
    return this.#stored.autoRun;
  }

  set autoRun(autoRun: boolean) {
    this.#write({ autoRun });
  }

  get face(): Face {
    return this.#stored.face;
  }

  set face(face: Face) {
    this.#write({ face });
  }

  get tell(): Tell {
    return this.#stored.tell;
  }

  set tell(tell: Tell) {
    this.#write({ tell });
  }

  isOpen(panel: Panel): boolean {
    return !this.#stored.closedPanels.includes(panel);
  }

  toggle(panel: Panel): void {
    const { closedPanels } = this.#stored;
    this.#write({
      closedPanels: closedPanels.includes(panel)
        ? closedPanels.filter((p) => p !== panel)
        : [...closedPanels, panel]
    });
  }

  #read(): void {
    if (this.#store) this.#stored = readPreferences(this.#store);
  }

  #write(change: Partial<Stored>): void {
    this.#stored = { ...this.#stored, ...change };
    if (this.#store) writePreferences(this.#stored, this.#store);
  }
}
