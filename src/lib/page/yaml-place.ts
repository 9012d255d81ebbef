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
  const path = keysAbove(lines, leadOf(head));
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

/** The parents of what stands behind `lead`, the blanks and dashes of a line below `lines`. */
function keysAbove(lines: readonly string[], lead: string): string[] {
  const path: string[] = [];
  let column = lead.length;
  // The dashes of a list may stand as far left as the key that it belongs to; the keys of a block may not.
  let inList = false;
  const climbDashes = (before: string) => {
    for (let at = before.length - 1; at >= 0; at--)
      if (before[at] === '-' && at < column) [column, inList] = [at, true];
  };
  climbDashes(lead);
  for (let i = lines.length - 1; i >= 0 && (column > 0 || inList); i--) {
    const line = lines[i]!;
    if (line.trim() === '' || line.trim().startsWith('#')) continue;
    const before = leadOf(line);
    const key = keyed.exec(line)?.[2];
    if (key !== undefined && before.length < column + Number(inList)) {
      path.unshift(key);
      [column, inList] = [before.length, false];
    }
    climbDashes(before);
  }
  return path;
}

/** The blanks and dashes that a line begins with. */
function leadOf(line: string): string {
  return /^\s*(?:- +)*/.exec(line)![0];
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
