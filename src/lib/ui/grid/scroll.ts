/** Browsers cut elements higher than some 17 to 33 million pixels; a grid stays below. */
export const highest = 12_000_000;

/**
 * A window of `view` px over `rows` rows of `row` px each, behind a scroll bar that is never higher than
 * `highest`. Above that height the bar is proportional: its position names a place in the whole.
 */
export interface Window {
  readonly rows: number;
  readonly row: number;
  readonly view: number;
}

function contentHeight({ rows, row }: Window): number {
  return rows * row;
}

/** The height the scroll bar is given. */
export function barHeight(w: Window): number {
  return Math.min(highest, contentHeight(w));
}

export function isScaled(w: Window): boolean {
  return contentHeight(w) > highest;
}

/** From the scroll bar's position to the distance from the top of the whole table. */
export function toContent(w: Window, scrollTop: number): number {
  if (!isScaled(w)) return scrollTop;
  const bar = highest - w.view;
  return bar <= 0 ? 0 : (Math.min(scrollTop, bar) / bar) * (contentHeight(w) - w.view);
}

/** The inverse of `toContent`. */
export function toBar(w: Window, top: number): number {
  if (!isScaled(w)) return top;
  const whole = contentHeight(w) - w.view;
  return whole <= 0 ? 0 : (Math.min(top, whole) / whole) * (highest - w.view);
}

/** The rows in sight when the content is scrolled to `top`: first inclusive, last exclusive. */
export function visible(w: Window, top: number): { readonly first: number; readonly last: number } {
  const first = Math.max(0, Math.min(w.rows - 1, Math.floor(top / w.row)));
  return { first, last: Math.min(w.rows, Math.ceil((top + w.view) / w.row)) };
}

/** Where to scroll so that `row` is wholly in sight, moving as little as possible. */
export function reveal(w: Window, top: number, row: number): number {
  const at = row * w.row;
  if (at < top) return at;
  if (at + w.row > top + w.view) return Math.max(0, at + w.row - w.view);
  return top;
}
