import type { DriftEvidence } from '#lib/analytics/drift/findings.ts';
import type { BinShift } from '#lib/analytics/drift/population-stability.ts';
import { formatNumber, formatPercent } from '#lib/base/format.ts';
import type { PlotModel } from '#lib/charts/plot.ts';
import type { Messages } from '#lib/messages/en.ts';
import type { DriftReport } from './report.ts';

type Words = Messages['views']['adjust']['drift'];

/** The name of a test for people: the column, what of it, and the method. */
export function testName({ column, method, code }: DriftReport, words: Words): string {
  const what = column === 'error' ? words.tested[code] : column;
  return `${what} · ${words.methods[method]}`;
}

/** The test that a trigger is named by: of those of its column and method the one that found drift then. */
export function testOf(
  tests: readonly DriftReport[],
  {
    column,
    method,
    time
  }: { readonly column: string; readonly method: string; readonly time: number }
): DriftReport | undefined {
  const all = tests.filter((t) => t.column === column && t.method === method);
  return all.find((t) => t.looks.some((l) => l.time === time && l.drifted)) ?? all[0];
}

/** The score at every look against its threshold; drift is flagged, the look that is told about has a ring. */
export function driftPlot({ looks }: DriftReport, at: number, words: Words): PlotModel {
  const finite = (value: number) => (Number.isFinite(value) ? value : Number.NaN);
  const shown = looks.find(({ time }) => time === at);
  return {
    times: Float64Array.from(looks, ({ time }) => time),
    lines: [
      {
        name: words.score,
        values: Float64Array.from(looks, ({ score }) => finite(score)),
        role: 'actual'
      },
      {
        name: words.threshold,
        values: Float64Array.from(looks, ({ threshold }) => finite(threshold)),
        role: 'expected'
      }
    ],
    bands: [],
    rings: shown && Number.isFinite(shown.score) ? [{ time: at, value: shown.score }] : [],
    levels: [],
    stretches: [],
    marks: [],
    log: false,
    flags: looks.flatMap(({ time, drifted }) => (drifted ? [{ time, words: words.drifted }] : []))
  };
}

/** What a test found at a look, in the reader's language. */
export function evidenceWords(
  column: string,
  { score, threshold, evidence }: DriftReport['looks'][number],
  words: Words,
  language: string
): string {
  const say = (value: number) => shortNumber(value, language);
  const found = said(column, evidence, words, language);
  return Number.isFinite(threshold)
    ? words.evidence.held(found, say(score), say(threshold))
    : found;
}

function said(column: string, evidence: DriftEvidence, words: Words, language: string): string {
  const say = (value: number) => shortNumber(value, language);
  switch (evidence.code) {
    case 'error-moved':
    case 'error-grew':
      return words.evidence[evidence.code](say(evidence.now), say(evidence.before));
    case 'biased':
      return words.evidence.biased(say(evidence.now), say(evidence.cumulative));
    case 'values-moved':
      return words.evidence['values-moved'](column, say(evidence.now), say(evidence.before));
    case 'shares-moved': {
      const most = evidence.most && shiftWords(evidence.most, words, language);
      return words.evidence['shares-moved'](column, most);
    }
  }
}

function shiftWords({ bin, before, now }: BinShift, words: Words, language: string): string {
  const share = (part: number) => formatPercent(part, language);
  return words.evidence.share(binName(bin, words, language), share(now), share(before));
}

function binName(bin: BinShift['bin'], { evidence }: Words, language: string): string {
  if ('others' in bin) return evidence.others;
  if ('category' in bin) return bin.category ?? evidence.missing;
  const [from, to] = [bin.from, bin.to].map((edge) => shortNumber(edge, language)) as [
    string,
    string
  ];
  if (bin.from === bin.to) return from;
  if (bin.from === Number.NEGATIVE_INFINITY) return evidence.upTo(to);
  return bin.to === Number.POSITIVE_INFINITY ? evidence.above(from) : evidence.range(from, to);
}

function shortNumber(value: number, language: string): string {
  return Number.isFinite(value) ? formatNumber(Number(value.toPrecision(3)), language) : '∞';
}
