/** A word, punctuation or literal of JavaScript. */
interface Token {
  readonly text: string;
  readonly word: boolean;
  readonly from: number;
}

/**
 * JavaScript with variables renamed: identifiers outside strings, comments and regular expressions that are
 * neither properties (`a.orders`) nor keys (`{ orders: 1 }`); the shorthand `{ orders }` keeps its key. A light
 * scanner: it does not follow scopes, and tells a regular expression from a division by what stands before it.
 */
export function renameVariables(js: string, renames: ReadonlyMap<string, string>): string {
  const tokens = scan(js);
  const brackets: string[] = [];
  let out = '';
  let at = 0;
  for (const [i, { text, word, from }] of tokens.entries()) {
    const before = tokens[i - 1]?.text ?? '';
    const after = tokens[i + 1]?.text ?? '';
    if (!word) {
      if ('([{'.includes(text) || text === '${') brackets.push(text);
      else if (')]}'.includes(text)) brackets.pop();
      continue;
    }
    const name = renames.get(text);
    if (name === undefined || before === '.' || before === '?.') continue;
    const inBraces = brackets.at(-1) === '{' && (before === '{' || before === ',');
    if (inBraces && after === ':') continue;
    const shorthand = inBraces && (after === ',' || after === '}');
    out += js.slice(at, from) + (shorthand ? `${text}: ${name}` : name);
    at = from + text.length;
  }
  return out + js.slice(at);
}

const param = /(\$params\s*(?:\??\.\s*|(?:\?\.)?\[\s*['"`]))([\p{L}_$][\p{L}\p{N}_$]*)/gu;

/** The parameters that a script takes: `$params.name` or `$params['name']`. */
export function paramsOfScript(js: string): string[] {
  return [...js.matchAll(param)].map((match) => match[2]!);
}

/** A script that takes parameter `from` under the name `to`. */
export function renameScriptParam(js: string, from: string, to: string): string {
  return js.replace(param, (all: string, before: string, name: string) =>
    name === from ? before + to : all
  );
}

const skipped = /\s+|\/\/[^\n]*|\/\*[^]*?(?:\*\/|$)/y;
const identifier = /[\p{L}\p{Nl}$_][\p{L}\p{Nl}\p{N}\p{M}$_]*/uy;
const literal = /'(?:[^'\\\n]|\\[^])*'?|"(?:[^"\\\n]|\\[^])*"?|\.?\d[\w.]*/y;
const regex = /\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y;
const templateText = /(?:[^`\\$]|\\[^]|\$(?!\{))*/y;
const punctuation = /\?\.(?!\d)|\.\.\.|[^]/uy;

/** After one of these a `/` starts a regular expression. */
const beforeRegex =
  /^(?:|[([{,;:?=!&|+\-*%<>~^/]|\.\.\.|\$\{|return|typeof|case|in|of|do|else|void|delete|throw|new|await|yield)$/;

function scan(js: string): Token[] {
  const tokens: Token[] = [];
  /** Open braces; true for one that leads back into a template. */
  const braces: boolean[] = [];
  let at = 0;
  const take = (pattern: RegExp): string | null => {
    pattern.lastIndex = at;
    return pattern.exec(js)?.[0] || null;
  };
  const push = (text: string, word = false) => {
    tokens.push({ text, word, from: at });
    at += text.length;
  };
  const template = () => {
    at += take(templateText)?.length ?? 0;
    if (js.startsWith('${', at)) {
      braces.push(true);
      push('${');
    } else if (at < js.length) push('`');
  };

  while (at < js.length) {
    const skip = take(skipped);
    if (skip !== null) {
      at += skip.length;
      continue;
    }
    const word = take(identifier);
    if (word !== null) push(word, true);
    else if (js[at] === '`') {
      at++;
      template();
    } else if (js[at] === '}' && braces.pop()) {
      push('}');
      template();
    } else {
      const value =
        take(literal) ?? (beforeRegex.test(tokens.at(-1)?.text ?? '') ? take(regex) : null);
      if (value === null && js[at] === '{') braces.push(false);
      push(value ?? take(punctuation)!);
    }
  }
  return tokens;
}
