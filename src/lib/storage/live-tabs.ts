type Message = { readonly ask: true } | { readonly running: readonly string[] };

const goingOn = (notebook: string) => `quartermaster:go-on:${notebook}`;

/**
 * What the tabs of one notebook tell each other of the streams that run: the one that leads says which, whenever that
 * changes or somebody asks. What was told last stays, so that a tab that inherits the lead knows what to go on with.
 */
export class LiveTabs {
  readonly #channel: BroadcastChannel | null;
  #own: readonly string[] | null = null;

  /** `onRunning` hears of the live cells that run in another tab. */
  constructor(notebook: string, onRunning: (cells: readonly string[]) => void) {
    this.#channel =
      typeof BroadcastChannel === 'undefined'
        ? null
        : new BroadcastChannel(`quartermaster:live:${notebook}`);
    if (!this.#channel) return;
    this.#channel.onmessage = ({ data }: MessageEvent<Message>) => {
      if ('running' in data) onRunning(data.running);
      else if (this.#own) this.#say({ running: this.#own });
    };
    this.#say({ ask: true });
  }

  /** The live cells that run here, as long as this tab leads; null: it does not. */
  tell(cells: readonly string[] | null): void {
    const changed = (cells ?? []).join('\n') !== (this.#own ?? []).join('\n');
    this.#own = cells;
    if (cells && changed) this.#say({ running: cells });
  }

  close(): void {
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
