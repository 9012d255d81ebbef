import { formatDuration } from '#lib/base/duration.ts';
import { formatNumber, formatPercent } from '#lib/base/format.ts';
import type { Messages } from '#lib/messages/en.ts';
import type { EffectNote, GateNote, Pair } from './notes.ts';

/** What was or is to be done, in the reader's language: `set`, `refit` or `propose` and a name, as the journal writes it. */
export function actionWords(action: string, { views }: Messages): string {
  const { action: words } = views.adjust;
  const [, what, target = ''] = /^(set|refit|propose) (.+)$/.exec(action) ?? [];
  return what === undefined ? action : words[what as keyof typeof words](target);
}

/** What the gate says, in the reader's language. */
export function gateWords(notes: readonly GateNote[], { views }: Messages): string {
  const { said, none } = views.adjust;
  return notes.map((note) => gateNoteWords(note, said)).join(said.and) || none;
}

function gateNoteWords(note: GateNote, words: Messages['views']['adjust']['said']): string {
  switch (note.code) {
    case 'bounded': {
      return words.bounded(words.bounds[note.by](String(note.limit)), String(note.wanted));
    }
    case 'cooldown':
      return words.cooldown(formatDuration(note.since), formatDuration(note.of));
    case 'limit':
      return words.limit(note.count, note.most);
    case 'items':
      return words.items(note);
    case 'few':
      return words.few(note.windows);
    case 'tried':
      return words.tried(note.items, note.of);
    case 'no-model':
      return words.noModel(note.forecast, note.model);
    case 'backtest':
      return words.backtest(note);
    case 'said':
      return note.text;
    default:
      return words.plain[note.code];
  }
}

/** What became of an alert, and with and without the change, in the reader's language. */
export function effectWords(
  notes: readonly EffectNote[],
  messages: Messages,
  language: string
): string {
  const { said } = messages.views.adjust;
  return notes.map((note) => effectNoteWords(note, messages, language)).join(said.and);
}

function effectNoteWords(note: EffectNote, messages: Messages, language: string): string {
  const { said, trial } = messages.views.adjust;
  switch (note.code) {
    case 'state': {
      const names: Readonly<Record<string, string>> = messages.state;
      const name = names[note.state.replace('_', '-')] ?? note.state;
      return said.state(name.toLowerCase(), formatDuration(note.after));
    }
    case 'replayed': {
      const share = (x: number) => formatPercent(x, language);
      const number = (x: number) => formatNumber(Number(x.toPrecision(4)), language);
      const pair = (name: string, of: Pair | undefined, say: (x: number) => string) =>
        of ? [said.pair(name, say(of[0]), say(of[1]))] : [];
      const figures = [
        ...pair(trial.fillRate, note.fillRate, share),
        ...pair(trial.cycleService, note.cycleService, share),
        ...pair(trial.averageStock, note.averageStock, number),
        ...pair(trial.costPerPeriod, note.costPerPeriod, number)
      ];
      return said.replayed(note.since, note.periods, figures);
    }
    case 'restored':
      return said.restored;
    case 'not-restored':
      return said.notRestored(note.until);
    case 'said':
      return note.text;
  }
}

/** Lengths of two bars for two values, from 0 to 1, the longer one whole; null where there is nothing to draw. */
export function barsOf(before: string | null, after: string | null): [number, number] | null {
  const [a, b] = [before, after].map((text) => (text === null ? Number.NaN : Number(text)));
  if (a === undefined || b === undefined || !Number.isFinite(a) || !Number.isFinite(b)) return null;
  const most = Math.max(Math.abs(a), Math.abs(b));
  return most === 0 ? null : [Math.abs(a) / most, Math.abs(b) / most];
}
