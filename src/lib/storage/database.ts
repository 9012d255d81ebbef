import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import type { Columns } from '#lib/base/columns.ts';
import type { TableProfile } from '#lib/base/table-profile.ts';
import type { Outcome } from '#lib/runtime/engine.ts';

/** Where a notebook came from. Those shipped or written here are trusted; opened ones ask before they run scripts. */
export type Origin = 'shipped' | 'written' | 'opened' | 'link';

/** How the reader left a notebook. */
export interface ViewState {
  readonly scroll: number;
  readonly cell: string | null;
}

/** A notebook of this browser. `text` is the file, whole. */
export interface StoredNotebook {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly origin: Origin;
  /** Hash of the text as it was first opened; trust is remembered under it. */
  readonly hash: string;
  readonly created: number;
  readonly edited: number;
  readonly view: ViewState;
  /** Names of the files the reader gave it. */
  readonly files: readonly string[];
}

/** Everything about a notebook but its text. */
export type NotebookEntry = Omit<StoredNotebook, 'text'>;

/** The last results of one cell, and the rows its view had asked for. */
export interface CellSnapshot {
  readonly outcome: Outcome;
  /** How long the run took, where that is known. */
  readonly ms: number | null;
  readonly answers: Readonly<Record<string, Columns>>;
  /** By relation. */
  readonly profiles?: Readonly<Record<string, TableProfile>>;
}

interface Schema extends DBSchema {
  notebooks: { key: string; value: StoredNotebook; indexes: { edited: number } };
  bin: { key: string; value: StoredNotebook & { readonly removed: number } };
  journal: {
    key: string;
    value: { readonly id: string; readonly text: string; readonly at: number };
  };
  snapshots: {
    key: string;
    value: { readonly id: string; readonly cells: Readonly<Record<string, CellSnapshot>> };
  };
  inbox: { key: number; value: { readonly files: readonly File[]; readonly at: number } };
  handles: {
    key: [string, string];
    value: {
      readonly notebook: string;
      readonly name: string;
      readonly handle: FileSystemFileHandle;
      /** Of the file when it was last given. */
      readonly size?: number;
      readonly modified?: number;
    };
    indexes: { notebook: string };
  };
}

export type Database = IDBPDatabase<Schema>;

let opened: Promise<Database> | null = null;

/** The one database of the workbench, opened on first use. */
export function database(): Promise<Database> {
  opened ??= openDB<Schema>('quartermaster', 1, {
    upgrade(db) {
      db.createObjectStore('notebooks', { keyPath: 'id' }).createIndex('edited', 'edited');
      db.createObjectStore('bin', { keyPath: 'id' });
      db.createObjectStore('journal', { keyPath: 'id' });
      db.createObjectStore('snapshots', { keyPath: 'id' });
      db.createObjectStore('inbox', { autoIncrement: true });
      db.createObjectStore('handles', { keyPath: ['notebook', 'name'] }).createIndex(
        'notebook',
        'notebook'
      );
    },
    terminated() {
      opened = null;
    }
  }).catch((error: unknown) => {
    opened = null;
    throw error;
  });
  return opened;
}
