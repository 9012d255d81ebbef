import { parseDuration } from '#lib/base/duration.ts';

/** A stretch of the info string. */
export interface Slice {
  readonly from: number;
  readonly to: number;
}

/** The info string of a cell fence: `lang kind:name key=value …`. */
export interface Info {
  readonly language: string;
  readonly kind: string;
  /** In composed form (NFC). */
  readonly name: string;
  readonly flags: Readonly<Record<string, string>>;
  readonly fault:
    { readonly part: 'name' } | { readonly part: 'flags'; readonly detail: string } | null;
  readonly nameAt: Slice;
  /** From the first letter of the key to the end of the value. */
  readonly flagsAt: ReadonlyMap<string, Slice>;
}

const head = /^(sql|yaml|json|js|csv|markdown)[ \t]+([a-z][a-z0-9-]*):(\S*)/;
const flag = /[ \t]+(?:([A-Za-z][\w-]*)=("(?:[^"\\]|\\.)*"|[^\s"]\S*))(?=[ \t]|$)|[ \t]+(\S+)/g;
const choices: Readonly<Record<string, readonly string[]>> = {
  run: ['auto', 'manual', 'off'],
  show: ['both', 'code', 'result', 'none']
};

/** Reads what follows the backticks of a fence; null if it does not make a cell. */
export function parseInfo(text: string): Info | null {
  const found = head.exec(text);
  if (!found) return null;
  const [whole, language, kind, written] = found as unknown as [string, string, string, string];
  const name = written.normalize('NFC');
  const flags: Record<string, string> = {};
  const flagsAt = new Map<string, Slice>();
  let detail: string | null = null;
  for (const match of text.trimEnd().slice(whole.length).matchAll(flag)) {
    const [all, key, value, stray] = match;
    const to = whole.length + match.index + all.length;
    const from = to - all.trimStart().length;
    if (key === undefined || value === undefined) {
      detail ??= `\`${stray ?? ''}\` is not written as \`key=value\`.`;
      continue;
    }
    const read = readValue(value);
    if (read === null) detail ??= `The value of \`${key}\` is not a word or a JSON text.`;
    else if (Object.hasOwn(flags, key)) detail ??= `\`${key}\` stands twice.`;
    else {
      detail ??= refusal(key, read);
      define(flags, key, read);
      flagsAt.set(key, { from, to });
    }
  }
  const fault = !isName(name)
    ? ({ part: 'name' } as const)
    : detail === null
      ? null
      : ({ part: 'flags', detail } as const);
  const nameAt = { from: whole.length - written.length, to: whole.length };
  return { language, kind, name, flags, fault, nameAt, flagsAt };
}

/** Whether a text can name a cell: a letter or underscore, then at most 62 letters, digits, underscores of any script. */
export function isName(name: string): boolean {
  return /^[\p{L}_][\p{L}\p{N}_]{0,62}$/u.test(name);
}

/** ` key=value` for each flag, as the fence line has them. */
export function printFlags(flags: Readonly<Record<string, string>>): string {
  return Object.entries(flags)
    .map(([key, value]) => ` ${printFlag(key, value)}`)
    .join('');
}

/** A backtick may not stand in an info string; JSON can write it otherwise. */
export function printFlag(key: string, value: string): string {
  const bare = /^[^\s"`][^\s`]*$/.test(value);
  return `${key}=${bare ? value : JSON.stringify(value).replaceAll('`', '\\u0060')}`;
}

function readValue(written: string): string | null {
  if (!written.startsWith('"')) return written;
  try {
    return JSON.parse(written) as string;
  } catch {
    return null;
  }
}

function refusal(key: string, value: string): string | null {
  const allowed = choices[key];
  if (allowed && !allowed.includes(value)) {
    return `\`${key}\` is one of ${allowed.join(', ')}, not \`${value}\`.`;
  }
  if (key === 'reads' && value.split(',').some((name) => name.trim() === '')) {
    return '`reads` takes names of tables with commas between them.';
  }
  if (key === 'refresh' && value !== 'manual' && !((parseDuration(value) ?? 0) > 0)) {
    return `\`refresh\` is a duration such as 10s, or manual, not \`${value}\`.`;
  }
  return null;
}

/** A key such as `__proto__` is a key like any other. */
function define(flags: Record<string, string>, key: string, value: string): void {
  Object.defineProperty(flags, key, {
    value,
    enumerable: true,
    configurable: true,
    writable: true
  });
}
