import { formatDuration } from '#lib/base/duration.ts';
import type { EffectNote, Pair } from './notes.ts';

/** The column `effect` of the journal; null where there is nothing to tell. */
export function writeEffect(notes: readonly EffectNote[]): string | null {
  return notes.length === 0 ? null : notes.map(written).join('; ');
}

function written(note: EffectNote): string {
  switch (note.code) {
    case 'state':
      return `${note.state} after ${formatDuration(note.after)}`;
    case 'replayed':
      return replayedText(note);
    case 'restored':
      return 'the same forecast as before';
    case 'not-restored':
      return `another forecast than before: rows until ${note.until} have changed`;
    case 'said':
      return note.text;
  }
}

function replayedText(note: Extract<EffectNote, { code: 'replayed' }>): string {
  const span = `${note.periods} period${note.periods === 1 ? '' : 's'}`;
  const figures = [
    ...pair('fill rate', note.fillRate, share),
    ...pair('cycle service', note.cycleService, share),
    ...pair('stock', note.averageStock, short),
    ...pair('cost', note.costPerPeriod, short)
  ];
  const when = note.since ? `in the ${span} since` : `over the ${span} before it`;
  return `${when}, with it (without): ${figures.join(', ')}`;
}

function pair(name: string, of: Pair | undefined, say: (x: number) => string): string[] {
  return of ? [`${name} ${say(of[0])} (${say(of[1])})`] : [];
}

function share(part: number): string {
  return `${Number((part * 100).toFixed(1))} %`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}
