import type { Problem } from '#lib/base/problem.ts';

/** The front matter: its exact text, and what Quartermaster understands of it. */
export interface Meta {
  /** The exact slice of the file, byte-order mark included; '' when there is none. */
  readonly raw: string;
  /** The format version written there; null when absent. */
  readonly version: number | null;
  readonly title: string;
  readonly lang: string;
  readonly seed: number;
}

export interface Prose {
  readonly type: 'prose';
  readonly raw: string;
}

/** One fenced cell. `raw` is the exact slice from the opening fence to the line end after the closing one. */
export interface CellBlock {
  readonly type: 'cell';
  readonly raw: string;
  readonly language: string;
  readonly kind: string;
  readonly name: string;
  readonly flags: Readonly<Record<string, string>>;
  /** The text between the fences without its final line end; line ends as written. */
  readonly body: string;
  /** Line of the file, counted from 1, on which the body starts. */
  readonly bodyLine: number;
  /** What keeps it from being a whole cell. */
  readonly broken: 'unclosed' | 'bad-name' | 'bad-flags' | null;
  /** Sides of an unresolved git conflict inside the cell. */
  readonly conflict: { readonly ours: string; readonly theirs: string } | null;
}

export type Block = Prose | CellBlock;

/** A notebook as read: immutable, and the concatenation of its raw slices is the file. */
export interface Notebook {
  readonly meta: Meta;
  readonly blocks: readonly Block[];
  /** The line end new text is written with: the file's first one. */
  readonly eol: '\n' | '\r\n' | '\r';
  readonly problems: readonly Problem[];
}
