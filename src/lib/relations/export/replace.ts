import { quoteText } from '#lib/sql/quote.ts';

/** A SQL expression that replaces each text by another, one after the other. */
export function replacedEach(
  text: string,
  pairs: readonly (readonly [from: string, to: string])[]
): string {
  return pairs.reduce(
    (sql, [from, to]) => `replace(${sql}, ${letter(from)}, ${quoteText(to)})`,
    text
  );
}

/** Control characters are written by their number: SQL text shows none. */
function letter(text: string): string {
  const code = text.charCodeAt(0);
  return text.length === 1 && code < 32 ? `chr(${code})` : quoteText(text);
}
