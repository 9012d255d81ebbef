/** A text value in a JSON document and where it stands, quotes included. */
export interface JsonText {
  readonly path: readonly (string | number)[];
  readonly value: string;
  readonly from: number;
  readonly to: number;
}

/** What a pass over JSON found: its text values, and the first place that is not JSON. */
export interface JsonScan {
  readonly texts: readonly JsonText[];
  readonly fault: { readonly at: number; readonly detail: string } | null;
}

interface Level {
  readonly close: '}' | ']';
  key: string | number;
  expect: 'key' | 'colon' | 'value' | 'comma';
  /** `[` and `{` may be followed by their end; a comma may not. */
  fresh: boolean;
}

const blank = /[ \t\r\n]*/y;
const text = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/y;
const atom = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/** Reads JSON token by token, so that problems and edits have places. Linear, without recursion. */
export function scanJson(json: string): JsonScan {
  const texts: JsonText[] = [];
  const levels: Level[] = [];
  let at = 0;
  let done = false;
  const fault = (detail: string): JsonScan => ({ texts, fault: { at, detail } });
  const take = (pattern: RegExp): string | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(json)?.[0] ?? null;
    if (found !== null) at += found.length;
    return found;
  };
  const settle = () => {
    const level = levels.at(-1);
    if (level) level.expect = 'comma';
    else done = true;
  };

  for (;;) {
    take(blank);
    const c = json[at];
    const level = levels.at(-1);
    if (c === undefined) {
      if (levels.length > 0) return fault(`A \`${level!.close}\` is missing at the end.`);
      return done ? { texts, fault: null } : fault('There is nothing here yet.');
    }
    if (done) return fault('Nothing may follow the end of the value.');
    if (level && c === level.close && (level.expect === 'comma' || level.fresh)) {
      at++;
      levels.pop();
      settle();
    } else if (level?.expect === 'comma') {
      if (c !== ',') return fault(`A comma or \`${level.close}\` is missing before this.`);
      at++;
      level.fresh = false;
      level.expect = level.close === '}' ? 'key' : 'value';
      if (typeof level.key === 'number') level.key++;
    } else if (level?.expect === 'colon') {
      if (c !== ':') return fault('A colon is missing after the key.');
      at++;
      level.expect = 'value';
    } else if (level?.expect === 'key') {
      const key = c === '"' ? take(text) : null;
      if (key === null) return fault(keyWords(c));
      level.key = JSON.parse(key) as string;
      level.fresh = false;
      level.expect = 'colon';
    } else if (c === '{' || c === '[') {
      at++;
      if (level) level.fresh = false;
      levels.push(
        c === '{'
          ? { close: '}', key: '', expect: 'key', fresh: true }
          : { close: ']', key: 0, expect: 'value', fresh: true }
      );
    } else {
      const from = at;
      const found = c === '"' ? take(text) : take(atom);
      if (found === null) return fault(valueWords(c));
      if (c === '"') {
        const path = levels.map((l) => l.key);
        texts.push({ path, value: JSON.parse(found) as string, from, to: at });
      }
      if (level) level.fresh = false;
      settle();
    }
  }
}

function keyWords(c: string): string {
  if (c === '}') return 'A comma stands before the closing brace.';
  if (c === '"') return 'This text has no closing quote, or holds a line end.';
  return 'A key must stand here, in double quotes.';
}

function valueWords(c: string): string {
  if (c === '"') return 'This text has no closing quote, or holds a line end.';
  if (c === "'") return 'Texts take double quotes.';
  if (c === ']' || c === '}') return 'A value is missing before this.';
  return 'This is not a value: texts take double quotes; numbers, true, false and null take none.';
}
