import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { markedLines } from '#lib/ui/editor/marked.ts';
import { rangeOf } from '#lib/ui/editor/spans.ts';
import { tokens, type CodeLanguage } from '#lib/ui/editor/tokens.ts';

const languages: readonly CodeLanguage[] = ['sql', 'yaml', 'json', 'js', 'csv', 'markdown'];
const inked = (text: string, language: CodeLanguage) =>
  tokens(text, language)
    .filter((t) => t.ink !== '')
    .map((t) => [t.ink, t.text]);

describe('tokens', () => {
  it('lose no character of any text in any language', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.constantFrom(...languages),
        (text, language) => {
          expect(
            tokens(text, language)
              .map((t) => t.text)
              .join('')
          ).toBe(text);
        }
      )
    );
  });

  it('ink SQL', () => {
    expect(inked("select a -- note\nfrom t where x = 'it''s' and y >= 1.5", 'sql')).toEqual([
      ['k', 'select'],
      ['c', '-- note'],
      ['k', 'from'],
      ['k', 'where'],
      ['s', "'it''s'"],
      ['k', 'and'],
      ['n', '1.5']
    ]);
    expect(inked('select "from" as selected_1', 'sql')).toEqual([
      ['k', 'select'],
      ['k', 'as']
    ]);
  });

  it('ink YAML keys, notes and numbers', () => {
    expect(inked('source: orders # all\nsteps:\n  - filter: Quantity > 0', 'yaml')).toEqual([
      ['k', 'source'],
      ['c', '# all'],
      ['k', 'steps'],
      ['k', 'filter'],
      ['n', '0']
    ]);
  });

  it('tell JSON keys from strings', () => {
    expect(inked('{"mark": "bar", "n": -1}', 'json')).toEqual([
      ['k', '"mark"'],
      ['s', '"bar"'],
      ['k', '"n"'],
      ['n', '-1']
    ]);
  });

  it('are as many lines as the text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(markedLines(text, 'sql', [])).toHaveLength(text.split('\n').length);
      })
    );
  });
});

describe('spans', () => {
  const sql = 'select a\n  from supplyer\nwhere x';

  it('take a word, a line or an exact range', () => {
    const cut = (span: Parameters<typeof rangeOf>[1]) => {
      const { from, to } = rangeOf(sql, span);
      return sql.slice(from, to);
    };
    expect(cut({ line: 2, column: 8 })).toBe('supplyer');
    expect(cut({ line: 2 })).toBe('from supplyer');
    expect(cut({ line: 1, column: 8, toColumn: 9 })).toBe('a');
    expect(cut({ line: 1, column: 1, toLine: 3, toColumn: 6 })).toBe(sql.slice(0, -2));
  });

  it('stay inside any text', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.record({
          line: fc.integer({ min: -2, max: 9 }),
          column: fc.integer({ min: 1, max: 50 }),
          toLine: fc.integer({ min: 1, max: 9 }),
          toColumn: fc.integer({ min: 1, max: 50 })
        }),
        (text, span) => {
          const { from, to } = rangeOf(text, span);
          expect(from).toBeGreaterThanOrEqual(0);
          expect(to).toBeLessThanOrEqual(text.length);
          expect(to >= from).toBe(true);
        }
      )
    );
  });

  it('are marked in a listing without changing it', () => {
    const lines = markedLines(sql, 'sql', [
      { code: 'x', severity: 'error', message: 'x', span: { line: 2, column: 8 } }
    ]);
    expect(lines.map((line) => line.map((t) => t.text).join('')).join('\n')).toBe(sql);
    expect(
      lines
        .flat()
        .filter((t) => t.mark === 'error')
        .map((t) => t.text)
    ).toEqual(['supplyer']);
  });
});
