import { parseInfo, type Info } from './info.ts';

/** What a line is to the notebook: text, or a part of a cell. */
export type LineRole = 'prose' | 'open' | 'body' | 'close';

/** What runs on over several lines; `column` is where the content of the list item that holds it starts. */
type Region =
  | { readonly type: 'cell'; readonly length: number; readonly info: Info }
  | {
      readonly type: 'fence';
      readonly mark: string;
      readonly length: number;
      readonly column: number;
    }
  | { readonly type: 'comment'; readonly column: number };

const letter = /^[A-Za-z]/;
const thematicBreak = /^([-*_])(?:[ \t]*\1){2,}[ \t]*$/;
const listMarker = /^(?:[-+*]|(\d{1,9})[.)])(?=[ \t]|$)/;
const fenceStart = /^(?:(`{3,})([^`]*)|(~{3,}).*)$/;
const underline = /^(?:=+|-+)[ \t]*$/;
const heading = /^#{1,6}(?:[ \t]|$)/;

/**
 * Follows CommonMark's block structure line by line, as far as it decides where a cell fence may stand: code
 * blocks of either fence, indented code, HTML comments, list items (also several on one line), block quotes,
 * lazy paragraph lines. Constant work for each line.
 */
export class BlockTracker {
  /** Content columns of the list items that are open, outermost first. */
  #items: number[] = [];
  #region: Region | null = null;
  #paragraph = false;
  /** The last line was a paragraph's, inside a block quote: text that follows still belongs to it. */
  #quoted = false;
  /** The innermost item has a marker and nothing else yet; a blank line then ends it. */
  #hollow = false;

  /** The cell that is open, or was closed by the last line. */
  get info(): Info | null {
    return this.#info;
  }
  #info: Info | null = null;

  get inCell(): boolean {
    return this.#region?.type === 'cell';
  }

  /** Whether a line here could be anything but the inside of a code block or comment. */
  get atProse(): boolean {
    return this.#region === null;
  }

  /** What would end the region that is open: a fence or `-->`; '' when none is, or any line outside its list item would. */
  get closer(): string {
    const region = this.#region;
    if (!region || (region.type !== 'cell' && region.column > 0)) return '';
    if (region.type === 'comment') return '-->';
    return (region.type === 'cell' ? '`' : region.mark).repeat(region.length);
  }

  feed(line: string): LineRole {
    const region = this.#region;
    if (region?.type === 'cell') {
      if (!closes(line, '`', region.length)) return 'body';
      this.#region = null;
      return 'close';
    }
    if (region && this.#inside(region, line)) return 'prose';
    return this.#prose(line);
  }

  /** Whether the line belongs to a code block or comment; a line that leaves its list item ends both. */
  #inside(region: Exclude<Region, { type: 'cell' }>, line: string): boolean {
    const { column, at } = indentOf(line);
    if (at < line.length && column < region.column) {
      this.#region = null;
      return false;
    }
    const ends =
      region.type === 'comment'
        ? line.includes('-->')
        : column - region.column < 4 && closes(line.slice(at), region.mark, region.length);
    if (ends) this.#region = null;
    return true;
  }

  #prose(line: string): LineRole {
    if (this.#items.length === 0 && letter.test(line)) {
      this.#paragraph = !this.#quoted;
      return 'prose';
    }
    let { column, at } = indentOf(line);
    if (at === line.length) {
      if (this.#hollow) this.#items = this.#items.slice(0, -1);
      this.#hollow = false;
      this.#paragraph = false;
      this.#quoted = false;
      return 'prose';
    }
    this.#hollow = false;
    const before = this.#items;
    this.#items = before.filter((item) => item <= column);
    let base = this.#items.at(-1) ?? 0;
    let interrupts = this.#paragraph && this.#items.length === before.length;
    for (;;) {
      if (column - base >= 4) {
        // Indented code cannot interrupt a paragraph; either way no fence starts here.
        if (this.#paragraph || this.#quoted) this.#items = before;
        return 'prose';
      }
      const rest = line.slice(at);
      const marker = thematicBreak.test(rest) ? null : listMarker.exec(rest);
      if (!marker || (interrupts && !interruptsParagraph(marker, rest))) break;
      const width = marker[0].length;
      const next = indentOf(rest.slice(width), column + width);
      const spaces = next.column - column - width;
      const empty = next.at === rest.length - width;
      base = column + width + (empty || spaces > 4 ? 1 : spaces);
      this.#items = [...this.#items, base];
      this.#paragraph = false;
      this.#quoted = false;
      interrupts = false;
      this.#hollow = empty;
      if (empty) return 'prose';
      column = next.column;
      at += width + next.at;
    }
    return this.#leaf(line, at, base, before);
  }

  #leaf(line: string, at: number, base: number, before: number[]): LineRole {
    const rest = line.slice(at);
    const wasParagraph = this.#paragraph;
    const wasQuoted = this.#quoted;
    this.#paragraph = false;
    this.#quoted = false;
    const fence = fenceStart.exec(rest);
    if (fence) {
      const ticks = fence[1];
      const info = ticks !== undefined && at === 0 ? parseInfo(fence[2] ?? '') : null;
      if (ticks !== undefined && info) {
        this.#info = info;
        this.#items = [];
        this.#region = { type: 'cell', length: ticks.length, info };
        return 'open';
      }
      const mark = ticks === undefined ? '~' : '`';
      const length = (ticks ?? fence[3] ?? '').length;
      this.#region = { type: 'fence', mark, length, column: base };
      return 'prose';
    }
    if (rest.startsWith('<!--')) {
      if (!rest.includes('-->')) this.#region = { type: 'comment', column: base };
      return 'prose';
    }
    if (rest.startsWith('>')) {
      this.#quoted = !endsParagraph(rest.replace(/^[> \t]+/, ''));
      return 'prose';
    }
    if (heading.test(rest) || thematicBreak.test(rest)) return 'prose';
    const lazy = this.#items.length < before.length;
    if (wasParagraph && !lazy && underline.test(rest)) return 'prose';
    if (wasParagraph || wasQuoted) this.#items = before;
    this.#paragraph = !wasQuoted;
    this.#quoted = wasQuoted;
    return 'prose';
  }
}

/** Inside a paragraph only a filled item starts a list, and a numbered one only at 1. */
function interruptsParagraph(marker: RegExpExecArray, rest: string): boolean {
  const filled = rest.slice(marker[0].length).trim() !== '';
  return filled && (marker[1] === undefined || Number(marker[1]) === 1);
}

/** Whether a line inside a quote is something else than a paragraph's. */
function endsParagraph(rest: string): boolean {
  return (
    rest === '' ||
    heading.test(rest) ||
    thematicBreak.test(rest) ||
    fenceStart.test(rest) ||
    rest.startsWith('<!--')
  );
}

function closes(line: string, mark: string, length: number): boolean {
  const run = mark === '`' ? /^ {0,3}(`+)[ \t]*$/.exec(line) : /^ {0,3}(~+)[ \t]*$/.exec(line);
  return run !== null && run[1]!.length >= length;
}

/** The column of the first character that is not blank (tabs stop at multiples of 4), and its index. */
function indentOf(line: string, from = 0): { column: number; at: number } {
  let column = from;
  let at = 0;
  for (; at < line.length; at++) {
    if (line[at] === ' ') column++;
    else if (line[at] === '\t') column += 4 - (column % 4);
    else break;
  }
  return { column, at };
}
