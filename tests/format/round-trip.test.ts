import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import MarkdownIt from 'markdown-it';
import { describe, expect, test } from 'vitest';
import { parseInfo } from '#lib/notebook/info.ts';
import { parse } from '#lib/notebook/parse.ts';
import { print } from '#lib/notebook/print.ts';
import { anyText, grammarText } from './fragments.ts';

const corpus = new URL('corpus/', import.meta.url);
const shipped = new URL('../../notebooks/', import.meta.url);

describe('round trip', () => {
  test('print(parse(x)) is x for any text', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(print(parse(text))).toBe(text);
      }),
      { numRuns: 3000 }
    );
  });

  test('prose blocks are never empty nor side by side', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { blocks } = parse(text);
        expect(blocks.every((b) => b.raw !== '')).toBe(true);
        expect(blocks.some((b, i) => b.type === 'prose' && blocks[i + 1]?.type === 'prose')).toBe(
          false
        );
      })
    );
  });

  test('a body stands in the file at its line', () => {
    fc.assert(
      fc.property(grammarText, (text) => {
        const lines = text.split(/\r\n|\r|\n/);
        for (const block of parse(text).blocks) {
          if (block.type !== 'cell' || block.body === '' || block.conflict) continue;
          const own = block.body.split(/\r\n|\r|\n/);
          expect(lines.slice(block.bodyLine - 1, block.bodyLine - 1 + own.length)).toEqual(own);
        }
      })
    );
  });

  test.each(readdirSync(corpus))('corpus: %s', (file) => {
    const text = readFileSync(new URL(file, corpus), 'utf8');
    expect(print(parse(text))).toBe(text);
  });

  test('10,000 lines are read', () => {
    const part = `# Part\n\ntext\n\n${'```'}sql query:q\nselect 1\n${'```'}\n\n- a\n- b\n`;
    const text = part.repeat(1000);
    const { blocks } = parse(text);
    expect(blocks.filter((b) => b.type === 'cell')).toHaveLength(1000);
  });
});

describe('shipped notebooks', () => {
  const files = readdirSync(shipped).filter((f) => f.endsWith('.qm.md'));

  test.each(files)('%s reads without problems and prints the same', (file) => {
    const text = readFileSync(new URL(file, shipped), 'utf8');
    const notebook = parse(text);
    expect(notebook.problems).toEqual([]);
    expect(notebook.blocks.filter((b) => b.type === 'cell' && b.broken !== null)).toEqual([]);
    expect(print(notebook)).toBe(text);
  });
});

describe('against a CommonMark parser', () => {
  const markdown = new MarkdownIt('commonmark');

  /** Fences that stand at column 0 outside every container, as markdown-it sees them. */
  function fences(text: string): string[] {
    const lines = text.split(/\r\n|\r|\n/);
    return markdown
      .parse(text, {})
      .filter((t) => t.type === 'fence' && t.level === 0 && t.markup.startsWith('`'))
      .filter((t) => lines[t.map![0]]!.startsWith('`') && parseInfo(t.info))
      .filter((t) => /^`+\S/.test(lines[t.map![0]]!))
      .map(
        (t) => `${t.map![0] + 2} ${t.info.trim()} ${JSON.stringify(t.content.replace(/\n+$/, ''))}`
      );
  }

  function cells(text: string): string[] {
    return parse(text).blocks.flatMap((b) => {
      if (b.type !== 'cell') return [];
      const info = /^`+(.*)/.exec(b.raw)![1]!.trim();
      const body = b.body.replace(/\r\n?/g, '\n').replace(/\n+$/, '');
      return [`${b.bodyLine} ${info} ${JSON.stringify(body)}`];
    });
  }

  test('cells are its fences at column 0 with an info string of ours', () => {
    const plain = grammarText.filter((t) => !/^(<{7}|---)/m.test(t) && !t.startsWith('\ufeff'));
    fc.assert(
      fc.property(plain, (text) => {
        expect(cells(text)).toEqual(fences(text));
      }),
      { numRuns: 5000 }
    );
  });
});
