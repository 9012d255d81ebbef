import type { Problem } from '#lib/base/problem.ts';
import type { Progress, Retention, Revision } from '#lib/cells/core/context.ts';
import type { LiveOutcome } from '../worker-contracts.ts';

/** What a mirror asks of the tab that runs its cell. `by` names the mirror of one run. */
export type Asked = Question & { readonly cell: string; readonly by: string };

export type Question =
  | { readonly ask: 'state' }
  /** So much of what was told has been taken in. */
  | { readonly ask: 'more'; readonly size: number }
  | { readonly ask: 'nothing' };

/** What the tab that runs a cell tells its mirrors; with `to`, one of them alone. `run` names the run it is of. */
export type Told = Word & {
  readonly cell: string;
  readonly run: string;
  readonly to: string | null;
};

export type Word =
  /** There is no such run. */
  | { readonly tell: 'absent' }
  /** The state follows. */
  | { readonly tell: 'coming' }
  /** A table as it stands after its write of that number. */
  | {
      readonly tell: 'table';
      readonly relation: string;
      readonly number: number;
      readonly ipc: Uint8Array;
    }
  /** Every table has been told. */
  | { readonly tell: 'whole' }
  /** The write of that number, as it goes to the table; 1 is the one that makes it. */
  | {
      readonly tell: 'rows';
      readonly size: number;
      readonly relation: string;
      readonly number: number;
      readonly ipc: Uint8Array;
      readonly retain: readonly Retention[];
      readonly revision: Revision | null;
    }
  | { readonly tell: 'report'; readonly size: number; readonly shown: Shown }
  | { readonly tell: 'end'; readonly end: PublishedEnd }
  /** Nothing more is told until the mirror asks for the state anew. */
  | { readonly tell: 'behind' }
  /** The state could not be given; asked anew it may be. */
  | { readonly tell: 'trouble'; readonly problem: Problem };

/** What a cell shows beside its tables while it runs. */
export interface Shown {
  readonly report: unknown;
  readonly problems: readonly Problem[];
  readonly progress: Progress | null;
}

export type PublishedEnd =
  | { readonly how: 'done'; readonly outcome: Omit<LiveOutcome, 'relations'> }
  | { readonly how: 'stopped' }
  | { readonly how: 'failed'; readonly problem: Problem };

/** The channel on which the tabs of a notebook tell each other of their live cells' tables. */
export function mirrorChannel(notebook: string): string {
  return `quartermaster:tables:${notebook}`;
}
