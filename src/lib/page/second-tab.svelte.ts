import type { Session } from '#lib/state/session.svelte.ts';
import { LiveTabs, type Wish } from '#lib/storage/live-tabs.ts';
import { startAfresh } from './start-afresh.ts';

/** How long a cell that the other tab no longer runs may still say how it ended, in milliseconds. */
const lastWords = 3000;

/** The tabs of one notebook: one leads, and the others show what its live cells do and pass on what is wished of them. */
export class SecondTab {
  /** Live cells that run in the tab that leads, as far as another one does. */
  running = $state.raw<readonly string[]>([]);
  readonly #session: Session;
  readonly #tabs: LiveTabs;
  #follows = false;
  #isLed = false;
  #prepare: (() => void) | null = null;
  #onLead: (() => void) | null = null;

  constructor(session: Session) {
    this.#session = session;
    this.#tabs = new LiveTabs(session.id, {
      onLead: () => this.#onLead?.(),
      onRunning: (cells) => this.#keepUp(cells),
      onText: (text) => this.#adopt(text),
      onWish: (wish) => this.#grant(wish)
    });
  }

  /** Whether this tab shows live cells of another one. */
  get isFollowing(): boolean {
    return this.#session.mirrors !== null;
  }

  /** What other tabs are to know as long as this one leads; null: it does not. */
  tell(live: readonly string[] | null, text: string): void {
    this.#tabs.tellText(text);
    this.#tabs.tell(live);
  }

  /** Whether a tab that leads has been heard of. */
  get isLed(): boolean {
    return this.#isLed;
  }

  /**
   * This tab does not lead: from now on it shows what the one that does runs. `prepare` is called before the first,
   * `onLead` whenever another tab has come to lead.
   */
  follow({ prepare, onLead }: { prepare: () => void; onLead: () => void }): void {
    this.#follows = true;
    this.#prepare = prepare;
    this.#onLead = onLead;
    this.#tabs.ask();
  }

  wish(wish: Wish): void {
    this.#tabs.wish(wish);
  }

  close(): void {
    this.#tabs.close();
  }

  #keepUp(cells: readonly string[]): void {
    const before = this.running;
    this.running = cells;
    this.#isLed = true;
    if (!this.#follows) return;
    this.#show(cells.filter((cell) => !before.includes(cell) || !this.#isShown(cell)));
    const gone = before.filter((cell) => !cells.includes(cell));
    if (gone.length > 0) setTimeout(() => this.#letGo(gone), lastWords);
  }

  #adopt(text: string): void {
    if (!this.#follows) return;
    this.#session.adopt(text);
    // A cell whose text is another begins again.
    this.#show(this.running.filter((cell) => !this.#isShown(cell)));
  }

  #show(cells: readonly string[]): void {
    const known = cells.filter((cell) => this.#session.graph.byId.has(cell));
    if (known.length === 0) return;
    void this.#session.mirror(known);
    this.#prepare?.();
    this.#prepare = null;
  }

  #letGo(cells: readonly string[]): void {
    for (const cell of cells)
      if (!this.running.includes(cell) && this.#isShown(cell)) this.#session.cancel(cell);
  }

  #isShown(cell: string): boolean {
    return ['queued', 'running', 'live'].includes(this.#session.results.state(cell).at);
  }

  /** Does what a reader of another tab wants done. Texts are edited here alone, but a silence is no edit to them. */
  #grant(wish: Wish): void {
    const session = this.#session;
    if (session.readOnly) return;
    if (wish.wish === 'speed') return session.engine.setSpeed(wish.speed);
    const cell = session.graph.byId.get(wish.cell);
    const key = session.keyOf(wish.cell);
    if (!cell || key === undefined || cell.kind?.mode !== 'live') return;
    if (wish.wish === 'afresh') return void startAfresh(session, cell);
    if (wish.path[0] !== 'silences') return;
    session.edit.field(key, wish.path, wish.value);
    void session.run([wish.cell]);
  }
}
