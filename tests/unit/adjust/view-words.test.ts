import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { writeEffect } from '#lib/cells/adjust/effect-text.ts';
import { readGate, writeGate } from '#lib/cells/adjust/gate-text.ts';
import type { EffectNote, GateNote } from '#lib/cells/adjust/notes.ts';
import { actionWords, effectWords, gateWords } from '#lib/cells/adjust/view-words.ts';
import { en } from '#lib/messages/en.ts';
import { zhCN } from '#lib/messages/zh-CN.ts';

const backtest = {
  code: 'backtest',
  passed: true,
  reason: 'better',
  loss: 'cost',
  windows: 8,
  percent: 12.5,
  lower: true,
  p: 0.031
} as const;

describe('what the journal says, in the language of the reader', () => {
  test.each<[GateNote[], string, string, string]>([
    [[{ code: 'passed' }], 'passed', 'passed', '通过'],
    [
      [backtest],
      'backtest passed: cost 12.5 % lower on 8 windows (p 0.031)',
      '12.5 % less cost on the last 8 windows (p 0.031)',
      '最近 8 个窗口成本低 12.5%（p 0.031）'
    ],
    [
      [
        {
          ...backtest,
          ...{ loss: 'error', percent: 3, windows: 6, p: 0.4 },
          ...{ passed: false, reason: 'by-chance' }
        }
      ],
      'backtest: error 3 % lower on 6 windows (p 0.4), as chance may have it',
      '3 % less error on the last 6 windows (p 0.4), as chance may have it',
      '最近 6 个窗口误差低 3%（p 0.4），可能出于偶然'
    ],
    [
      [
        { code: 'bounded', by: 'max', limit: 9, wanted: 12 },
        { ...backtest, passed: false, reason: 'worse', percent: 4, lower: false, p: null }
      ],
      'bounded by max 9: 12 was wanted; backtest: cost 4 % higher on 8 windows',
      'bounded by the greatest value, 9; 12 was wanted; 4 % more cost on the last 8 windows',
      '受上限 9 限制，原要 12；最近 8 个窗口成本高 4%'
    ],
    [
      [
        { code: 'items', changed: 3, of: 24, held: 1, percent: 50 },
        { ...backtest, loss: 'shortage', p: null },
        { code: 'tried', items: 20, of: 24 }
      ],
      '3 of 24 items change, 1 bounded by max_change 50%; backtest passed: units short 12.5 % lower on 8 windows; tried on 20 of 24 items',
      '3 of 24 items change, 1 of them held to the greatest change, 50 %; 12.5 % fewer units short on the last 8 windows; tried on 20 of 24 items',
      '24 项中 3 项改变，其中 1 项受最大变动 50% 限制；最近 8 个窗口缺货量低 12.5%；24 项中试了 20 项'
    ],
    [[{ code: 'said', text: 'looked at by Ann' }], ...same('looked at by Ann')],
    [[], '', 'none', '无']
  ])('gate: %j', (notes, text, english, chinese) => {
    expect(writeGate(notes)).toBe(text);
    expect(gateWords(notes, en)).toBe(english);
    expect(gateWords(notes, zhCN)).toBe(chinese);
  });

  test('the action, with the name of what it is done to', () => {
    expect(actionWords('refit weekly plan', en)).toBe('refit weekly plan');
    expect(actionWords('set cover', zhCN)).toBe('设定 cover');
    expect(actionWords('moved by hand', zhCN)).toBe('moved by hand');
  });

  test('effect: the alert, the figures and the note each', () => {
    const notes: EffectNote[] = [
      { code: 'state', state: 'resolved', after: 10_800_000 },
      {
        code: 'replayed',
        ...{ since: true, periods: 90 },
        fillRate: [0.97, 0.88],
        averageStock: [40, 31]
      },
      { code: 'said', text: 'asked Ann' }
    ];
    expect(writeEffect(notes)).toBe(
      'resolved after 3h; in the 90 periods since, with it (without): fill rate 97 % (88 %), stock 40 (31); asked Ann'
    );
    expect(effectWords(notes, en, 'en')).toBe(
      'resolved after 3h; in the 90 periods since, with it (without): fill rate 97.0 % (88.0 %), average stock 40 (31); asked Ann'
    );
    expect(effectWords(notes, zhCN, 'zh-CN')).toContain(
      '此后 90 期，采用（不采用）：满足率 97.0%（88.0%），平均库存 40（31）；asked Ann'
    );
  });

  test('the text of a decision reads back as what the gate said', () => {
    const count = fc.nat(500);
    const share = fc.nat(2000).map((tenths) => tenths / 10);
    const figure = fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }));
    const word = fc.stringMatching(/^[a-z_]{1,9}$/);
    const tested = fc
      .record({
        passed: fc.boolean(),
        loss: fc.constantFrom('cost' as const, 'error' as const, 'shortage' as const),
        windows: count,
        percent: fc.option(share),
        p: fc.option(fc.constantFrom(0.031, 1, 1e-12))
      })
      .chain((known) =>
        fc.constantFrom<GateNote>(
          { code: 'backtest', ...known, reason: 'same', percent: null, lower: false, p: null },
          { code: 'backtest', ...known, reason: 'better', lower: true },
          { code: 'backtest', ...known, reason: 'worse', lower: false },
          { code: 'backtest', ...known, reason: 'too-little', lower: true },
          { code: 'backtest', ...known, reason: 'by-chance', lower: true }
        )
      );
    const note: fc.Arbitrary<GateNote> = fc.oneof(
      fc.constantFrom<GateNote>(
        ...(['passed', 'superseded', 'no-number', 'no-change', 'no-replay', 'first'] as const).map(
          (code) => ({ code })
        )
      ),
      fc.record({
        code: fc.constant('bounded' as const),
        by: fc.constantFrom('max_change' as const, 'min' as const, 'max' as const),
        limit: figure,
        wanted: figure
      }),
      fc.record({ code: fc.constant('cooldown' as const), since: fc.nat(), of: fc.nat() }),
      fc.record({ code: fc.constant('limit' as const), count, most: count }),
      fc.record({ code: fc.constant('few' as const), windows: count }),
      fc.record({ code: fc.constant('tried' as const), items: count, of: count }),
      fc.record({ code: fc.constant('no-model' as const), forecast: word, model: word }),
      fc.tuple(count, count, count, share).map(([changed, of, held, percent]) => ({
        code: 'items' as const,
        ...{ changed, of, held, percent: held === 0 ? null : percent }
      })),
      tested
    );
    fc.assert(
      fc.property(fc.array(note, { maxLength: 4 }), (notes) => {
        expect(readGate(writeGate(notes))).toEqual(notes.map(positive));
      }),
      { numRuns: 500 }
    );
  });
});

/** The text has no negative zero. */
function positive(note: GateNote): GateNote {
  return note.code === 'bounded'
    ? { ...note, limit: note.limit + 0, wanted: note.wanted + 0 }
    : note;
}

function same(text: string): [string, string, string] {
  return [text, text, text];
}
