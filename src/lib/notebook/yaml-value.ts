/** What can be written into a YAML body. Read back by the failsafe schema, scalars are texts. */
export type YamlValue =
  string | number | boolean | null | readonly YamlValue[] | { readonly [key: string]: YamlValue };

/** A tree of texts, lists and maps, as the failsafe schema reads it. */
export type TextTree = string | readonly TextTree[] | { readonly [key: string]: TextTree };

/** The value as it will be read back. */
export function toTexts(value: YamlValue): TextTree {
  if (value === null) return '';
  if (typeof value !== 'object') return String(value);
  if (isList(value)) return value.map(toTexts);
  return Object.fromEntries(Object.entries(value).map(([key, v]) => [key, toTexts(v)]));
}

/** A value on one line. `flow`: inside `[…]` or `{…}`, where commas and brackets need quotes. */
export function writeInline(value: TextTree, flow: boolean): string {
  if (typeof value === 'string') return writeText(value, flow);
  if (isList(value)) return `[${value.map((v) => writeInline(v, true)).join(', ')}]`;
  const pairs = Object.entries(value).map(
    ([key, v]) => `${writeText(key, true)}: ${writeInline(v, true)}`
  );
  return pairs.length === 0 ? '{}' : `{ ${pairs.join(', ')} }`;
}

/** A list or map on lines of its own, each under `indent`. */
export function writeBlock(value: TextTree, indent: string): string[] {
  if (typeof value === 'string') return [indent + writeText(value, false)];
  if (isList(value)) {
    return value.flatMap((item) => {
      const oneLine = typeof item === 'string' || isList(item) || Object.keys(item).length === 0;
      if (oneLine && fitsLine(item)) return [`${indent}- ${writeInline(item, false)}`];
      const [first, ...rest] = writeBlock(item, `${indent}  `);
      return [`${indent}- ${first!.trimStart()}`, ...rest];
    });
  }
  return Object.entries(value).flatMap(([key, v]) => {
    const name = indent + writeText(key, false);
    return fitsLine(v)
      ? [`${name}: ${writeInline(v, false)}`]
      : [`${name}:`, ...writeBlock(v, `${indent}  `)];
  });
}

/** Whether a value reads well on one line: a text, or a short list or map of few levels. */
export function fitsLine(value: TextTree): boolean {
  if (typeof value === 'string') return true;
  const items = Object.values(value);
  const deep = items.some((v) => typeof v !== 'string' && !isFlat(v));
  const mapsInList = isList(value) && items.some((v) => typeof v !== 'string' && !isList(v));
  return items.length === 0 || (!deep && !mapsInList && writeInline(value, false).length <= 72);
}

function isFlat(value: TextTree): boolean {
  return typeof value === 'string' || Object.values(value).every((v) => typeof v === 'string');
}

function isList(value: unknown): value is readonly never[] {
  return Array.isArray(value);
}

function writeText(text: string, flow: boolean): string {
  if (isPlain(text, flow)) return text;
  const printable = !/[\p{Cc}\p{Cs}\u2028\u2029\ufeff]/u.test(text);
  return printable && /["\\]/.test(text) && !text.includes("'")
    ? `'${text}'`
    : JSON.stringify(text);
}

/** Whether YAML reads the bare text as that very text. */
function isPlain(text: string, flow: boolean): boolean {
  if (text === '' || text !== text.trim() || /[\p{Cc}\p{Cs}\u2028\u2029\ufeff]/u.test(text))
    return false;
  if (/^[,[\]{}#&*!|>'"%@`]|^[-?:](?:\s|$)|^(?:---|\.\.\.)/.test(text)) return false;
  if (/:(?:\s|$)|\s#/.test(text) || text === '<<' || text === '=') return false;
  return !flow || !/[,[\]{}]|^[-?:]|:$/.test(text);
}
