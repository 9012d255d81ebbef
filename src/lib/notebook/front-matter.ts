import { parseDocument } from 'yaml';
import type { Problem } from '#lib/base/problem.ts';
import { problem } from '#lib/problems/index.ts';
import { findHunks, type Hunk } from './conflict.ts';
import { parseInfo } from './info.ts';
import type { Lines } from './lines.ts';
import type { Meta } from './model.ts';

const rule = /^---[ \t]*$/;

/** The front matter at the head of a file, how many lines it takes, and what is wrong with it. */
export function readFrontMatter(
  lines: Lines,
  bom: string
): {
  meta: Meta;
  lineCount: number;
  problems: Problem[];
} {
  const end = endOfFrontMatter(lines);
  const raw = bom + (end === 0 ? '' : lines.raw(0, end));
  if (end === 0) return { meta: metaOf(raw, {}), lineCount: 0, problems: [] };
  const hunks = [...findHunks(lines).values()].filter((hunk) => hunk.end < end);
  const { fields, problems } = readFields(ours(lines, end, hunks));
  for (const { start, end: last } of hunks) {
    const span = { line: start + 1, toLine: last + 1 };
    problems.push(problem('notebook.conflict', { line: start + 1 }, span));
  }
  const meta = metaOf(raw, fields);
  const { quartermaster: version, seed } = fields;
  if (version !== undefined && meta.version !== 1) {
    problems.push(problem('notebook.version', { version: version || 'nothing' }, { line: 1 }));
  }
  if (seed !== undefined && readSeed(seed) === null) {
    problems.push(problem('notebook.seed', { seed: seed || 'empty' }, { line: 1 }));
  }
  return { meta, lineCount: end, problems };
}

/** The lines between the rules; of a conflict, our side. */
function ours(lines: Lines, end: number, hunks: readonly Hunk[]): string {
  let text = '';
  for (let i = 1; i < end - 1; i++) {
    const hunk = hunks.find((h) => i >= h.start && i <= h.end);
    if (!hunk || (i > hunk.start && i < hunk.base)) text += lines.raw(i, i + 1);
  }
  return text;
}

/** The line after the closing `---`; 0 if there is no front matter. A rule drawn over cells is not one. */
function endOfFrontMatter(lines: Lines): number {
  if (lines.count < 2 || !rule.test(lines.line(0))) return 0;
  for (let i = 1; i < lines.count; i++) {
    const line = lines.line(i);
    if (rule.test(line)) return i + 1;
    if (line.startsWith('```') && parseInfo(line.replace(/^`+/, ''))) return 0;
  }
  return 0;
}

function metaOf(raw: string, fields: Readonly<Record<string, string>>): Meta {
  const { quartermaster: version = '', title = '', lang = '', seed = '' } = fields;
  return {
    raw,
    version: /^\d{1,9}$/.test(version) ? Number(version) : null,
    title,
    lang: lang || 'en',
    seed: readSeed(seed) ?? 1
  };
}

function readSeed(written: string): number | null {
  const seed = Number(written);
  return /^-?\d+$/.test(written) && Number.isSafeInteger(seed) ? seed : null;
}

/** Top-level scalars, as text; whatever else stands there is kept in the file and not looked at. */
function readFields(text: string): { fields: Record<string, string>; problems: Problem[] } {
  const unread = (detail: string) => ({
    fields: {},
    problems: [problem('notebook.front-matter', { detail }, { line: 1 })]
  });
  try {
    const unix = text.replace(/\r\n?/g, '\n');
    const document = parseDocument(unix, { schema: 'failsafe', prettyErrors: false });
    const error = document.errors[0];
    if (error) return unread(`${error.message.split('\n')[0]!.replace(/\.?$/, '')}.`);
    const value: unknown = document.toJS({ maxAliasCount: 0 }) ?? {};
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return unread('It is not `key: value` lines.');
    const scalars = Object.entries(value).filter(([, v]) => typeof v === 'string');
    return { fields: Object.fromEntries(scalars), problems: [] };
  } catch {
    return unread('It uses what YAML in notebooks does not: aliases, or very deep nesting.');
  }
}
