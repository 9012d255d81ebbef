import { hash128 } from '#lib/base/hash.ts';

/** The folder of this origin's private files that holds the logs of all notebooks, each in one of its own. */
export const eventsFolder = 'events';

/** What a log belongs to, in a file beside its segments. */
export interface LogOwner {
  readonly notebook: string;
  readonly cell: string;
}

export const ownerFile = 'owner.json';

export function notebookFolder(notebook: string): string {
  return hash128(notebook);
}

/** What the names of a cell's logs begin with, whatever their source. */
export function cellPrefix(cell: string): string {
  return `${hash128(cell.toLowerCase()).slice(0, 16)}-`;
}

/** The Web Lock of whoever has a log open, or takes it away. */
export function logLock(notebook: string, log: string): string {
  return `quartermaster:log:${notebook}:${log}`;
}
