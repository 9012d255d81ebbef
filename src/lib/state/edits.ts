import { ProblemError, type Problem } from '#lib/base/problem.ts';
import { kinds } from '#lib/cells/registry.ts';
import { m } from '#lib/messages/messages.svelte.ts';
import {
  duplicate,
  freeName,
  insertBlock,
  moveBlock,
  raws,
  removeBlock,
  setBody,
  setFlag,
  setMetaField,
  setProse,
  withRaws
} from '#lib/notebook/edit.ts';
import type { Block, Notebook } from '#lib/notebook/model.ts';
import { parse } from '#lib/notebook/parse.ts';
import { rename } from '#lib/notebook/rename.ts';
import { setYamlValue } from '#lib/notebook/yaml-edit.ts';
import type { YamlValue } from '#lib/notebook/yaml-value.ts';
import { problemOf } from './problem-of.ts';
import type { Session } from './session.svelte.ts';

/** A cell to be put into the notebook. */
export interface NewCell {
  readonly kind: string;
  readonly body: string;
  /** Wished for; a number is added when it is taken. */
  readonly name?: string | undefined;
  readonly flags?: Readonly<Record<string, string>> | undefined;
}

/**
 * Changes to the text of a notebook, each one undo step; typing in one place is one step for as long as it goes on.
 * Those that make a block answer its key.
 */
export class Edits {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  /** The text between the fences. While typing, cells follow after a pause; else at once. */
  body(key: string, body: string, { typing = true } = {}): void {
    this.#at(key, (notebook, index) => {
      const next = setBody(notebook, index, body);
      const label = m().page.undo.typing;
      this.#session.commit(next, label, typing ? { tag: `body ${key}`, typing: key } : {});
    });
  }

  prose(key: string, text: string): void {
    this.#at(key, (notebook, index) => {
      const next = setProse(notebook, index, text);
      this.#session.commit(next, m().page.undo.prose, { tag: `prose ${key}`, typing: key });
    });
  }

  /** One key of a YAML body, its comments and neighbours untouched; undefined takes it out. */
  field(key: string, path: readonly (string | number)[], value: unknown): void {
    this.#at(key, (notebook, index) => {
      const block = notebook.blocks[index];
      if (block?.type !== 'cell') return;
      try {
        const body = setYamlValue(block.body, path, value as YamlValue | undefined);
        const at = path.join('.');
        this.#session.commit(setBody(notebook, index, body), m().page.undo.field(at), {
          tag: `field ${key} ${at}`
        });
      } catch (error) {
        if (!(error instanceof ProblemError)) throw error;
      }
    });
  }

  flag(key: string, flag: string, value: string | undefined): void {
    this.#at(key, (notebook, index) =>
      this.#session.commit(setFlag(notebook, index, flag, value), m().page.undo.flag(flag))
    );
  }

  /** Renames a cell and every reference to it; answers what stands against it, or null. */
  rename(key: string, to: string): Problem | null {
    const block = this.#session.blockOf(key);
    if (block?.type !== 'cell' || block.name === to) return null;
    try {
      const next = rename(this.#session.notebook, block.name, to, kinds);
      this.#session.commit(next, m().page.undo.rename(block.name, to));
      return null;
    } catch (error) {
      return problemOf(error);
    }
  }

  title(title: string): void {
    const { notebook } = this.#session;
    if (title === notebook.meta.title) return;
    this.#session.commit(setMetaField(notebook, 'title', title), m().page.undo.title);
  }

  /** Replaces the whole file. */
  text(text: string, label: string, { typing = false } = {}): void {
    if (text === this.#session.text) return;
    this.#session.commit(parse(text), label, typing ? { tag: 'text', typing: 'text' } : {});
  }

  /** Puts a new cell before the block at `index`, under a free name; answers its key. */
  insertCell(index: number, cell: NewCell): string | undefined {
    const { notebook } = this.#session;
    const { kind, body, flags = {} } = cell;
    const name = freeName(notebook, cell.name ?? kind);
    const language = kinds.get(kind)?.body.language ?? 'yaml';
    const draft = { type: 'cell', language, kind, name, body, flags } as const;
    return this.#making(m().page.undo.insert(name), insertBlock(notebook, index, draft));
  }

  /**
   * Opens a place for prose before the block at `index` and answers its key: the prose that stands there already
   * (prose next to prose is one block), else a new one.
   */
  insertProse(index: number): string | undefined {
    const { notebook, keys } = this.#session;
    const near = [index, index - 1].find((i) => notebook.blocks[i]?.type === 'prose');
    if (near !== undefined) return keys[near];
    const all = raws(notebook);
    all.splice(index, 0, notebook.eol);
    return this.#making(m().page.undo.insert(m().page.insert.text), withRaws(notebook, all));
  }

  /** Puts copies of blocks before the one at `index`; cells get free names. Answers the key of the first. */
  insertBlocks(index: number, blocks: readonly Block[]): string | undefined {
    let { notebook } = this.#session;
    const worded = blocks.filter((b) => b.type === 'cell' || b.raw.trim() !== '');
    for (const block of [...worded].reverse()) {
      const draft =
        block.type === 'prose'
          ? ({ type: 'prose', text: block.raw.trim() } as const)
          : { ...block, name: freeName(notebook, block.name) };
      notebook = insertBlock(notebook, index, draft);
    }
    const what = worded[0]?.type === 'cell' ? worded[0].name : m().page.insert.text;
    return this.#making(m().page.undo.insert(what), notebook);
  }

  duplicate(key: string): string | undefined {
    const index = this.#session.indexOf(key);
    if (index < 0) return undefined;
    const what = m().page.undo.duplicate(this.#nameOf(key));
    return this.#making(what, duplicate(this.#session.notebook, index));
  }

  /** Takes a block out and keeps it in the bin. */
  remove(key: string): void {
    this.#at(key, (notebook, index) => {
      const block = notebook.blocks[index]!;
      const name = this.#nameOf(key);
      this.#session.throwAway({ raw: block.raw, name, index });
      this.#session.commit(removeBlock(notebook, index), m().page.undo.delete(name));
    });
  }

  /** Puts the block deleted last back where it was. */
  bringBack(): string | undefined {
    const binned = this.#session.takeBack();
    if (!binned) return undefined;
    const index = Math.min(binned.index, this.#session.blocks.length);
    return this.insertBlocks(index, parse(binned.raw).blocks);
  }

  /** Moves a block past the next one that says something, down or up. */
  move(key: string, by: 1 | -1): void {
    this.#at(key, (notebook, index) => {
      const says = (i: number) => notebook.blocks[i]!.raw.trim() !== '';
      let to = index + by;
      while (notebook.blocks[to] && !says(to)) to += by;
      if (!notebook.blocks[to]) return;
      const next = moveBlock(notebook, index, by > 0 ? to + 1 : to);
      this.#session.commit(next, m().page.undo.move(this.#nameOf(key)));
    });
  }

  /** The exact text of a block that is not a whole cell. */
  raw(key: string, raw: string): void {
    this.#at(key, (notebook, index) => {
      const all = raws(notebook);
      all[index] = raw;
      const next = withRaws(notebook, all);
      this.#session.commit(next, m().page.undo.typing, { tag: `raw ${key}`, typing: key });
    });
  }

  /** Settles a conflict for one side. */
  settle(key: string, body: string): void {
    this.#at(key, (notebook, index) =>
      this.#session.commit(setBody(notebook, index, body), m().page.undo.conflict)
    );
  }

  #at(key: string, edit: (notebook: Notebook, index: number) => void): void {
    const index = this.#session.indexOf(key);
    if (index >= 0) edit(this.#session.notebook, index);
  }

  /** Commits an edit that makes a block and answers the key of the first new one; blank prose around it does not count. */
  #making(label: string, next: Notebook): string | undefined {
    const before = new Set(this.#session.keys);
    this.#session.commit(next, label);
    const fresh = this.#session.keys.filter((key) => !before.has(key));
    const says = (key: string) => this.#session.blockOf(key)?.raw.trim() !== '';
    return fresh.find(says) ?? fresh[0];
  }

  #nameOf(key: string): string {
    const block = this.#session.blockOf(key);
    return block?.type === 'cell' && block.name ? block.name : m().page.insert.text;
  }
}
