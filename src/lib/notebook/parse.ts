import type { Problem } from '#lib/base/problem.ts';
import { problem } from '#lib/problems/index.ts';
import { BlockTracker } from './block-tracker.ts';
import { conflictOf, findHunks, readRegion, type Hunk } from './conflict.ts';
import { readFrontMatter } from './front-matter.ts';
import type { Info } from './info.ts';
import { eolOf, Lines, withoutFinalEol } from './lines.ts';
import type { Block, CellBlock, Notebook } from './model.ts';

/** Reads any text as a notebook. Never throws, loses no byte: `print(parse(text)) === text`. Linear in the length of the text. */
export function parse(text: string): Notebook {
  const bom = text.startsWith('\ufeff') ? '\ufeff' : '';
  const lines = new Lines(text, bom.length);
  const { meta, lineCount, problems } = readFrontMatter(lines, bom);
  const reader = new BlockReader(lines, lineCount);
  reader.read();
  return {
    meta,
    blocks: reader.blocks,
    eol: eolOf(text) ?? '\n',
    problems: [...problems, ...reader.problems]
  };
}

class BlockReader {
  readonly blocks: Block[] = [];
  readonly problems: Problem[] = [];
  readonly #lines: Lines;
  readonly #hunks: ReadonlyMap<number, Hunk>;
  #tracker = new BlockTracker();
  /** The line on which the prose starts that is not yet a block. */
  #proseFrom: number;
  #at: number;

  constructor(lines: Lines, from: number) {
    this.#lines = lines;
    this.#hunks = findHunks(lines);
    this.#proseFrom = from;
    this.#at = from;
  }

  read(): void {
    const count = this.#lines.count;
    let regionLine = 0;
    while (this.#at < count) {
      const i = this.#at;
      const hunk = this.#hunks.get(i);
      if (hunk && this.#tracker.atProse) {
        this.#conflict(i);
        continue;
      }
      const atProse = this.#tracker.atProse;
      const role = this.#tracker.feed(this.#lines.line(i));
      if (atProse && !this.#tracker.atProse) regionLine = i;
      if (role === 'open') this.#cell(i);
      else this.#at++;
    }
    this.#flush(count);
    const { closer, inCell } = this.#tracker;
    if (closer === '' || inCell) return;
    const line = regionLine + 1;
    this.problems.push(
      closer === '-->'
        ? problem('notebook.comment-unclosed', { line }, { line })
        : problem('notebook.fence-unclosed', { line, fence: closer }, { line })
    );
  }

  /** Takes the cell that opens on line `from`, which the tracker has seen. */
  #cell(from: number): void {
    const { info } = this.#tracker;
    let to = from + 1;
    for (; to < this.#lines.count; to++) {
      if (this.#hunks.has(to)) return this.#conflictedCell(from);
      if (this.#tracker.feed(this.#lines.line(to)) === 'close') break;
    }
    const closed = to < this.#lines.count;
    const body = withoutFinalEol(this.#lines.raw(from + 1, to));
    this.#push(from, closed ? to + 1 : to, info!, body, from + 2, closed, null);
  }

  /** A hunk inside a cell: the cell ends where both sides are out of it. */
  #conflictedCell(from: number): void {
    const region = readRegion(this.#lines, this.#hunks, from);
    this.#report(region.hunks);
    const { ours, theirs } = region;
    const last = region.to - 1;
    const fenced = [ours, theirs].some(
      (s) => s.lines.at(-1) === last && s.roles.at(-1) === 'close'
    );
    const body = withoutFinalEol(this.#lines.raw(from + 1, fenced ? last : region.to));
    const closed = ours.closed && theirs.closed;
    const conflict = conflictOf(this.#lines, region);
    this.#push(from, region.to, ours.cells[0]!, body, from + 2, closed, conflict);
    this.#tracker = new BlockTracker();
  }

  /** A hunk in prose: two versions of one cell, or lines to be read as they stand. */
  #conflict(from: number): void {
    const region = readRegion(this.#lines, this.#hunks, from);
    this.#report(region.hunks);
    const conflict = conflictOf(this.#lines, region);
    const side = region.ours.cells.length > 0 ? region.ours : region.theirs;
    const info = side.cells[0];
    if (!conflict || !info) {
      this.#tracker.feed(this.#lines.line(from));
      this.#at = from + 1;
      return;
    }
    const open = side.lines[side.roles.indexOf('open')]!;
    const closed = region.ours.closed && region.theirs.closed;
    const body = side === region.ours ? conflict.ours : conflict.theirs;
    this.#push(from, region.to, info, body, open + 2, closed, conflict);
    this.#tracker = new BlockTracker();
  }

  #report(hunks: readonly Hunk[]): void {
    for (const { start, end } of hunks) {
      const span = { line: start + 1, toLine: end + 1 };
      this.problems.push(problem('notebook.conflict', { line: start + 1 }, span));
    }
  }

  #push(
    from: number,
    to: number,
    info: Info,
    body: string,
    bodyLine: number,
    closed: boolean,
    conflict: CellBlock['conflict']
  ): void {
    const { language, kind, name, flags, fault } = info;
    this.#flush(from);
    const broken = !closed
      ? 'unclosed'
      : fault === null
        ? null
        : fault.part === 'name'
          ? 'bad-name'
          : 'bad-flags';
    const raw = this.#lines.raw(from, to);
    this.blocks.push({
      type: 'cell',
      raw,
      language,
      kind,
      name,
      flags,
      body,
      bodyLine,
      broken,
      conflict
    });
    this.#proseFrom = to;
    this.#at = to;
  }

  #flush(to: number): void {
    const raw = this.#lines.raw(this.#proseFrom, to);
    if (raw !== '') this.blocks.push({ type: 'prose', raw });
    this.#proseFrom = to;
  }
}
