import { describe, expect, it } from 'vitest';
import { en } from '#lib/messages/en.ts';
import { zhCN } from '#lib/messages/zh-CN.ts';
import { keyWords } from '#lib/ui/keys.ts';
import { highlight } from '#lib/ui/match.ts';
import { stepNumber } from '#lib/ui/numbers.ts';
import { asHeading, splitCode } from '#lib/ui/words.ts';

describe('messages', () => {
  const leaves = (value: unknown, path: string): [string, unknown][] =>
    typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([key, item]) => leaves(item, `${path}.${key}`))
      : [[path, value]];

  it('exist in both languages under the same keys', () => {
    const keys = (table: object) =>
      leaves(table, '')
        .map(([path]) => path)
        .sort();
    expect(keys(zhCN)).toEqual(keys(en));
  });

  it('keep the tone: no exclamation mark, no please, no oops, no 您', () => {
    for (const [path, value] of [...leaves(en, 'en'), ...leaves(zhCN, 'zh')]) {
      if (typeof value !== 'string') continue;
      expect(value, path).not.toMatch(/[!！]|\bplease\b|\boops\b|\bsuccessful/i);
      expect(value, path).not.toContain('您');
    }
  });

  it('are Chinese in Chinese', () => {
    const same = leaves(zhCN, '').filter(
      ([path, value]) =>
        typeof value === 'string' &&
        /[a-z]{3}.*\s.*[a-z]{3}/.test(value) &&
        leaves(en, '').some(([p, v]) => p === path && v === value)
    );
    expect(same).toEqual([]);
  });
});

describe('words', () => {
  it('set names between backticks as code', () => {
    expect(splitCode('No `a` in `b`, only ` here')).toEqual([
      { text: 'No ', code: false },
      { text: 'a', code: true },
      { text: ' in ', code: false },
      { text: 'b', code: true },
      { text: ', only ` here', code: false }
    ]);
    expect(asHeading('It ends here.')).toBe('It ends here');
  });

  it('write keys as the machine does', () => {
    expect(keyWords('Mod+Shift+Enter', false)).toBe('Ctrl Shift Enter');
    expect(keyWords('Mod+Shift+Enter', true)).toBe('⌘⇧↩');
    expect(keyWords('D D', true)).toBe('D D');
  });

  it('mark what was typed', () => {
    const hits = (text: string, query: string) =>
      highlight(text, query)
        .filter((p) => p.hit)
        .map((p) => p.text);
    expect(hits('Refit all forecasts', 'fore')).toEqual(['fore']);
    expect(hits('arg_max', 'amx')).toEqual(['a', 'm', 'x']);
    expect(hits('abc', 'zz')).toEqual([]);
    expect(highlight('abc', '')).toEqual([{ text: 'abc', hit: false }]);
  });

  it('step numbers within their limits, without binary dust', () => {
    expect(stepNumber('0.1', 0.2, {})).toBe('0.3');
    expect(stepNumber('56', 1, { max: 56 })).toBe('56');
    expect(stepNumber('', 1, { min: 1 })).toBe('1');
    expect(stepNumber('x', 1, {})).toBeNull();
  });
});
