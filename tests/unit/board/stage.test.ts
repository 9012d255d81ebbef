import { describe, expect, it } from 'vitest';
import { boardOf, fragmentOf } from '#lib/page/board/address.ts';
import { boardType } from '#lib/page/board/scale.ts';

describe('the address of a board', () => {
  it('names its cells, whatever letters they have', () => {
    for (const cells of [null, ['depots'], ['depots', '仓库', 'a_b']]) {
      expect(boardOf(fragmentOf({ cells }))).toEqual({ cells });
    }
    expect(boardOf('#board=')).toEqual({ cells: null });
    expect(boardOf('#board=a,,%E0%A4%A')).toEqual({ cells: ['a'] });
    for (const other of ['', '#', '#boards', '#q=abc', '#block-1'])
      expect(boardOf(other)).toBeNull();
  });
});

describe('the type of a board', () => {
  it('grows with the screen and is left as it is on a phone', () => {
    expect(boardType(390)).toEqual({});
    const size = (width: number) => Number.parseInt(boardType(width)['--t-kpi'] ?? '0');
    expect([size(1280), size(1920), size(3840)]).toEqual([46, 69, 138]);
  });
});
