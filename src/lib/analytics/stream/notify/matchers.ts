import { fail } from '#lib/problems/index.ts';
import type { Labels } from './labels.ts';

const operators = ['=~', '!~', '!=', '='] as const;

/** One condition on one label. Plain data; a label that is missing counts as empty. */
export interface Matcher {
  readonly name: string;
  readonly op: (typeof operators)[number];
  readonly value: string;
}

/**
 * Matchers as Alertmanager writes them, one or several with commas between: `severity=~"page|ticket", depot!=north`.
 * Braces around them and quotes around values may be left out. Fails with `live.matcher`.
 */
export function parseMatchers(text: string): Matcher[] {
  const inner = /^\s*\{(.*)\}\s*$/s.exec(text)?.[1] ?? text;
  return split(inner).map((part) => matcherOf(part, text));
}

/** A function that tells whether all matchers hold. A regular expression must match the whole value. */
export function compileMatchers(matchers: readonly Matcher[]): (labels: Labels) => boolean {
  const tests = matchers.map(testOf);
  return (labels) => tests.every((test) => test(labels));
}

function matcherOf(part: string, whole: string): Matcher {
  const found = /^\s*([^=!~"',]+?)\s*(=~|!~|!=|=)\s*(.*?)\s*$/s.exec(part);
  if (!found) throw fail('live.matcher', { matcher: whole, detail: 'It has no =, !=, =~ or !~.' });
  const op = operators.find((known) => known === found[2]) ?? '=';
  const matcher = { name: found[1]!, op, value: unquoted(found[3]!, whole) };
  if (op === '=~' || op === '!~') patternOf(matcher, whole);
  return matcher;
}

function unquoted(text: string, whole: string): string {
  const quote = text[0];
  if (quote === "'" && text.length > 1 && text.endsWith("'")) return text.slice(1, -1);
  if (quote !== '"') return text;
  try {
    return JSON.parse(text) as string;
  } catch {
    throw fail('live.matcher', { matcher: whole, detail: 'A quotation mark is not closed.' });
  }
}

/** Cuts at commas outside quotes; an empty text has no matchers. */
function split(text: string): string[] {
  const parts = text.match(/(?:"(?:[^"\\]|\\.)*"?|'[^']*'?|[^,"'])+/gs) ?? [];
  return parts.filter((part) => part.trim() !== '');
}

function testOf(matcher: Matcher): (labels: Labels) => boolean {
  const { name, op, value } = matcher;
  const of = (labels: Labels) => labels[name] ?? '';
  if (op === '=') return (labels) => of(labels) === value;
  if (op === '!=') return (labels) => of(labels) !== value;
  const pattern = patternOf(matcher, `${name}${op}${value}`);
  return op === '=~' ? (labels) => pattern.test(of(labels)) : (labels) => !pattern.test(of(labels));
}

function patternOf({ value }: Matcher, whole: string): RegExp {
  try {
    return new RegExp(`^(?:${value})$`, 'u');
  } catch {
    throw fail('live.matcher', { matcher: whole, detail: 'Its pattern cannot be read.' });
  }
}
