import { formatNumber } from '#lib/base/format.ts';
import type { Messages } from '#lib/messages/en.ts';
import type { ForecastNote } from './report.ts';
import type { Nature } from './view-data.ts';

type Words = Messages['views']['forecast'];

/** The two figures that put a series into its class of demand. */
export function demandFiguresWords({ adi, cv2 }: Nature, words: Words, lang: string): string {
  return words.demandFigures(
    adi === null ? '–' : formatNumber(adi, lang, 2),
    formatNumber(cv2, lang, 2)
  );
}

/** How the demand comes and why it is called so, in a sentence. */
export function natureWords(nature: Nature, words: Words, lang: string): string {
  const { demand, adi, cv2 } = nature;
  const number = (value: number) => formatNumber(value, lang, 2);
  return adi === null
    ? words.noDemand
    : words.demandWhy(words.demands[demand], number(adi), number(cv2));
}

/** Which season is used, whether it shows, and which other one does. `used` is 1 for none. */
export function seasonWords({ seasonal, season }: Nature, used: number, words: Words): string {
  const found = season > 1 && season !== used ? [words.seasonOther(season)] : [];
  if (used < 2) return [words.seasonNone, ...found].join(' ');
  return [seasonal ? words.seasonShows(used) : words.seasonHidden(used), ...found].join(' ');
}

/** A note of the run in the reader's language. */
export function noteWords(note: ForecastNote, words: Words): string {
  switch (note.code) {
    case 'frequency-found':
      return words.notes.frequencyFound(words.frequencies(note.frequency));
    case 'season-found':
      return words.notes.seasonFound(note.season);
    case 'season-long':
      return words.notes.seasonLong(note.season, note.rows);
    case 'season-shows':
      return words.notes.seasonShows(note.season, note.found, note.series);
    case 'bands':
      return note.from === 'conformal' ? words.notes.conformal : words.notes.analytic;
    case 'untested':
      return words.notes.untested(note.untested, note.series);
  }
}
