import {
  isMap,
  isPair,
  isScalar,
  isSeq,
  parseDocument,
  type Document,
  type Node,
  type Pair,
  type YAMLMap,
  type YAMLSeq
} from 'yaml';
import { spanOf } from '#lib/base/span.ts';
import { fail } from '#lib/problems/index.ts';
import { fitsLine, toTexts, writeBlock, writeInline } from './yaml-value.ts';
import type { TextTree, YamlValue } from './yaml-value.ts';

type Path = readonly (string | number)[];
type Parsed = Document.Parsed;

interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/**
 * The YAML body with one value set, or taken out when `value` is undefined; maps on the way are made as needed
 * and taken out when nothing is left in them. Everything else keeps its bytes: comments, order, quotes, spacing.
 * The result is read again and compared with what was meant; where a change of text cannot say it, the document
 * is printed anew with its comments. Throws `config.syntax` if the body is not YAML of keys and values.
 */
export function setYamlValue(body: string, path: Path, value: YamlValue | undefined): string {
  const macLines = /\r(?!\n)/.test(body);
  const text = macLines ? body.replace(/\r\n?/g, '\n') : body;
  const document = read(text);
  const before = treeOf(document);
  const target = value === undefined ? undefined : toTexts(value);
  const after = changed(before, path, target);
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const edit = editFor(document, text, path, target, eol);
  const surgical = edit && text.slice(0, edit.from) + edit.text + text.slice(edit.to);
  const result =
    surgical !== null && reads(surgical, after) ? surgical : reprint(document, path, target, text);
  return macLines ? result.replaceAll('\n', '\r') : result;
}

function read(text: string): Parsed {
  const document = parseDocument(text, {
    schema: 'failsafe',
    keepSourceTokens: true,
    prettyErrors: false
  });
  const error = document.errors[0];
  if (error) {
    const detail = `${error.message.split('\n')[0]!.replace(/\.?$/, '')}.`;
    throw fail('config.syntax', { language: 'YAML', detail }, spanOf(text, ...error.pos));
  }
  if (document.contents !== null && !isMap(document.contents)) {
    const detail = 'The body must be `key: value` lines.';
    throw fail('config.syntax', { language: 'YAML', detail }, { line: 1 });
  }
  return document;
}

function treeOf(document: Parsed): TextTree {
  return toTexts((document.toJS() ?? {}) as YamlValue);
}

function reads(text: string, expected: TextTree): boolean {
  const document = parseDocument(text, { schema: 'failsafe', prettyErrors: false });
  return (
    document.errors.length === 0 && JSON.stringify(treeOf(document)) === JSON.stringify(expected)
  );
}

/** The tree with the value at `path` replaced; maps that become empty by a removal go too. */
function changed(tree: TextTree | undefined, path: Path, value: TextTree | undefined): TextTree {
  return change(tree, path, value) ?? {};
}

function change(
  tree: TextTree | undefined,
  [key, ...rest]: Path,
  value: TextTree | undefined
): TextTree | undefined {
  if (key === undefined) return value;
  if (Array.isArray(tree)) {
    const items = [...(tree as TextTree[])];
    const at = Number(key);
    const next = change(items[at], rest, value);
    if (next === undefined) items.splice(at, at < items.length ? 1 : 0);
    else items[Math.min(at, items.length)] = next;
    return items.length === 0 && value === undefined ? undefined : items;
  }
  const entries = new Map(Object.entries(typeof tree === 'object' ? tree : {}));
  const next = change(entries.get(String(key)), rest, value);
  if (next === undefined) entries.delete(String(key));
  else entries.set(String(key), next);
  return entries.size === 0 && value === undefined ? undefined : Object.fromEntries(entries);
}

/** How to write it as a change of text; null if that is not known. */
function editFor(
  document: Parsed,
  text: string,
  path: Path,
  value: TextTree | undefined,
  eol: string
): Edit | null {
  let holder: YAMLMap | YAMLSeq | null = document.contents as YAMLMap | null;
  let flow = holder?.flow === true;
  let removable: { holder: YAMLMap | YAMLSeq; key: string | number } | null = null;
  for (const [depth, key] of path.entries()) {
    if (holder === null) break;
    const item = itemAt(holder, key);
    if (item === undefined) {
      if (value === undefined) return { from: 0, to: 0, text: '' };
      return added(text, holder, flow, key, nest(path.slice(depth + 1), value), eol);
    }
    if (value === undefined && (removable === null || holder.items.length > 1)) {
      removable = { holder, key };
    }
    const node = (isMap(holder) ? (item as Pair).value : item) as Node | null;
    const last = depth === path.length - 1;
    if (!last && (isMap(node) || isSeq(node))) {
      holder = node;
      flow ||= holder.flow === true;
      continue;
    }
    if (value === undefined) {
      return last && removable ? removed(text, removable.holder, removable.key) : null;
    }
    const next = last ? value : nest(path.slice(depth + 1), value);
    return isMap(holder)
      ? replaced(text, item as Pair, flow, next, eol)
      : replacedItem(item as Node, flow, next);
  }
  if (value === undefined) return { from: 0, to: 0, text: '' };
  const lines = writeBlock(nest(path, value), '').join(eol);
  if (text.trim() === '') return { from: 0, to: text.length, text: lines };
  const gap = text.endsWith('\n') ? '' : eol;
  return { from: text.length, to: text.length, text: gap + lines };
}

function itemAt(holder: YAMLMap | YAMLSeq, key: string | number): unknown {
  if (isSeq(holder)) return holder.items[Number(key)];
  return holder.items.find((pair) => keyOf(pair) === String(key));
}

function keyOf(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value) : '';
}

function nest(path: Path, value: TextTree): TextTree {
  return path.reduceRight<TextTree>((inner, key) => ({ [String(key)]: inner }), value);
}

function startOf(node: Node | null | undefined): number {
  return node?.range?.[0] ?? -1;
}

function endOf(item: unknown): number {
  const node = isPair(item) ? (item.value ?? item.key) : item;
  return (node as Node | null)?.range?.[1] ?? -1;
}

function columnOf(text: string, offset: number): number {
  return offset - (text.lastIndexOf('\n', offset - 1) + 1);
}

function lineEnd(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  if (end < 0) return text.length;
  return text[end - 1] === '\r' && end > offset ? end - 1 : end;
}

/** A multi-line text as a literal block, where that reads well. */
function literalBlock(value: TextTree, indent: string, eol: string): string | null {
  if (typeof value !== 'string' || !value.includes('\n')) return null;
  if (/^\s|[^\S\n]$|\n\n$|\r|\t/.test(value)) return null;
  const chomp = value.endsWith('\n') ? '' : '-';
  const lines = value.replace(/\n$/, '').split('\n');
  return [`|${chomp}`, ...lines.map((l) => (l === '' ? '' : indent + l))].join(eol);
}

/** ` value` on the line of the key, or the lines below it. */
function valueText(
  value: TextTree,
  flow: boolean,
  block: boolean,
  indent: string,
  eol: string
): string {
  if (flow) return ` ${writeInline(value, true)}`;
  const literal = literalBlock(value, indent, eol);
  if (literal !== null) return ` ${literal}`;
  const empty = typeof value !== 'string' && Object.keys(value).length === 0;
  if (typeof value === 'string' || empty || (!block && fitsLine(value))) {
    return ` ${writeInline(value, false)}`;
  }
  return eol + writeBlock(value, indent).join(eol);
}

/** The value of a pair, from behind its colon. */
function replaced(
  text: string,
  pair: Pair,
  flow: boolean,
  value: TextTree,
  eol: string
): Edit | null {
  const token = pair.srcToken as { sep?: { type: string; offset: number }[] } | undefined;
  const colon = token?.sep?.find((t) => t.type === 'map-value-ind')?.offset;
  const key = startOf(pair.key as Node);
  if (colon === undefined || key < 0) return null;
  const node = pair.value as Node | null;
  const source = node?.range ? text.slice(node.range[0], node.range[1]) : '';
  const indent = `${' '.repeat(columnOf(text, key))}  `;
  const wasBlock = (isMap(node) || isSeq(node)) && node.flow !== true;
  const literal = isScalar(node) && /^BLOCK/.test(node.type ?? '');
  if (source === '') {
    return { from: colon + 1, to: colon + 1, text: valueText(value, flow, false, indent, eol) };
  }
  const [from, end] = node!.range!;
  if (wasBlock || literal) {
    const to = from + source.trimEnd().length;
    return { from: colon + 1, to, text: valueText(value, flow, wasBlock, indent, eol) };
  }
  const written = valueText(value, flow, false, indent, eol);
  const multiline = written.includes(eol);
  return multiline
    ? { from: colon + 1, to: end, text: written }
    : { from, to: end, text: written.slice(1) };
}

function replacedItem(item: Node, flow: boolean, value: TextTree): Edit | null {
  const [from, to] = item.range ?? [-1, -1];
  if (from < 0 || from === to || !fitsLine(value)) return null;
  const block = (isMap(item) || isSeq(item)) && item.flow !== true;
  return block ? null : { from, to, text: writeInline(value, flow) };
}

/** A new pair or list item behind the last one. */
function added(
  text: string,
  holder: YAMLMap | YAMLSeq,
  flow: boolean,
  key: string | number,
  value: TextTree,
  eol: string
): Edit | null {
  const last = holder.items.at(-1);
  const item: TextTree = isMap(holder) ? { [String(key)]: value } : [value];
  if (holder.flow) {
    const inner = writeInline(item, true).slice(1, -1).trim();
    if (last === undefined) {
      const [from, to] = holder.range!;
      return { from, to, text: isMap(holder) ? `{ ${inner} }` : `[${inner}]` };
    }
    const end = endOf(last);
    return end < 0 ? null : { from: end, to: end, text: `, ${inner}` };
  }
  if (flow) return null;
  const first = holder.items[0] as Pair | Node | undefined;
  const start = first && (isMap(holder) ? startOf((first as Pair).key as Node) : holder.range![0]);
  if (start === undefined || start < 0) return null;
  const indent = ' '.repeat(columnOf(text, start));
  const literal = isMap(holder) ? literalBlock(value, `${indent}  `, eol) : null;
  const lines =
    literal === null
      ? writeBlock(item, indent).join(eol)
      : `${writeBlock({ [String(key)]: 'x' }, indent)[0]!.slice(0, -1)}${literal}`;
  const end = endOf(last);
  if (end < 0) return null;
  const content = text.slice(0, end).trimEnd().length;
  const at = lineEnd(text, content);
  return { from: at, to: at, text: eol + lines };
}

/** Takes a pair or list item out, with its whole lines where it has them to itself. */
function removed(text: string, holder: YAMLMap | YAMLSeq, key: string | number): Edit | null {
  const index = isMap(holder)
    ? holder.items.findIndex((pair) => keyOf(pair) === String(key))
    : Number(key);
  const item = holder.items[index];
  const begin = (i: unknown) => startOf((isMap(holder) ? (i as Pair).key : i) as Node);
  let from = begin(item);
  let to = endOf(item);
  if (from < 0 || to < 0) return null;
  const next = holder.items[index + 1];
  if (holder.flow) {
    if (next !== undefined) return { from, to: begin(next), text: '' };
    const previous = holder.items[index - 1];
    if (previous !== undefined) from = endOf(previous);
    return { from, to, text: '' };
  }
  to = text.slice(0, to).trimEnd().length;
  const lineStart = text.lastIndexOf('\n', from - 1) + 1;
  const before = text.slice(lineStart, from);
  const owner = isMap(holder) ? /^\s*$/ : /^\s*-\s+$/;
  if (!owner.test(before)) {
    return next === undefined ? null : { from, to: begin(next), text: '' };
  }
  const end = text.indexOf('\n', to);
  if (end >= 0) return { from: lineStart, to: end + 1, text: '' };
  const cut = text.slice(0, lineStart).replace(/\r?\n$/, '').length;
  return { from: cut, to: text.length, text: '' };
}

function reprint(document: Parsed, path: Path, value: TextTree | undefined, text: string): string {
  if (value === undefined) removeIn(document, path);
  else if (document.contents === null)
    document.contents = document.createNode(nest(path, value)) as never;
  else {
    const missing = path.findIndex((_, i) => {
      const node = document.getIn(path.slice(0, i + 1), true);
      return i < path.length - 1 && !isMap(node) && !isSeq(node);
    });
    if (missing < 0) document.setIn(path, document.createNode(value));
    else {
      const rest = nest(path.slice(missing + 1), value);
      document.setIn(path.slice(0, missing + 1), document.createNode(rest));
    }
  }
  const printed = document.toString({ lineWidth: 0, flowCollectionPadding: true });
  return text.endsWith('\n') ? printed : printed.replace(/\n$/, '');
}

function removeIn(document: Parsed, path: Path): void {
  document.deleteIn(path);
  for (let length = path.length - 1; length > 0; length--) {
    const holder = document.getIn(path.slice(0, length), true);
    if (!(isMap(holder) || isSeq(holder)) || holder.items.length > 0) return;
    document.deleteIn(path.slice(0, length));
  }
}
