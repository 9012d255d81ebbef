import { plainInline } from './slug.ts';

/** Markdown as blocks of plain words: what stands on the page until the real rendering is loaded. */
export type PlainBlock =
  | { readonly type: 'heading'; readonly level: number; readonly text: string }
  | { readonly type: 'paragraph' | 'quote' | 'math'; readonly text: string }
  | { readonly type: 'list'; readonly ordered: boolean; readonly items: readonly string[] }
  | { readonly type: 'code'; readonly text: string; readonly language: string }
  | { readonly type: 'table'; readonly rows: readonly (readonly string[])[] };

export function plainBlocks(markdown: string): PlainBlock[] {
  const lines = markdown.replace(/<!--[\s\S]*?-->/g, '').split(/\r\n?|\n/);
  const blocks: PlainBlock[] = [];
  let i = 0;
  while (i < lines.length) {
    const line = lines[i] ?? '';
    if (line.trim() === '') {
      i++;
      continue;
    }
    const fence = /^ {0,3}(`{3,}|~{3,})\s*(\S*)/.exec(line);
    if (fence) {
      const end = lines.findIndex((l, n) => n > i && l.trimStart().startsWith(fence[1] ?? '```'));
      const to = end < 0 ? lines.length : end;
      blocks.push({
        type: 'code',
        text: lines.slice(i + 1, to).join('\n'),
        language: fence[2] ?? ''
      });
      i = to + 1;
      continue;
    }
    const heading = /^ {0,3}(#{1,6})[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*$/.exec(line);
    if (heading) {
      blocks.push({
        type: 'heading',
        level: (heading[1] ?? '#').length,
        text: plainInline(heading[2] ?? '')
      });
      i++;
      continue;
    }
    let to = i + 1;
    while (to < lines.length && !startsBlock(lines[to] ?? '')) to++;
    blocks.push(block(lines.slice(i, to)));
    i = to;
  }
  return blocks;
}

function startsBlock(line: string): boolean {
  return line.trim() === '' || /^ {0,3}(?:#{1,6}[ \t]|`{3,}|~{3,})/.test(line);
}

const item = /^\s*(?:([-*+])|(\d+)[.)])\s+(.*)$/;

function block(lines: readonly string[]): PlainBlock {
  const first = lines[0] ?? '';
  if (first.trimStart().startsWith('$$')) {
    return { type: 'math', text: lines.join('\n').replaceAll('$$', '').trim() };
  }
  if (first.trimStart().startsWith('>')) {
    return {
      type: 'quote',
      text: plainInline(lines.map((l) => l.replace(/^\s*>\s?/, '')).join(' '))
    };
  }
  if (/^\s*\|?\s*:?-{2,}/.test(lines[1] ?? '') && first.includes('|')) {
    const cells = (l: string) =>
      l
        .trim()
        .replace(/^\||\|$/g, '')
        .split('|')
        .map((c) => plainInline(c));
    return { type: 'table', rows: [first, ...lines.slice(2)].map(cells) };
  }
  const start = item.exec(first);
  if (start) {
    const items: string[] = [];
    for (const line of lines) {
      const match = item.exec(line);
      if (match) items.push(match[3] ?? '');
      else items[items.length - 1] += ` ${line.trim()}`;
    }
    return { type: 'list', ordered: start[2] !== undefined, items: items.map(plainInline) };
  }
  return { type: 'paragraph', text: plainInline(lines.map((l) => l.trim()).join(' ')) };
}
