export interface WordPart {
  readonly text: string;
  readonly code: boolean;
}

/** A message cut at its backticks: names become code, the rest stays words. An unpaired backtick is a character. */
export function splitCode(text: string): WordPart[] {
  const parts: WordPart[] = [];
  let at = 0;
  for (const match of text.matchAll(/`([^`\n]+)`/g)) {
    if (match.index > at) parts.push({ text: text.slice(at, match.index), code: false });
    parts.push({ text: match[1] ?? '', code: true });
    at = match.index + match[0].length;
  }
  if (at < text.length) parts.push({ text: text.slice(at), code: false });
  return parts;
}

/** The message of a problem as a heading: without the full stop at its end. */
export function asHeading(text: string): string {
  return text.replace(/[.。]$/, '');
}
