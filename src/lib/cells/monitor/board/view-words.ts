import { formatFixed, formatNumber, formatSpan, minus } from '#lib/base/format.ts';
import type { BoardMessages } from '#lib/messages/board.en.ts';
import type { Mark } from '#lib/ui/marks.ts';
import type { Change, Figure, Standing } from './figures.ts';

const day = 86_400_000;

/** The mark of a standing; none for what needs nobody. */
export const markOfStanding: Readonly<Record<Standing, Mark | null>> = {
  firing: 'firing',
  error: 'error',
  pending: 'pending',
  no_data: 'no-data',
  unknown: 'unknown',
  anomaly: null,
  usual: 'done',
  none: null
};

/** A value of a measure, as short as a large figure on a board has to be. */
export function valueWords(value: number, lang: string): string {
  if (Number.isNaN(value)) return '';
  const size = Math.abs(value);
  return formatNumber(value, lang, size >= 1000 ? 0 : size >= 100 ? 1 : 2);
}

/** +4.2 %, −12 %, or the difference where there is nothing to take a share of. */
function changeWords(change: Change, words: BoardMessages, lang: string): string {
  if (change.by === 0) return words.same;
  const sign = change.by > 0 ? '+' : '';
  if (change.share === null) return `${sign}${valueWords(change.by, lang)}`;
  const percent = change.share * 100;
  const written = formatFixed(percent, Math.abs(percent) < 10 ? 1 : 0, lang);
  return `${sign}${minus(written)}${lang.startsWith('zh') ? '%' : ' %'}`;
}

/** What a figure is compared with, in words: one or two sentences. */
export function comparisons(figure: Figure, words: BoardMessages, lang: string): string[] {
  const out: string[] = [];
  const { before, season } = figure;
  if (before) out.push(words.onBefore(changeWords(before, words, lang)));
  if (season) {
    const change = changeWords(season, words, lang);
    out.push(
      season.ago === day
        ? words.onDay(change)
        : season.ago === 7 * day
          ? words.onWeek(change)
          : words.onAgo(change, lengthWords(season.ago, words, lang))
    );
  }
  return out;
}

/** A stretch of time: days from two of them on. */
export function lengthWords(ms: number, words: BoardMessages, lang: string): string {
  return ms >= 2 * day ? words.days(Math.round(ms / day)) : formatSpan(ms, lang);
}
