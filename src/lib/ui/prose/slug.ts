export interface Heading {
  readonly level: number;
  readonly text: string;
  readonly slug: string;
}

/** A heading as part of an address: letters and digits of any script, the rest as single hyphens. */
function slug(text: string): string {
  return (
    text
      .normalize('NFC')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, '-')
      .replace(/^-|-$/g, '') || 'section'
  );
}

/** Slugs that stay apart: the second of the same text becomes `text-2`. */
export function uniqueSlugs(): (text: string) => string {
  const seen = new Map<string, number>();
  return (text) => {
    const base = slug(text);
    const count = (seen.get(base) ?? 0) + 1;
    seen.set(base, count);
    return count === 1 ? base : `${base}-${count}`;
  };
}

/** The headings of a piece of prose, outside code; inline marks are taken off. O(length). */
export function headings(markdown: string): Heading[] {
  const unique = uniqueSlugs();
  const out: Heading[] = [];
  let fence: string | null = null;
  for (const line of markdown.split(/\r\n?|\n/)) {
    const edge = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (edge) {
      if (fence === null) fence = edge;
      else if (edge.startsWith(fence)) fence = null;
      continue;
    }
    const match =
      fence === null ? /^ {0,3}(#{1,6})[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*$/.exec(line) : null;
    if (!match) continue;
    const text = plainInline(match[2] ?? '');
    out.push({ level: (match[1] ?? '#').length, text, slug: unique(text) });
  }
  return out;
}

/** Inline Markdown as the words a reader sees. */
export function plainInline(text: string): string {
  return text
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/<\/?[a-z][^>]*>/gi, '')
    .replace(/(\*\*|__|`)(.+?)\1/g, '$2')
    .replace(/(?<![\p{L}\p{N}])([*_])(?=\S)(.+?)(?<=\S)\1(?![\p{L}\p{N}])/gu, '$2')
    .trim();
}
