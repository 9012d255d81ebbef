import { BlockTracker } from './block-tracker.ts';
import { parseInfo, printFlag, printFlags, type Info } from './info.ts';
import { eolOf, Lines, withEol, type Eol } from './lines.ts';
import type { Block, CellBlock } from './model.ts';

/** A cell to be written. */
export interface CellDraft {
  readonly language: string;
  readonly kind: string;
  readonly name: string;
  readonly body: string;
  readonly flags?: Readonly<Record<string, string>>;
}

/** The whole text of a cell, its line end included. */
export function cellText({ language, kind, name, body, flags = {} }: CellDraft, eol: Eol): string {
  const fence = fenceFor(body, 3);
  return `${fence}${language} ${kind}:${name}${printFlags(flags)}${eol}${bodyLines(body, eol)}${fence}${eol}`;
}

/** The raw text of a cell with another body, in the line ends of the cell: the fence line stays, and grows only if the body would close it. */
export function withBody(block: CellBlock, body: string, fallback: Eol): string {
  const eol = eolOf(block.raw) ?? fallback;
  if (block.conflict) return cellText({ ...block, body }, eol);
  const lines = new Lines(block.raw);
  const open = lines.line(0);
  const ticks = /^`+/.exec(open)![0];
  const fence = fenceFor(body, ticks.length);
  const kept = fence.length === ticks.length && block.broken !== 'unclosed';
  const close = kept ? lines.raw(lines.count - 1, lines.count) : fence + eol;
  return `${fence}${open.slice(ticks.length)}${eol}${bodyLines(body, eol)}${close}`;
}

/** The raw text of a cell under another name; both sides of a conflict are renamed. */
export function withName(block: CellBlock, name: string): string {
  return withInfo(
    block,
    (text, { nameAt: { from, to } }) => text.slice(0, from) + name + text.slice(to)
  );
}

/** The raw text of a cell with a flag set, or taken out when `value` is undefined. */
export function withFlag(block: CellBlock, key: string, value: string | undefined): string {
  return withInfo(block, (text, { flagsAt }) => {
    const at = flagsAt.get(key);
    if (value === undefined) {
      return at ? text.slice(0, at.from).trimEnd() + text.slice(at.to) : text;
    }
    const flag = printFlag(key, value);
    return at ? text.slice(0, at.from) + flag + text.slice(at.to) : `${text.trimEnd()} ${flag}`;
  });
}

/** What must follow a block so that it ends: nothing, or the line that closes its code block, cell or comment. */
export function closing(block: Block, fallback: Eol): string {
  const lines = new Lines(block.raw);
  const tracker = new BlockTracker();
  for (let i = 0; i < lines.count; i++) tracker.feed(lines.line(i));
  const { closer } = tracker;
  if (closer === '') return '';
  const eol = eolOf(block.raw) ?? fallback;
  return `${/[\r\n]$/.test(block.raw) ? '' : eol}${closer}${eol}`;
}

function withInfo(block: CellBlock, edit: (text: string, info: Info) => string): string {
  const lines = new Lines(block.raw);
  let raw = '';
  for (let i = 0; i < lines.count; i++) {
    const whole = lines.raw(i, i + 1);
    const ticks = /^`{3,}/.exec(whole)?.[0];
    const line = lines.line(i);
    const info = ticks && (i === 0 || block.conflict) ? parseInfo(line.slice(ticks.length)) : null;
    const same = info?.kind === block.kind && info.name === block.name;
    raw +=
      info && ticks && same
        ? ticks + edit(line.slice(ticks.length), info) + whole.slice(line.length)
        : whole;
  }
  return raw;
}

/** Backticks, at least `least`, that no line of the body starts with. */
function fenceFor(body: string, least: number): string {
  let longest = 0;
  for (const run of body.matchAll(/(?:^|[\r\n]) {0,3}(`+)/g)) {
    longest = Math.max(longest, run[1]!.length);
  }
  return '`'.repeat(Math.max(least, longest >= least ? longest + 1 : least));
}

function bodyLines(body: string, eol: Eol): string {
  return body === '' ? '' : withEol(body, eol) + eol;
}
