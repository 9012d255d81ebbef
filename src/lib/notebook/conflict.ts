import { BlockTracker, type LineRole } from './block-tracker.ts';
import type { Info } from './info.ts';
import { withoutFinalEol, type Lines } from './lines.ts';

/** An unsettled git conflict: lines `<<<<<<<`, perhaps `|||||||`, `=======`, `>>>>>>>`. */
export interface Hunk {
  readonly start: number;
  /** Where the common ancestor's lines start, in the diff3 style; else equal to `middle`. */
  readonly base: number;
  readonly middle: number;
  readonly end: number;
}

export interface Conflict {
  readonly ours: string;
  readonly theirs: string;
}

/** Lines from a hunk, or from the cell fence around it, to where both sides are out of the cell again. */
export interface ConflictRegion {
  readonly from: number;
  readonly to: number;
  readonly hunks: readonly Hunk[];
  readonly ours: Side;
  readonly theirs: Side;
}

/** The lines of one side, and what they are. */
interface Side {
  readonly lines: readonly number[];
  readonly roles: readonly LineRole[];
  readonly cells: readonly Info[];
  readonly closed: boolean;
}

/** Every whole hunk by the line it starts on. */
export function findHunks(lines: Lines): ReadonlyMap<number, Hunk> {
  const hunks = new Map<number, Hunk>();
  let start = -1;
  let base = -1;
  let middle = -1;
  if (!/^<{7}/m.test(lines.text)) return hunks;
  for (let i = 0; i < lines.count; i++) {
    const line = lines.line(i);
    if (/^<{7}( |$)/.test(line)) [start, base, middle] = [i, -1, -1];
    else if (start < 0) continue;
    else if (middle < 0 && /^\|{7}( |$)/.test(line)) base = i;
    else if (middle < 0 && line === '=======') middle = i;
    else if (middle >= 0 && /^>{7}( |$)/.test(line)) {
      hunks.set(start, { start, base: base < 0 ? middle : base, middle, end: i });
      start = -1;
    }
  }
  return hunks;
}

/** Reads both sides from line `from` on, until neither is inside a cell. `until` bounds the search. */
export function readRegion(
  lines: Lines,
  hunks: ReadonlyMap<number, Hunk>,
  from: number
): ConflictRegion {
  const ours = new SideReader(lines);
  const theirs = new SideReader(lines);
  const met: Hunk[] = [];
  let to = from;
  while (to < lines.count) {
    const hunk = hunks.get(to);
    if (hunk) {
      met.push(hunk);
      for (let i = hunk.start + 1; i < hunk.base; i++) ours.feed(i);
      for (let i = hunk.middle + 1; i < hunk.end; i++) theirs.feed(i);
      to = hunk.end + 1;
    } else {
      ours.feed(to);
      theirs.feed(to);
      to++;
    }
    if (met.length > 0 && !ours.inCell && !theirs.inCell) break;
  }
  return { from, to, hunks: met, ours: ours.side(), theirs: theirs.side() };
}

/** The two bodies, when the region is two versions of one cell. */
export function conflictOf(lines: Lines, region: ConflictRegion): Conflict | null {
  const { ours, theirs } = region;
  const inCell = region.hunks[0]!.start > region.from;
  const alone = isOneCell(lines, ours) && isOneCell(lines, theirs);
  const sameName = ours.cells[0]?.name.toLowerCase() === theirs.cells[0]?.name.toLowerCase();
  const unfinished = region.to > region.hunks.at(-1)!.end + 1;
  const oneCell = alone && sameName;
  if (!inCell && !oneCell && !(unfinished && ours.cells.length + theirs.cells.length > 0))
    return null;
  return { ours: bodyOf(lines, ours), theirs: bodyOf(lines, theirs) };
}

/** What follows the first fence of a side, up to the last one; whatever else stands there stays in sight. */
function bodyOf(lines: Lines, { lines: own, roles }: Side): string {
  const open = roles.indexOf('open');
  const last = roles.length - 1;
  const body = own.slice(open + 1, roles[last] === 'close' ? last : undefined);
  return withoutFinalEol(body.map((i) => lines.raw(i, i + 1)).join(''));
}

function isOneCell(lines: Lines, { lines: own, roles, cells }: Side): boolean {
  const text = own.some((line, i) => roles[i] === 'prose' && lines.line(line).trim() !== '');
  return cells.length === 1 && !text;
}

class SideReader {
  readonly #lines: Lines;
  readonly #tracker = new BlockTracker();
  readonly #own: number[] = [];
  readonly #roles: LineRole[] = [];
  readonly #cells: Info[] = [];

  constructor(lines: Lines) {
    this.#lines = lines;
  }

  get inCell(): boolean {
    return this.#tracker.inCell;
  }

  feed(i: number): void {
    const role = this.#tracker.feed(this.#lines.line(i));
    if (role === 'open') this.#cells.push(this.#tracker.info!);
    this.#own.push(i);
    this.#roles.push(role);
  }

  side(): Side {
    const closed = !this.inCell;
    return { lines: this.#own, roles: this.#roles, cells: this.#cells, closed };
  }
}
