import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatBytes,
  formatCompact,
  formatDate,
  formatFixed,
  formatInteger,
  formatNumber,
  formatPercent,
  formatSpan,
  formatTimestamp
} from '#lib/base/format.ts';
import { whenWords } from '#lib/ui/when.ts';

describe('numbers', () => {
  it('group thousands and write a true minus sign', () => {
    expect(formatInteger(-74215)).toBe('−74,215');
    expect(formatFixed(-77183.6, 2)).toBe('−77,183.60');
    expect(formatNumber(168469.6)).toBe('168,469.6');
    expect(formatNumber(0)).toBe('0');
  });

  it('leave powers of ten to what does not fit', () => {
    expect(formatNumber(1.5e18)).toBe('1.500 × 10^18');
    expect(formatNumber(1e-9)).toBe('1.000 × 10^−9');
    expect(formatNumber(Infinity)).toBe('∞');
  });

  it('write shares with a narrow sign in English and none before it in Chinese', () => {
    expect(formatPercent(0.249)).toBe('24.9 %');
    expect(formatPercent(0.62, 'zh-CN', 0)).toBe('62%');
  });

  it('shorten for axes', () => {
    expect([0, 950, 60_000, 1_234_567, -2500].map(formatCompact)).toEqual([
      '0',
      '950',
      '60k',
      '1.23M',
      '−2.5k'
    ]);
  });

  it('keep the value readable: the grouped text parses back to the integer', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (n) => {
        expect(Number(formatInteger(n).replaceAll(',', '').replace('−', '-'))).toBe(n);
      })
    );
  });
});

describe('times', () => {
  it('are ISO and read as the wall clock of the data', () => {
    expect(formatDate(Date.UTC(2011, 11, 9))).toBe('2011-12-09');
    expect(formatTimestamp(Date.UTC(2011, 11, 9, 9, 15))).toBe('2011-12-09 09:15');
    expect(formatTimestamp(Date.UTC(2011, 11, 9, 9, 15, 7, 250))).toBe('2011-12-09 09:15:07.25');
    expect(formatTimestamp(Date.UTC(2011, 11, 9) + 0.125)).toBe('2011-12-09 00:00:00.000125');
  });

  it('say how long something took', () => {
    expect([12, 640, 9200, 18_000, 200_000, 7_500_000].map((ms) => formatSpan(ms))).toEqual([
      '12 ms',
      '0.64 s',
      '9.2 s',
      '18 s',
      '3 min 20 s',
      '2 h 5 min'
    ]);
    expect(formatSpan(120, 'zh-CN')).toBe('0.12 秒');
    expect([172_799_000, 172_800_000, 86_162_400_000].map((ms) => formatSpan(ms))).toEqual([
      '47 h 59 min',
      '2 d',
      '997 d 6 h'
    ]);
    expect(formatSpan(183_600_000, 'zh-CN')).toBe('2 天 3 小时');
  });

  it('say when: today and yesterday by name, the year only when it is another', () => {
    const now = new Date(2026, 10, 24, 12).getTime();
    const words = { today: (time: string) => `today, ${time}`, yesterday: 'yesterday' };
    const at = (...parts: [number, number, number, number, number]) =>
      whenWords(new Date(...parts).getTime(), now, 'en', words);
    expect(at(2026, 10, 24, 9, 42)).toBe('today, 09:42');
    expect(at(2026, 10, 23, 23, 59)).toBe('yesterday');
    expect(at(2026, 10, 14, 8, 0)).toBe('14 Nov');
    expect(at(2025, 10, 14, 8, 0)).toBe('14 Nov 2025');
  });
});

describe('sizes', () => {
  it('are decimal', () => {
    expect([512, 840_000, 4_100_000, 2e9, 999_950].map(formatBytes)).toEqual([
      '512 B',
      '840 kB',
      '4.1 MB',
      '2.0 GB',
      '1.0 MB'
    ]);
  });
});
