/** Whether this tab writes the notebook. `lost` means that another tab took it over. */
export type Leadership = 'leader' | 'follower' | 'lost';

const prefix = 'quartermaster:notebook:';

/** Ids of the notebooks that a tab of this browser has open for writing, saved or not. */
export async function openNotebooks(
  locks: Pick<LockManager, 'query'> | undefined = globalThis.navigator?.locks
): Promise<readonly string[]> {
  const { held = [] } = (await locks?.query()) ?? {};
  return held.flatMap(({ name = '' }) =>
    name.startsWith(prefix) ? name.slice(prefix.length) : []
  );
}

/**
 * One tab writes a notebook; a second one opens it read-only and may take over. Built on Web Locks, which a
 * killed tab releases by itself. Where they are missing, every tab leads.
 */
export class NotebookLock {
  readonly #name: string;
  readonly #tell: (leadership: Leadership) => void;
  readonly #locks: LockManager | undefined;
  readonly #waiting = new AbortController();
  #isWaiting = false;
  #release: (() => void) | null = null;

  constructor(
    id: string,
    tell: (leadership: Leadership) => void,
    locks: LockManager | undefined = globalThis.navigator?.locks
  ) {
    this.#name = `${prefix}${id}`;
    this.#tell = tell;
    this.#locks = locks;
  }

  /** Leads if nobody else does. Resolves once that is known. */
  acquire(): Promise<Leadership> {
    return this.#request({ ifAvailable: true });
  }

  /** Takes the lead from the tab that has it; that tab is told. */
  takeOver(): Promise<Leadership> {
    return this.#request({ steal: true });
  }

  /**
   * Calls back once the tab that leads is closed, has died or has let go: this tab leads from there on, unless it
   * declines; it may wait again then. One that waits already goes on doing so. Never, where there are no locks.
   */
  inherit(onTurn: (decline: () => void) => void): void {
    if (this.#isWaiting || !this.#locks) return;
    this.#isWaiting = true;
    this.#locks
      .request(this.#name, { signal: this.#waiting.signal }, () => {
        this.#isWaiting = false;
        return new Promise<void>((release) => {
          this.#release = release;
          onTurn(() => this.#letGo());
        });
      })
      .catch(() => undefined);
  }

  /** For good: this tab waits no more either. */
  release(): void {
    this.#waiting.abort();
    this.#letGo();
  }

  #letGo(): void {
    this.#release?.();
    this.#release = null;
  }

  #request(options: LockOptions): Promise<Leadership> {
    return new Promise((resolve) => {
      const settle = (leadership: Leadership) => {
        this.#tell(leadership);
        resolve(leadership);
      };
      if (!this.#locks) return settle('leader');
      this.#locks
        .request(this.#name, options, (lock) => {
          if (!lock) return settle('follower');
          settle('leader');
          return new Promise<void>((release) => {
            this.#release = release;
          });
        })
        .catch(() => {
          this.#release = null;
          settle('lost');
        });
    });
  }
}
