/** The languages that cells are written in. */
export type CodeLanguage = 'sql' | 'yaml' | 'json' | 'js' | 'csv' | 'markdown';

/** The four inks: key words and keys, strings, numbers, notes; everything else is plain. */
export type Ink = 'k' | 's' | 'n' | 'c' | '';

export interface Token {
  readonly text: string;
  readonly ink: Ink;
}

const sqlWords =
  'select|from|where|group|by|order|having|limit|offset|as|and|or|not|in|is|null|like|ilike|between|case|when|then|else|end|join|left|right|full|inner|outer|cross|asof|on|using|union|all|except|intersect|distinct|with|recursive|over|partition|rows|range|preceding|following|current|row|unbounded|qualify|window|filter|exclude|replace|asc|desc|nulls|first|last|true|false|cast|try_cast|interval|values|exists|any|some|sample|pivot|unpivot|lateral|materialized|date|timestamp|positional|semi|anti|natural|for|columns|if|extract|at|time|zone';
const jsWords =
  'const|let|var|function|return|if|else|for|of|in|while|do|break|continue|new|class|extends|import|export|from|default|async|await|yield|try|catch|finally|throw|typeof|instanceof|null|undefined|true|false|this|switch|case|void|delete';

/** One alternative for each ink, tried from the left at every place. */
const rules: Readonly<Record<CodeLanguage, readonly (readonly [Ink, RegExp])[]>> = {
  sql: [
    ['c', /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/y],
    ['s', /'(?:[^']|'')*(?:'|$)/y],
    ['', /"(?:[^"]|"")*(?:"|$)/y],
    ['n', /\b\d[\d_]*(?:\.\d+)?(?:e[+-]?\d+)?\b/iy],
    ['k', new RegExp(`\\b(?:${sqlWords})\\b`, 'iy')],
    ['', /[\p{L}_$][\p{L}\p{N}_$]*/uy]
  ],
  js: [
    ['c', /\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/y],
    ['s', /'(?:[^'\\\n]|\\.)*'?|"(?:[^"\\\n]|\\.)*"?|`(?:[^`\\]|\\[\s\S])*`?/y],
    ['n', /\b(?:0x[\da-f]+|\d[\d_]*(?:\.\d+)?(?:e[+-]?\d+)?)n?\b/iy],
    ['k', new RegExp(`\\b(?:${jsWords})\\b`, 'y')],
    ['', /[\p{L}_$][\p{L}\p{N}_$]*/uy]
  ],
  json: [
    ['k', /"(?:[^"\\\n]|\\.)*"(?=\s*:)/y],
    ['s', /"(?:[^"\\\n]|\\.)*"?/y],
    ['n', /-?\b\d+(?:\.\d+)?(?:e[+-]?\d+)?\b/iy],
    ['k', /\b(?:true|false|null)\b/y]
  ],
  yaml: [
    ['c', /(?<=^|\s)#[^\n]*/my],
    ['k', /[\p{L}_$][\p{L}\p{N}_.$-]*(?=\s*:(?:\s|$))/muy],
    ['s', /'(?:[^'\n]|'')*'?|"(?:[^"\\\n]|\\.)*"?/y],
    ['n', /(?<=[\s[{,:-])-?\d+(?:\.\d+)?(?=[\s,\]}]|$)/my],
    ['', /[\p{L}_][\p{L}\p{N}_]*/uy]
  ],
  csv: [
    ['s', /"(?:[^"]|"")*"?/y],
    ['n', /(?<=^|[,;\t])-?\d+(?:\.\d+)?(?=[,;\t\n\r]|$)/my],
    ['', /[^",;\t\n]+/y]
  ],
  markdown: [
    ['k', /^#{1,6} [^\n]*/my],
    ['c', /^>[^\n]*|<!--[\s\S]*?(?:-->|$)/my],
    ['s', /`[^`\n]+`|^```[\s\S]*?(?:^```|$(?![\s\S]))/my],
    ['k', /\*\*[^*\n]+\*\*|^\s*(?:[-*+]|\d+\.) /my],
    ['n', /\$[^$\n]+\$/y],
    ['', /[\p{L}\p{N}]+/uy]
  ]
};

/** A text as runs of one ink each; their concatenation is the text. O(length). */
export function tokens(text: string, language: CodeLanguage): Token[] {
  const out: Token[] = [];
  let plain = 0;
  let at = 0;
  const push = (from: number, to: number, ink: Ink) => {
    if (to <= from) return;
    const last = out.at(-1);
    if (last && last.ink === ink)
      out[out.length - 1] = { text: last.text + text.slice(from, to), ink };
    else out.push({ text: text.slice(from, to), ink });
  };
  scan: while (at < text.length) {
    for (const [ink, rule] of rules[language]) {
      rule.lastIndex = at;
      const match = rule.exec(text);
      if (!match || match[0].length === 0) continue;
      if (ink !== '') {
        push(plain, at, '');
        push(at, at + match[0].length, ink);
        plain = at + match[0].length;
      }
      at += match[0].length;
      continue scan;
    }
    at++;
  }
  push(plain, at, '');
  return out;
}
