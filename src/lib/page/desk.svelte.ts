import { tick } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';
import type { IncidentRequest } from '#lib/cells/core/view.ts';
import type { Session } from '#lib/state/session.svelte.ts';
import type { Panel } from '#lib/storage/preferences.ts';
import type { BoardChoice } from './board/address.ts';

/** Which parts of a cell are shown. */
export type CellFace = 'form' | 'text' | 'both' | 'result';

/** Where the reader is: the block they selected, the one they edit, and what is open around the document. */
export class Desk {
  selected = $state.raw<string | null>(null);
  editing = $state.raw<string | null>(null);
  palette = $state(false);
  shortcuts = $state(false);
  /** What memory and storage hold. */
  memory = $state(false);
  /** The dialog of how people are told of alerts. */
  telling = $state(false);
  /** The incident that the view of a cell, by its id, is to open. */
  asked = $state.raw<{ readonly cell: string; readonly incident: IncidentRequest } | null>(null);
  /** The page of the guide that is open; '' is the first. */
  guide = $state.raw<string | null>(null);
  /** The dialog of connections: null when closed, a name to make that one, else the list. */
  connections = $state.raw<string | null>(null);
  /** The board that stands in place of the document. */
  board = $state.raw<BoardChoice | null>(null);
  /** The whole file in one editor instead of the document. */
  text = $state(false);
  /** The block below which the menu of kinds is open; −1 above the first. */
  inserting = $state.raw<number | null>(null);
  renaming = $state.raw<string | null>(null);
  /** The panel opened from the narrow rail. */
  panel = $state.raw<Panel | null>(null);
  readonly #faces = new SvelteMap<string, CellFace>();
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  face(key: string): CellFace | undefined {
    return this.#faces.get(key);
  }

  setFace(key: string, face: CellFace): void {
    this.#faces.set(key, face);
  }

  /** Blocks one can go to: cells, and prose that says something. */
  get stops(): readonly string[] {
    return this.#session.keys.filter((_, i) => {
      const block = this.#session.blocks[i]!;
      return block.type === 'cell' || block.raw.trim() !== '';
    });
  }

  /** The place in the document where something put below `key` goes. */
  below(key: string | null): number {
    const index = key === null ? -1 : this.#session.indexOf(key);
    return index < 0 ? this.#session.blocks.length : index + 1;
  }

  select(key: string): void {
    this.selected = key;
    if (this.editing !== key) this.editing = null;
  }

  /** Selects a block, brings it into view and puts the keyboard on it. */
  async go(key: string, options: { edit?: boolean } = {}): Promise<void> {
    this.text = false;
    this.panel = null;
    this.selected = key;
    this.editing = options.edit ? key : null;
    await tick();
    const element = document.getElementById(`block-${key}`);
    element?.scrollIntoView({ block: 'nearest' });
    if (!options.edit) element?.focus({ preventScroll: true });
  }

  /** Goes to a cell by its id. */
  goToCell(id: string): void {
    const key = this.#session.keyOf(id);
    if (key !== undefined) void this.go(key);
  }

  /** The stop before or after the selected one. */
  step(by: 1 | -1): void {
    const { stops } = this;
    const at = this.selected === null ? -1 : stops.indexOf(this.selected);
    const next = at < 0 ? stops[by > 0 ? 0 : stops.length - 1] : stops[at + by];
    if (next !== undefined) void this.go(next);
  }

  /** Leaves the editor for the block around it. */
  leave(): void {
    const key = this.editing;
    this.editing = null;
    if (key !== null) void this.go(key);
  }
}
