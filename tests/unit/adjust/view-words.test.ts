import { describe, expect, test } from 'vitest';
import { en } from '#lib/messages/en.ts';
import { zhCN } from '#lib/messages/zh-CN.ts';
import { effectWords, gateWords } from '#lib/cells/adjust/view-words.ts';

describe('what the journal says, in the language of the reader', () => {
  test.each([
    ['passed', 'passed', '通过'],
    [
      'backtest passed: cost 12.5 % lower on 8 windows (p 0.031)',
      '12.5 % less cost on the last 8 windows (p 0.031)',
      '最近 8 个窗口成本低 12.5 %（p 0.031）'
    ],
    [
      'backtest: error 3 % lower on 6 windows (p 0.4), as chance may have it',
      '3 % less error on the last 6 windows (p 0.4), as chance may have it',
      '最近 6 个窗口误差低 3 %（p 0.4），可能出于偶然'
    ],
    [
      'bounded by max 9: 12 was wanted; backtest: cost 4 % higher on 8 windows',
      'bounded by max 9; 12 was wanted; 4 % more cost on the last 8 windows',
      '受 max 9 限制；原要 12; 最近 8 个窗口成本高 4 %'
    ]
  ])('gate: %s', (said, english, chinese) => {
    expect(gateWords(said, en.views.adjust.said)).toBe(english);
    expect(gateWords(said, zhCN.views.adjust.said)).toBe(chinese);
  });

  test('effect: the alert, the figures and the note each', () => {
    const said =
      'resolved after 3h; in the 90 periods since, with it (without): fill rate 97 % (88 %), stock 40 (31); asked Ann';
    expect(effectWords(said, en)).toBe(
      'resolved after 3h; 90 periods since, with it (without): fill rate 97 % (88 %), average stock 40 (31); asked Ann'
    );
    expect(effectWords(said, zhCN)).toContain(
      '此后 90 期，采用（不采用）: 满足率 97 % (88 %), 平均库存 40 (31); asked Ann'
    );
  });
});
