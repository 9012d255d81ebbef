import { describe, expect, test } from 'vitest';
import type { Problem, Scalar } from '#lib/base/problem.ts';
import { problem, problemCodes, type ProblemCode } from '#lib/problems/index.ts';
import { inChinese } from '#lib/problems/zh-CN/index.ts';

type Params = Readonly<Record<string, Scalar>>;

/** Parameters that answer to any name: as texts, as numbers, empty or zero, so that every branch of a text is told. */
function paramsOf(valueOf: (name: string) => Scalar): Params {
  return new Proxy({}, { get: (_, name) => valueOf(String(name)) });
}

const number = (name: string) =>
  1000 + ([...name].reduce((sum, letter) => sum * 3 + letter.charCodeAt(0), 0) % 900);
const ways: readonly ((name: string) => Scalar)[] = [
  (name) => `⟨${name}⟩`,
  (name) => (name === 'series' ? 'Series north' : number(name)),
  (name) => (name === 'series' ? 'The series' : ''),
  (name) => (name === 'series' ? 'Series north' : 0),
  (name) => (name === 'series' ? 'The series' : -1)
];
/** Parameters that are one of a few words. */
const choices: Readonly<Partial<Record<ProblemCode, Readonly<Record<string, readonly string[]>>>>> =
  {
    'forecast.override-shape': { what: ['override', 'adjustment'] },
    'forecast.override-series': { what: ['override', 'adjustment'] },
    'forecast.override-time': { what: ['override', 'adjustment'] }
  };

/** Every way to fill in the parameters of a code. */
function fillings(code: ProblemCode): ((name: string) => Scalar)[] {
  const [name, words] = Object.entries(choices[code] ?? {})[0] ?? [];
  if (!words) return [...ways];
  return words.flatMap((word) => ways.map((way) => (of: string) => (of === name ? word : way(of))));
}

/** null where such parameters are none of this code: a text where it reckons, a number where it looks into a text. */
function english(code: ProblemCode, valueOf: (name: string) => Scalar): Problem | null {
  try {
    const told = problem(code, paramsOf(valueOf) as never);
    return textsOf(told).some((text) => text.includes('NaN')) ? null : told;
  } catch {
    return null;
  }
}

const textsOf = ({ message, cause, hint }: Problem) =>
  [message, cause, hint].map((text) => String(text ?? ''));
const namesIn = (told: Problem) =>
  new Set(textsOf(told).flatMap((text) => text.match(/⟨\w+⟩/g) ?? []));
/** Numbers of four figures: those that `number` makes, however they are written. */
const figuresIn = (told: Problem) =>
  new Set(
    textsOf(told).flatMap(
      (text) => text.replace(/(\d),(?=\d{3})/g, '$1').match(/\b1[0-8]\d\d\b/g) ?? []
    )
  );
/** Words between backticks that are code, not names. */
const codeIn = (told: Problem) =>
  textsOf(told)
    .flatMap((text) => text.match(/`[^`]+`/g) ?? [])
    .sort();
/** A text without its code and its parameters. */
const wordsIn = (text: string) => text.replace(/`[^`]*`|⟨\w+⟩/g, '');

describe.each(problemCodes)('%s', (code) => {
  test('is told in Chinese, with the same parameters and code', () => {
    let filled = 0;
    for (const valueOf of fillings(code)) {
      const source = english(code, valueOf);
      if (!source) continue;
      filled++;
      const zh = inChinese(source);
      expect(String(zh.message)).toMatch(/[\u4e00-\u9fff]|⟨detail⟩|^(|0|-1|\d+)$/);
      for (const text of textsOf(zh)) {
        if (/\p{L}/u.test(wordsIn(text))) expect(text).toMatch(/[\u4e00-\u9fff]/);
        expect(text).not.toMatch(/undefined|NaN|\[object/);
      }
      expect([zh.cause === undefined, zh.hint === undefined]).toEqual([
        source.cause === undefined,
        source.hint === undefined
      ]);
      expect([...namesIn(zh)]).toEqual(expect.arrayContaining([...namesIn(source)]));
      expect(figuresIn(zh)).toEqual(figuresIn(source));
      if (valueOf === ways[0]) expect(codeIn(zh)).toEqual(codeIn(source));
      expect(zh).toMatchObject({ code, severity: source.severity });
    }
    expect(filled).toBeGreaterThan(0);
  });
});

test('a problem without parameters, or of another version, stays as it is', () => {
  const strange: Problem = { code: 'live.from-later', severity: 'error', message: 'x' };
  expect(inChinese(strange)).toBe(strange);
  const old: Problem = { code: 'live.from', severity: 'error', message: 'x' };
  expect(inChinese(old)).toBe(old);
});
