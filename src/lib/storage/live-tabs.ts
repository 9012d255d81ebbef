/** What a tab that follows asks the one that leads to do, as its reader would there. */
export type Wish =
  /** Of the silences of a monitor; undefined takes one away. */
  | {
      readonly wish: 'silence';
      readonly cell: string;
      readonly path: readonly (string | number)[];
      readonly value: unknown;
    }
  | { readonly wish: 'speed'; readonly speed: number }
  | { readonly wish: 'afresh'; readonly cell: string };

type Message =
  | { readonly leads: true }
  | { readonly ask: true }
  | { readonly running: readonly string[] }
  | { readonly text: string }
  | Wish;

interface Ears {
  /** Another tab leads from now on. */
  onLead(this: void): void;
  /** Live cells that run in the tab that leads. */
  onRunning(this: void, cells: readonly string[]): void;
  /** The text of the notebook there. */
  onText(this: void, text: string): void;
  /** Told in the tab that leads. */
  onWish(this: void, wish: Wish): void;
}

const goingOn = (notebook: string) => `quartermaster:go-on:${notebook}`;
const textPause = 300;

/**
 * What the tabs of one notebook tell each other: the one that leads says so, and which of its streams run and what its
 * text is, whenever that changes or somebody asks; the others ask each new one, and wish for what only it may do. What
 * was told last stays, so that a tab that inherits the lead knows what to go on with.
 */
export class LiveTabs {
  readonly #channel: BroadcastChannel | null;
  #running: readonly string[] | null = null;
  #text = '';
  /** Whether anybody has ever asked. */
  #isHeard = false;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(notebook: string, ears: Ears) {
    this.#channel =
      typeof BroadcastChannel === 'undefined'
        ? null
        : new BroadcastChannel(`quartermaster:live:${notebook}`);
    if (!this.#channel) return;
    this.#channel.onmessage = ({ data }: MessageEvent<Message>) => {
      if ('running' in data) ears.onRunning(data.running);
      else if ('text' in data) ears.onText(data.text);
      else if ('leads' in data) {
        this.ask();
        ears.onLead();
      } else if (!this.#running) return;
      else if ('wish' in data) ears.onWish(data);
      else {
        this.#isHeard = true;
        this.#say({ text: this.#text });
        this.#say({ running: this.#running });
      }
    };
    this.ask();
  }

  /** Asks the tab that leads what it runs, and for its text. */
  ask(): void {
    this.#say({ ask: true });
  }

  /** The live cells that run here, as long as this tab leads; null: it does not. */
  tell(cells: readonly string[] | null): void {
    const before = this.#running;
    this.#running = cells;
    if (!cells) return;
    if (!before) this.#say({ leads: true });
    if (cells.join('\n') !== (before ?? []).join('\n')) this.#say({ running: cells });
  }

  /** The text as it stands here. */
  tellText(text: string): void {
    this.#text = text;
    if (!this.#running || !this.#isHeard || this.#timer !== null) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      if (this.#running) this.#say({ text: this.#text });
    }, textPause);
  }

  wish(wish: Wish): void {
    this.#say(wish);
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#channel?.close();
  }

  #say(message: Message): void {
    this.#channel?.postMessage(message);
  }
}

/** Notes for this tab's next page which cells it is to run. */
export function noteGoingOn(notebook: string, cells: readonly string[]): void {
  sessionStorage.setItem(goingOn(notebook), JSON.stringify(cells));
}

/** The cells that the page before this one was to go on with; told once. */
export function takeGoingOn(notebook: string): readonly string[] {
  const noted = sessionStorage.getItem(goingOn(notebook));
  sessionStorage.removeItem(goingOn(notebook));
  return noted === null ? [] : (JSON.parse(noted) as string[]);
}
