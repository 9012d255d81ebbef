import { assert } from '#lib/base/assert.ts';
import { nameKey } from '#lib/sql/quote.ts';
import { cellText, closing, withBody, withFlag, withName, type CellDraft } from './fence.ts';
import { eolOf, withEol, type Eol } from './lines.ts';
import type { Block, CellBlock, Notebook } from './model.ts';
import { parse } from './parse.ts';
import { setYamlValue } from './yaml-edit.ts';

/** What can be put into a notebook. */
export type BlockDraft =
  ({ readonly type: 'cell' } & CellDraft) | { readonly type: 'prose'; readonly text: string };

/** The notebook with another body in the cell at `index`. A cell that was not closed is closed, a conflict is settled. */
export function setBody(notebook: Notebook, index: number, body: string): Notebook {
  const block = cellAt(notebook, index);
  if (block.body === body && block.broken !== 'unclosed' && !block.conflict) return notebook;
  return withRaw(notebook, index, withBody(block, body, notebook.eol));
}

/** Sets a flag of the fence line, or takes it out. */
export function setFlag(
  notebook: Notebook,
  index: number,
  key: string,
  value: string | undefined
): Notebook {
  return withRaw(notebook, index, withFlag(cellAt(notebook, index), key, value));
}

/** Replaces the text of a prose block; the blank lines around it stay. A code block or comment left open is closed before the next cell. */
export function setProse(notebook: Notebook, index: number, text: string): Notebook {
  const block = notebook.blocks[index];
  assert(block?.type === 'prose', 'setProse is for prose');
  if (block.raw === text) return notebook;
  const eol = eolOf(block.raw) ?? notebook.eol;
  const last = index === notebook.blocks.length - 1;
  const [, before, , after] =
    /^((?:[ \t]*(?:\r\n|\r|\n))*)([^]*?)((?:\s*(?:\r\n|\r|\n))?[ \t]*)$/.exec(block.raw)!;
  const core = withEol(text, eol).replace(/^(?:[ \t]*(?:\r\n|\r|\n))+|\s+$/g, '');
  const tail = last || /[\r\n]/.test(after!) ? after! : eol + eol;
  const raw = core === '' ? (index === 0 || last ? '' : eol) : before! + core + tail;
  const end = last ? '' : closing({ type: 'prose', raw }, eol);
  return withRaw(notebook, index, raw + end + (end === '' ? '' : eol));
}

/** Sets a key of the front matter, or takes it out; the front matter is made if there is none. */
export function setMetaField(notebook: Notebook, key: string, value: string | undefined): Notebook {
  const { raw } = notebook.meta;
  const bom = raw.startsWith('\ufeff') ? '\ufeff' : '';
  const eol = notebook.eol;
  const inner = raw.slice(bom.length);
  if (inner === '') {
    if (value === undefined) return notebook;
    const fields = setYamlValue('quartermaster: 1', [key], value).replaceAll('\n', eol);
    const rest = bodyText(notebook);
    const gap = rest === '' || startsBlank(rest) ? '' : eol;
    return rebuilt(notebook, `${bom}---${eol}${fields}${eol}---${eol}${gap}${rest}`);
  }
  const [, open, fields, close] =
    /^([^\r\n]*(?:\r\n|\r|\n))([^]*?)(---[ \t]*(?:\r\n|\r|\n)?)$/.exec(inner)!;
  const body = fields!.replace(/(?:\r\n|\r|\n)$/, '');
  const edited = setYamlValue(body, [key], value);
  const end = edited === '' ? '' : fields!.slice(body.length) || eol;
  return rebuilt(notebook, bom + open! + edited + end + close! + bodyText(notebook));
}

/** Puts a block before the one at `index` (at the end: `blocks.length`), with blank lines around it. Prose next to prose becomes one block. */
export function insertBlock(notebook: Notebook, index: number, draft: BlockDraft): Notebook {
  const { eol } = notebook;
  const raw =
    draft.type === 'cell'
      ? cellText(draft, eol)
      : ended({ type: 'prose', raw: withEol(draft.text, eol).replace(/\s+$/, '') }, eol);
  return rebuilt(notebook, inserted(notebook, raws(notebook), index, raw));
}

/** Takes a block out; of the blank lines on both sides one run stays. */
export function removeBlock(notebook: Notebook, index: number): Notebook {
  return rebuilt(notebook, notebook.meta.raw + removed(notebook, index).join(''));
}

/** Moves a block to stand before the one that is at `to` now (at the end: `blocks.length`). */
export function moveBlock(notebook: Notebook, from: number, to: number): Notebook {
  const block = notebook.blocks[from];
  if (!block || to === from || to === from + 1) return notebook;
  const raw = ended({ ...block, raw: block.raw.replace(blankStart, '') }, notebook.eol);
  return rebuilt(notebook, inserted(notebook, removed(notebook, from), to, raw));
}

/** Puts a copy of a block behind it; a cell gets a free name. */
export function duplicate(notebook: Notebook, index: number): Notebook {
  const block = notebook.blocks[index]!;
  if (block.type === 'prose') {
    return insertBlock(notebook, index + 1, {
      type: 'prose',
      text: block.raw.replace(blankStart, '')
    });
  }
  const raw = withName(block, freeName(notebook, block.name));
  const copy = ended({ ...block, raw }, notebook.eol);
  return rebuilt(notebook, inserted(notebook, raws(notebook), index + 1, copy));
}

/** A name made from `base` that no cell has: what cannot stand in a name becomes `_`, then `_2`, `_3` … is added. */
export function freeName(notebook: Notebook, base: string): string {
  const taken = new Set(
    notebook.blocks.flatMap((b) => (b.type === 'cell' ? [nameKey(b.name)] : []))
  );
  const clean = base
    .normalize('NFC')
    .replace(/[^\p{L}\p{N}_]+/gu, '_')
    .replace(/^(?=\p{N})/u, '_');
  const stem = [...(clean || 'cell')].slice(0, 63).join('');
  if (!taken.has(nameKey(stem))) return stem;
  const [, root, count] = /^(.*?)(?:_([1-9]\d{0,8}))?$/u.exec(stem)!;
  for (let n = Number(count ?? 1) + 1; ; n++) {
    const suffix = `_${n}`;
    const name = [...root!].slice(0, 63 - suffix.length).join('') + suffix;
    if (!taken.has(nameKey(name))) return name;
  }
}

/** The notebook with new raw text in some blocks. */
export function withRaws(notebook: Notebook, raw: readonly string[]): Notebook {
  return rebuilt(notebook, notebook.meta.raw + raw.join(''));
}

export function raws(notebook: Notebook): string[] {
  return notebook.blocks.map((b) => b.raw);
}

function withRaw(notebook: Notebook, index: number, raw: string): Notebook {
  const all = raws(notebook);
  all[index] = raw;
  return withRaws(notebook, all);
}

/** Reads the edited text again, so that blocks are always what the file says; blocks that did not change stay the same objects. */
function rebuilt(notebook: Notebook, text: string): Notebook {
  const next = parse(text);
  const blocks = [...next.blocks];
  const same = (a: Block | undefined, b: Block | undefined) =>
    a !== undefined &&
    b !== undefined &&
    a.raw === b.raw &&
    (a.type === 'prose' || (b.type === 'cell' && a.bodyLine === b.bodyLine));
  for (let i = 0; same(notebook.blocks[i], blocks[i]); i++) blocks[i] = notebook.blocks[i]!;
  for (let i = 1; same(notebook.blocks.at(-i), blocks.at(-i)); i++) {
    blocks[blocks.length - i] = notebook.blocks.at(-i)!;
  }
  return { ...next, blocks };
}

function cellAt(notebook: Notebook, index: number): CellBlock {
  const block = notebook.blocks[index];
  assert(block?.type === 'cell', 'the block is a cell');
  return block;
}

function bodyText(notebook: Notebook): string {
  return raws(notebook).join('');
}

/** The raw text of a block, closed and with its line end. */
function ended(block: Block, eol: Eol): string {
  const raw = block.raw + closing(block, eol);
  return /[\r\n]$/.test(raw) ? raw : raw + eol;
}

/** The text with `raw` put before slice `index`; what stands before it is closed first. */
function inserted(notebook: Notebook, all: readonly string[], index: number, raw: string): string {
  const { eol, meta } = notebook;
  const previous = notebook.blocks[index - 1];
  const open = previous ? closing({ ...previous, raw: all[index - 1]! }, eol) : '';
  const before = meta.raw + all.slice(0, index).join('') + open;
  return spaced(spaced(before, raw, eol), all.slice(index).join(''), eol);
}

/** The slices without that of the block at `index`, as many as before. */
function removed(notebook: Notebook, index: number): string[] {
  const all = raws(notebook);
  all[index] = '';
  const before = notebook.meta.raw.replace('\ufeff', '') + all.slice(0, index).join('');
  const next = all.findIndex((raw, i) => i > index && raw !== '');
  const isProse = (i: number) => notebook.blocks[i]?.type === 'prose';
  if (next >= 0) {
    if (before === '' || endsBlank(before)) all[next] = all[next]!.replace(blankStart, '');
    else if (isProse(index - 1) && isProse(next) && !startsBlank(all[next]!))
      all[next] = notebook.eol + all[next]!;
  } else if (index > 0) {
    const previous = all[index - 1]!;
    all[index - 1] = previous.trim() === '' ? '' : previous.replace(/(\r\n|\r|\n)\s*$/, '$1');
  }
  return all;
}

/** Two texts with a blank line between them. */
function spaced(before: string, after: string, eol: Eol): string {
  if (before.replace('\ufeff', '') === '' || after === '') return before + after;
  const whole = /[\r\n]$/.test(before) ? before : before + eol;
  return endsBlank(whole) || startsBlank(after) ? whole + after : whole + eol + after;
}

const blankStart = /^(?:[ \t]*(?:\r\n|\r|\n))+/;

function startsBlank(text: string): boolean {
  return /^[ \t]*[\r\n]/.test(text);
}

function endsBlank(text: string): boolean {
  return /(?:^|\n|\r(?!\n))[ \t]*(?:\r\n|\r|\n)$/.test(text);
}
