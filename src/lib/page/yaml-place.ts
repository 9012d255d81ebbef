/** Where the caret stands in a YAML body that is still being written. */
export interface YamlPlace {
  /** The keys above it, outermost first; places in lists count for nothing. */
  readonly path: readonly string[];
  /** A key is to be written here, or its value if this is the name of one. */
  readonly valueOf: string | null;
  /** Keys that stand beside it already, inside the same braces. */
  readonly beside: ReadonlySet<string>;
}

const name = '[\\p{L}_][\\p{L}\\p{N}_-]*';
const keyed = new RegExp(`^(\\s*(?:- +)*)(${name}):`, 'u');

/** Reads indentation and braces before the caret, as far as they go; lines need not be valid. */
export function yamlPlace(lead: string): YamlPlace {
  const lines = lead.split('\n');
  const line = lines.pop()!;
  const open = openBraces(line);
  const head = open.length > 0 ? line.slice(0, open[0]) : line;
  const path = keysAbove(lines, indentOf(head));
  const own = keyed.exec(head);
  for (const [i, at] of open.entries()) {
    const before = line.slice(i === 0 ? 0 : open[i - 1]! + 1, at);
    const key = new RegExp(`(${name}):\\s*\\[?\\s*$`, 'u').exec(before)?.[1];
    if (key !== undefined) path.push(key);
  }
  if (open.length > 0) {
    const inside = line.slice(open.at(-1)! + 1);
    const parts = splitFlow(inside);
    const last = parts.pop()!;
    const valueOf = new RegExp(`^\\s*(${name}):`, 'u').exec(last)?.[1] ?? null;
    const beside = parts.flatMap(
      (part) => new RegExp(`^\\s*(${name}):`, 'u').exec(part)?.[1] ?? []
    );
    return { path, valueOf, beside: new Set(beside) };
  }
  return { path, valueOf: own?.[2] ?? null, beside: new Set() };
}

/** The parents of a line with that indentation. */
function keysAbove(lines: readonly string[], indent: number): string[] {
  const path: string[] = [];
  let least = indent;
  for (let i = lines.length - 1; i >= 0 && least > 0; i--) {
    const line = lines[i]!;
    if (line.trim() === '' || line.trim().startsWith('#')) continue;
    const found = keyed.exec(line);
    const at = line.length - line.trimStart().length;
    if (at >= least) continue;
    // `- name:` begins an item: its keys stand beside it, at the indentation of the name.
    if (found && found[1]!.length < least) path.unshift(found[2]!);
    least = at;
  }
  return path;
}

function indentOf(head: string): number {
  return /^\s*(?:- +)*/.exec(head)![0].length;
}

/** Where the braces stand that are open at the end of a line. */
function openBraces(line: string): number[] {
  const open: number[] = [];
  for (const { char, at } of unquoted(line)) {
    if (char === '{') open.push(at);
    else if (char === '}') open.pop();
  }
  return open;
}

/** The parts of what stands inside braces, between commas of its own. */
function splitFlow(text: string): string[] {
  const parts: string[] = [];
  let [from, depth] = [0, 0];
  for (const { char, at } of unquoted(text)) {
    if ('{[('.includes(char)) depth++;
    else if ('}])'.includes(char)) depth--;
    else if (char === ',' && depth === 0) {
      parts.push(text.slice(from, at));
      from = at + 1;
    }
  }
  return [...parts, text.slice(from)];
}

function* unquoted(text: string): Generator<{ char: string; at: number }> {
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    if (quote) quote = char === quote ? '' : quote;
    else if (char === "'" || char === '"') quote = char;
    else yield { char, at };
  }
}
