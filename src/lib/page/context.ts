import { createContext } from 'svelte';
import type { Connections } from '#lib/state/connections.svelte.ts';
import type { Keeper } from '#lib/state/keeper.svelte.ts';
import type { KeptFiles } from '#lib/state/kept-files.svelte.ts';
import type { Preferences } from '#lib/state/preferences.svelte.ts';
import type { Session } from '#lib/state/session.svelte.ts';
import type { Action } from './actions/model.ts';
import type { Desk } from './desk.svelte.ts';
import type { SecondTab } from './second-tab.svelte.ts';
import type { Teller } from './telling/teller.svelte.ts';

/** What every component of the notebook page may use. */
export interface PageContext {
  readonly session: Session;
  readonly keeper: Keeper;
  readonly kept: KeptFiles;
  readonly preferences: Preferences;
  readonly connections: Connections;
  readonly desk: Desk;
  readonly teller: Teller;
  readonly second: SecondTab;
  readonly actions: readonly Action[];
}

export const [page, setPage] = createContext<PageContext>();
