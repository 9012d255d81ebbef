import type { DriftFinding } from '#lib/analytics/drift/findings.ts';
import type { BinShift } from '#lib/analytics/drift/population-stability.ts';

/** What a finding says, in words and figures. */
export function driftWords({ column, score, threshold, evidence }: DriftFinding): string {
  const held = `${short(score)} against ${short(threshold)}`;
  switch (evidence.code) {
    case 'error-moved':
      return `mean error ${short(evidence.now)}, before ${short(evidence.before)} (${held})`;
    case 'error-grew':
      return `mean absolute error ${short(evidence.now)}, before ${short(evidence.before)} (${held})`;
    case 'biased':
      return `bias ${short(evidence.now)} on average, ${short(evidence.cumulative)} mean absolute deviations in all (${held})`;
    case 'values-moved':
      return `median of ${column} ${short(evidence.now)}, before ${short(evidence.before)} (distance ${held}, p ${short(evidence.p)})`;
    case 'shares-moved':
      return `shares of ${column}${evidence.most ? `: ${shift(evidence.most)}` : ''} (index ${held})`;
  }
}

function shift({ bin, before, now }: BinShift): string {
  return `${named(bin)} ${percent(now)}, before ${percent(before)}`;
}

function named(bin: BinShift['bin']): string {
  if ('others' in bin) return 'other values';
  if ('category' in bin) return bin.category === null ? 'missing' : bin.category;
  if (bin.from === bin.to) return short(bin.from);
  if (bin.from === Number.NEGATIVE_INFINITY) return `to ${short(bin.to)}`;
  if (bin.to === Number.POSITIVE_INFINITY) return `above ${short(bin.from)}`;
  return `${short(bin.from)} to ${short(bin.to)}`;
}

function percent(part: number): string {
  return `${short(part * 100)} %`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}
