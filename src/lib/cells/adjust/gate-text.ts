import { formatDuration, parseDuration } from '#lib/base/duration.ts';
import type { BacktestNote, GateNote, Loss } from './notes.ts';

/** The column `gate` of the journal, and of a decision in the text: what the notes say, one after the other. */
export function writeGate(notes: readonly GateNote[]): string {
  return notes.map(written).join('; ');
}

/** Reads what `writeGate` wrote; what it did not write stays as it is. */
export function readGate(text: string): GateNote[] {
  return text === '' ? [] : text.split('; ').map(noteIn);
}

const plain = {
  passed: 'passed',
  superseded: 'superseded by a later change',
  'no-number': '`to` gives no number here',
  'no-change': 'no change',
  'no-replay': 'backtest: only numbers can be replayed',
  first: 'backtest: no figures before these to compare with'
} as const;

const losses: Readonly<Record<Loss, string>> = {
  cost: 'cost',
  error: 'error',
  shortage: 'units short'
};

function written(note: GateNote): string {
  switch (note.code) {
    case 'bounded': {
      const limit = note.by === 'max_change' ? `${note.limit}%` : note.limit;
      return `bounded by ${note.by} ${limit}: ${note.wanted} was wanted`;
    }
    case 'cooldown':
      return `cooldown: ${formatDuration(note.since)} of ${formatDuration(note.of)} have passed`;
    case 'limit':
      return `limit: ${note.count} of ${note.most} a day`;
    case 'items': {
      const items = `${note.changed} of ${note.of} items change`;
      return note.held === 0
        ? `passed: ${items}`
        : `${items}, ${note.held} bounded by max_change ${note.percent}%`;
    }
    case 'few':
      return `backtest: only ${windowsText(note.windows)} to compare on`;
    case 'tried':
      return `tried on ${note.items} of ${note.of} items`;
    case 'no-model':
      return `backtest: ${note.forecast} did not try ${note.model}`;
    case 'backtest':
      return backtestText(note);
    case 'said':
      return note.text;
    default:
      return plain[note.code];
  }
}

function backtestText({ passed, reason, loss, windows, percent, lower, p }: BacktestNote): string {
  const head = passed ? 'backtest passed' : 'backtest';
  const count = windowsText(windows);
  const what = losses[loss];
  if (reason === 'same') return `${head}: the same ${what} on ${count}`;
  const size = percent === null ? '' : ` ${percent} %`;
  const chance = p === null ? '' : ` (p ${p})`;
  const found = `${head}: ${what}${size} ${lower ? 'lower' : 'higher'} on ${count}${chance}`;
  if (reason === 'too-little') return `${found}, less than asked for`;
  return reason === 'by-chance' ? `${found}, as chance may have it` : found;
}

function windowsText(windows: number): string {
  return `${windows} window${windows === 1 ? '' : 's'}`;
}

type Read = (...parts: string[]) => GateNote | null;

const loss = `(${Object.values(losses).join('|')})`;
const number = String.raw`(-?[\d.]+(?:e[-+]?\d+)?)`;

const readers: readonly (readonly [RegExp, Read])[] = [
  [
    new RegExp(`^bounded by (max_change|min|max) ${number}%?: ${number} was wanted$`),
    (by, limit, wanted) => ({
      code: 'bounded',
      by: by as 'min',
      limit: Number(limit),
      wanted: Number(wanted)
    })
  ],
  [
    /^cooldown: (\S+) of (\S+) have passed$/,
    (since, of) => {
      const [a, b] = [parseDuration(since), parseDuration(of)];
      return a === null || b === null ? null : { code: 'cooldown', since: a, of: b };
    }
  ],
  [
    /^limit: (\d+) of (\d+) a day$/,
    (count, most) => ({ code: 'limit', count: Number(count), most: Number(most) })
  ],
  [
    /^passed: (\d+) of (\d+) items change$/,
    (n, of) => ({ code: 'items', changed: Number(n), of: Number(of), held: 0, percent: null })
  ],
  [
    new RegExp(`^(\\d+) of (\\d+) items change, (\\d+) bounded by max_change ${number}%$`),
    (n, of, held, percent) => ({
      code: 'items',
      changed: Number(n),
      of: Number(of),
      held: Number(held),
      percent: Number(percent)
    })
  ],
  [
    /^tried on (\d+) of (\d+) items$/,
    (items, of) => ({ code: 'tried', items: Number(items), of: Number(of) })
  ],
  [
    /^backtest: (.+) did not try (.+)$/,
    (forecast, model) => ({ code: 'no-model', forecast: forecast, model: model })
  ],
  [
    /^backtest: only (\d+) windows? to compare on$/,
    (windows) => ({ code: 'few', windows: Number(windows) })
  ],
  [
    new RegExp(`^backtest( passed)?: the same ${loss} on (\\d+) windows?$`),
    (passed, what, windows) => backtest('same', { passed, what, windows })
  ],
  [
    new RegExp(
      `^backtest( passed)?: ${loss}(?: ${number} %)? (lower|higher) on (\\d+) windows?(?: \\(p ${number}\\))?(, less than asked for|, as chance may have it)?$`
    ),
    (passed, what, percent, way, windows, p, but) => {
      const lower = way === 'lower';
      const why = but?.startsWith(', less') ? 'too-little' : but ? 'by-chance' : null;
      const reason = why ?? (lower ? 'better' : 'worse');
      return backtest(reason, { passed, what, windows, percent, p, lower });
    }
  ]
];

function noteIn(text: string): GateNote {
  for (const [code, words] of Object.entries(plain))
    if (words === text) return { code: code as 'passed' };
  for (const [pattern, read] of readers) {
    const [, ...parts] = pattern.exec(text) ?? [];
    const note = parts.length > 0 ? read(...parts) : null;
    if (note) return note;
  }
  return { code: 'said', text };
}

function backtest(
  reason: BacktestNote['reason'],
  read: Readonly<Partial<Record<'passed' | 'what' | 'windows' | 'percent' | 'p', string>>> & {
    readonly lower?: boolean;
  }
): BacktestNote {
  const figure = (text: string | undefined) => (text === undefined ? null : Number(text));
  const named = Object.entries(losses).find(([, words]) => words === read.what)!;
  return {
    code: 'backtest',
    passed: Boolean(read.passed),
    reason,
    loss: named[0] as Loss,
    windows: Number(read.windows),
    percent: figure(read.percent),
    lower: read.lower ?? false,
    p: figure(read.p)
  };
}
