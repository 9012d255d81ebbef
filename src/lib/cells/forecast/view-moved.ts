import { formatDate, formatNumber, formatPercent } from '#lib/base/format.ts';
import type { Messages } from '#lib/messages/en.ts';
import { tallyOf, type SeriesEntry, type SeriesScore } from './view-data.ts';

/** What one run came to, small enough to be kept beside the notebook. */
export interface RunSummary {
  readonly total: number;
  readonly mase: number | null;
  readonly models: string;
  /** The first row to come, milliseconds since 1970 or a row number. */
  readonly first: number | null;
}

/** This run and the one before it that came to something else. */
export interface RunMemory {
  readonly now: RunSummary;
  readonly before: RunSummary | null;
}

export function runSummary(
  entries: readonly SeriesEntry[],
  scores: readonly SeriesScore[],
  first: number | null
): RunSummary {
  const scaled = entries.flatMap(({ mase }) => (mase === null ? [] : [mase]));
  return {
    total: entries.reduce((sum, { volume }) => sum + volume, 0),
    mase: scaled.length > 0 ? scaled.reduce((sum, m) => sum + m, 0) / scaled.length : null,
    models: tallyOf(scores)
      .map(([model, count]) => (entries.length === 1 ? model : `${model} ${count}`))
      .join(', '),
    first
  };
}

/** The memory after a run: the same result again moves nothing. */
export function afterRun(memory: RunMemory | undefined, now: RunSummary): RunMemory {
  if (!memory) return { now, before: null };
  const same = JSON.stringify(memory.now) === JSON.stringify(now);
  return same ? memory : { now, before: memory.now };
}

/** What is another way than it was in the run before, in words. */
export function movedWords(
  { now, before }: RunMemory,
  words: Messages['views']['forecast'],
  lang: string
): string[] {
  if (!before) return [];
  const out: string[] = [];
  const number = (value: number) => formatNumber(value, lang, Math.abs(value) < 100 ? 2 : 0);
  if (now.total !== before.total) {
    const share = now.total / before.total - 1;
    const change = Number.isFinite(share)
      ? `${share > 0 ? '+' : ''}${formatPercent(share, lang)}`
      : number(now.total - before.total);
    out.push(words.movedTotal(number(before.total), number(now.total), change));
  }
  if (now.mase !== before.mase && now.mase !== null && before.mase !== null) {
    const mase = (value: number) => formatNumber(value, lang, 3);
    out.push(words.movedMase(mase(before.mase), mase(now.mase)));
  }
  if (now.models !== before.models) out.push(words.movedModels(before.models, now.models));
  if (now.first !== before.first && now.first !== null && before.first !== null) {
    const dated = Math.abs(now.first) > 1e9;
    const time = (value: number) => (dated ? formatDate(value) : String(value));
    out.push(words.movedStart(time(before.first), time(now.first)));
  }
  return out;
}
