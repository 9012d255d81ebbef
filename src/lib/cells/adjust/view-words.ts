import type { Messages } from '#lib/messages/en.ts';

type Words = Messages['views']['adjust']['said'];

/** What the gate said, in the reader's language; what it has no words for stands as it is. */
export function gateWords(gate: string, words: Words): string {
  const tried = gate.indexOf('; backtest');
  if (tried > 0) {
    return [gate.slice(0, tried), gate.slice(tried + 2)].map((g) => gateWords(g, words)).join('; ');
  }
  const backtest =
    /^backtest(?: passed)?: (cost|error) ([\d.]+ %) (lower|higher) on (\d+) windows?(?: \(p (\S+)\))?(?:, (less|as).*)?$/.exec(
      gate
    );
  if (backtest) {
    const [, what, size, way, windows, p, but] = backtest;
    return words.backtest({
      what: what === 'cost' ? 'cost' : 'error',
      lower: way === 'lower',
      size: size!,
      windows: windows!,
      p: p ?? null,
      but: but === 'less' ? 'too-little' : but === 'as' ? 'by-chance' : null
    });
  }
  const bounded = /^bounded by (.+): (\S+) was wanted$/.exec(gate);
  if (bounded) return words.bounded(bounded[1]!, bounded[2]!);
  const cooldown = /^cooldown: (\S+) of (\S+) have passed$/.exec(gate);
  if (cooldown) return words.cooldown(cooldown[1]!, cooldown[2]!);
  const limit = /^limit: (\d+) of (\d+) a day$/.exec(gate);
  if (limit) return words.limit(limit[1]!, limit[2]!);
  switch (gate) {
    case 'passed':
      return words.passed;
    case 'superseded by a later change':
      return words.superseded;
    case '`to` gives no number here':
      return words.noNumber;
    case 'no change':
      return words.noChange;
    default:
      return gate;
  }
}

/** What became of an alert, and with and without the change, in the reader's language. */
export function effectWords(effect: string, messages: Messages): string {
  const { trial } = messages.views.adjust;
  return effect
    .split('; ')
    .map((part) => {
      const found =
        /^(over|in) the (\d+) periods? (?:before it|since), with it \(without\): (.*)$/.exec(part);
      if (!found) return stateWords(part, messages);
      const [, when, periods, figures = ''] = found;
      const said = figures
        .replace('fill rate', trial.fillRate.toLowerCase())
        .replace('cycle service', trial.cycleService.toLowerCase())
        .replace('stock', trial.averageStock.toLowerCase())
        .replace('cost', trial.costPerPeriod.toLowerCase());
      return `${when === 'in' ? trial.since(periods!) : trial.before(periods!)}: ${said}`;
    })
    .join('; ');
}

function stateWords(effect: string, { state, views }: Messages): string {
  const found = /^(\w+) after (\S+)$/.exec(effect);
  if (!found) return effect;
  const [, word = '', span = ''] = found;
  const name = state[word.replace('_', '-') as 'resolved'] ?? word;
  return views.adjust.said.state(name.toLowerCase(), span);
}

/** Lengths of two bars for two values, from 0 to 1, the longer one whole; null where there is nothing to draw. */
export function barsOf(before: string | null, after: string | null): [number, number] | null {
  const [a, b] = [before, after].map((text) => (text === null ? Number.NaN : Number(text)));
  if (a === undefined || b === undefined || !Number.isFinite(a) || !Number.isFinite(b)) return null;
  const most = Math.max(Math.abs(a), Math.abs(b));
  return most === 0 ? null : [Math.abs(a) / most, Math.abs(b) / most];
}
