import type { Block, Notebook } from '#lib/notebook/model.ts';
import { parse } from '#lib/notebook/parse.ts';
import { SvelteMap } from 'svelte/reactivity';
import { History } from './history.ts';
import { carryKeys } from './keys.ts';

interface Document {
  readonly notebook: Notebook;
  readonly keys: readonly string[];
}

/**
 * The text of an open notebook, with an identity for each of its blocks and the way back through its changes. Reading
 * one block concerns that block alone, so that a key stroke redraws nothing else.
 */
export class OpenText {
  readonly #onKey: (key: string) => void;
  readonly #history = new History<Document>();
  readonly #blocks = new SvelteMap<string, Block>();
  #notebook = $state.raw<Notebook>(parse(''));
  #keys = $state.raw<readonly string[]>([]);
  #undoLabel = $state.raw<string | null>(null);
  #redoLabel = $state.raw<string | null>(null);
  #nextKey = 1;
  readonly #index = $derived(new Map(this.#keys.map((key, i) => [key, i])));

  /** `onKey` is told of every key whenever a document with it is placed. */
  constructor(text: string, onKey: (key: string) => void) {
    this.#onKey = onKey;
    const notebook = parse(text);
    this.#place({ notebook, keys: notebook.blocks.map(() => this.#freshKey()) });
  }

  get notebook(): Notebook {
    return this.#notebook;
  }

  /** Identities of the blocks, in their order. */
  get keys(): readonly string[] {
    return this.#keys;
  }

  get undoLabel(): string | null {
    return this.#undoLabel;
  }

  get redoLabel(): string | null {
    return this.#redoLabel;
  }

  indexOf(key: string): number {
    return this.#index.get(key) ?? -1;
  }

  blockOf(key: string): Block | undefined {
    return this.#blocks.get(key);
  }

  /** Puts a new notebook in the place of the old one, as one undo step; changes of one `tag` in a row are one. */
  change(next: Notebook, label: string, tag: string | null): void {
    const before = this.#document;
    this.#history.record(before, label, tag, Date.now());
    const keys = carryKeys(before.notebook.blocks, before.keys, next.blocks, () =>
      this.#freshKey()
    );
    this.#show({ notebook: next, keys });
  }

  /** The label of the change that was taken back; null if there was none. */
  undo(): string | null {
    return this.#travel(this.#history.undo(this.#document));
  }

  redo(): string | null {
    return this.#travel(this.#history.redo(this.#document));
  }

  get #document(): Document {
    return { notebook: this.#notebook, keys: this.#keys };
  }

  #travel(step: { state: Document; label: string } | null): string | null {
    if (!step) return null;
    this.#show(step.state);
    return step.label;
  }

  #show(document: Document): void {
    this.#place(document);
    this.#undoLabel = this.#history.undoLabel;
    this.#redoLabel = this.#history.redoLabel;
  }

  /** Takes a document in, touching only what differs. */
  #place({ notebook, keys }: Document): void {
    this.#notebook = notebook;
    if (keys.length !== this.#keys.length || keys.some((key, i) => key !== this.#keys[i])) {
      this.#keys = keys;
    }
    for (const [i, key] of keys.entries()) {
      const block = notebook.blocks[i]!;
      if (this.#blocks.get(key) !== block) this.#blocks.set(key, block);
      this.#onKey(key);
    }
    for (const key of this.#blocks.keys()) if (!this.#index.has(key)) this.#blocks.delete(key);
  }

  #freshKey(): string {
    return `b${this.#nextKey++}`;
  }
}
