import type { Keeper } from '#lib/state/keeper.svelte.ts';
import type { Preferences } from '#lib/state/preferences.svelte.ts';
import type { Session } from '#lib/state/session.svelte.ts';
import type { Desk } from '../desk.svelte.ts';

/**
 * One thing a reader can do, with its words and keys in one place: menus, the palette, the keyboard and the sheet
 * of shortcuts are all made from these. `block` is the key of the block it is about; without one, the selected.
 */
export interface Action {
  readonly id: string;
  readonly group: 'run' | 'edit' | 'notebook' | 'go';
  label(block?: string): string;
  /** Chords that work everywhere, also while typing. */
  readonly keys?: readonly string[];
  /** Chords that work when a block is selected and not edited. */
  readonly commandKeys?: readonly string[];
  /** Shown on the short sheet. */
  readonly basic?: boolean;
  enabled(block?: string): boolean;
  perform(block?: string): void | Promise<void>;
}

/** What the page does that is not an edit of the notebook. */
export interface Host {
  chooseFiles(): void;
  /** Absolute address of this page without query and hash. */
  readonly address: string;
  /** The shipped text this notebook is a copy of. */
  readonly shippedText: string | null;
  leaveTo(path: string): void;
}

/** What actions act on. */
export interface Means {
  readonly session: Session;
  readonly desk: Desk;
  readonly keeper: Keeper;
  readonly preferences: Preferences;
  readonly host: Host;
}

/** The action of that name; a wrong name is a slip in the code. */
export function actionOf(actions: readonly Action[], id: string): Action {
  const found = actions.find((action) => action.id === id);
  if (!found) throw new Error(`No action ${id}`);
  return found;
}
