import { formatFixed } from '#lib/base/format.ts';
import type { Messages } from '#lib/messages/en.ts';
import type { ForecastNote } from './report.ts';
import type { DemandNature } from './listed.ts';
import type { Nature } from './view-data.ts';

type Words = Messages['views']['forecast'];

/** The two figures that put a series into its class of demand. */
export function demandFiguresWords({ adi, cv2 }: DemandNature, words: Words, lang: string): string {
  return words.demandFigures(
    adi === null ? '–' : formatFixed(adi, 2, lang),
    formatFixed(cv2, 2, lang)
  );
}

/** How the demand comes and why it is called so, in a sentence. */
export function natureWords(nature: DemandNature, words: Words, lang: string): string {
  const { demand, adi, cv2 } = nature;
  const name = words.demands[demand];
  const variation = formatFixed(cv2, 2, lang);
  if (adi === null) return words.noDemand;
  const interval = formatFixed(adi, 2, lang);
  return adi === 1
    ? words.demandEveryRow(name, variation)
    : words.demandWhy(name, interval, variation);
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
