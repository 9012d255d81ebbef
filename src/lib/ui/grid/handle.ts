import type { CopyFormat } from './copy.ts';

/** What the component around a grid may ask of it. */
export interface GridHandle {
  /** Brings a row into the middle and marks its cell, while the keyboard stays where it is. */
  goTo(row: number): void;
  /** Puts the keyboard's focus on the head of a column. */
  focusHead(column: string): void;
  /** Puts the selected cells on the clipboard; the whole table where none are. */
  copy(as: CopyFormat): Promise<void>;
  /** The width that shows a column's name and its values in sight whole. */
  fitting(column: string): number;
}
