import { m } from '#lib/messages/messages.svelte.ts';
import { knownHandles, reopen, type KnownHandle } from '#lib/storage/handles.ts';
import { knownNotebooks } from '#lib/storage/library.ts';
import { sweepLogs } from '#lib/storage/sweep-logs.ts';
import { toast } from '#lib/ui/toasts.svelte.ts';
import type { PageContext } from './context.ts';
import { giveFiles, type Giving } from './give-files.ts';

/** The files that the notebook had on the last visit: some come back by themselves, some the reader has to let in again. */
export class VisitFiles {
  asking = $state.raw<readonly KnownHandle[]>([]);
  /** What is not as it was, by name. */
  changed = $state.raw<readonly string[]>([]);
  #gone = $state.raw<readonly string[]>([]);
  readonly #page: Pick<PageContext, 'session' | 'kept'>;
  readonly #giving: Giving;
  readonly #names: readonly string[];

  /** `names` are the files that the notebook had. */
  constructor(
    page: Pick<PageContext, 'session' | 'kept'>,
    giving: Giving,
    names: readonly string[]
  ) {
    this.#page = page;
    this.#giving = giving;
    this.#names = names;
  }

  /** Files that nothing is known of but their name. */
  get missing(): readonly string[] {
    return this.#names.filter(
      (name) =>
        !this.#isHere(name) &&
        !this.asking.some((handle) => handle.name === name) &&
        !this.#gone.includes(name)
    );
  }

  /** Files that are no longer where they were. */
  get gone(): readonly string[] {
    return this.#gone.filter((name) => !this.#isHere(name));
  }

  /** Takes in what needs no asking: files still readable where they are, and those kept in this browser. */
  async takeIn(): Promise<void> {
    const { session, kept } = this.#page;
    const [known, copies] = await Promise.all([
      knownHandles(session.id).catch(() => ({ ready: [], asking: [] })),
      kept.open().catch(() => [])
    ]);
    const found = await reopen(known.ready);
    const readable = new Set(found.files.map(({ name }) => name));
    const spare = copies.filter(({ name }) => !readable.has(name));
    const spared = new Set(spare.map(({ name }) => name));
    this.asking = known.asking.filter(({ name }) => !spared.has(name));
    this.#gone = found.gone.filter((name) => !spared.has(name));
    this.changed = found.changed;
    const all = [...found.files, ...spare];
    if (all.length > 0) await session.addFiles(all);
    // Streams follow a file where it lies; as it was given, it cannot be read once it has grown.
    await session.followFiles(found.handles);
    void knownNotebooks()
      .then((ids) => kept.keepOnly(ids))
      .catch(() => undefined);
    void sweepLogs(Date.now(), [session.id]);
  }

  /** Asks the reader, on a click, for those that need it. */
  async reconnect(): Promise<void> {
    const found = await reopen(this.asking);
    this.asking = found.refused;
    this.#gone = [...this.#gone, ...found.gone];
    this.changed = [...this.changed, ...found.changed];
    if (found.refused.length > 0) {
      const names = found.refused.map(({ name }) => name).join(', ');
      toast(m().files.refused(names), { mark: 'warning' });
    }
    if (found.files.length > 0)
      await giveFiles(this.#giving, found.files, { handles: found.handles });
  }

  #isHere(name: string): boolean {
    return this.#page.session.files.list.some((file) => file.name === name);
  }
}
