import type { Language } from '#lib/cells/core/body.ts';
import { scanSql } from '#lib/sql/scan.ts';

/** A configuration as text: equal for equal values, whatever the layout of the body was. Key order stays, because it can carry meaning. */
export function canonicalConfig(config: unknown): string {
  return JSON.stringify(config, (_, value: unknown) => {
    if (typeof value === 'number' && !Number.isFinite(value)) return `#${value}`;
    if (typeof value === 'bigint') return `#${value}n`;
    return value;
  });
}

/** The text of a body without what does not change its meaning: for SQL, comments and the amount of white space. */
export function canonicalText(language: Language, text: string): string {
  const unix = text.replaceAll('\r\n', '\n').trim();
  if (language !== 'sql') return unix;
  const parts: string[] = [];
  for (const { kind, from, to } of scanSql(unix)) {
    if (kind !== 'space' && kind !== 'comment') parts.push(unix.slice(from, to));
    else if (parts.at(-1) !== ' ') parts.push(' ');
  }
  return parts.join('').trim();
}
