import * as v from 'valibot';
import { nearest } from '#lib/base/nearest.ts';
import type { Problem } from '#lib/base/problem.ts';
import { problem } from '#lib/problems/index.ts';
import type { ObjectSchema } from './define.ts';
import { fieldInfo } from './fields.ts';
import type { YamlTree } from './yaml.ts';

/** A YAML tree against a schema: the typed configuration, or problems with key, line, what was expected and what to write. */
export function validate<S extends ObjectSchema>(
  schema: S,
  tree: YamlTree
): { config: v.InferOutput<S> | null; problems: Problem[] } {
  const value = tree.value ?? {};
  const known = Object.keys(schema.entries);
  const problems = Object.keys(value)
    .filter((key) => !known.includes(key))
    .map((key) =>
      problem(
        'config.unknown-key',
        { key, nearest: nearest(key, known), known: known.join(', ') },
        tree.spanOf([key])
      )
    );
  const result = v.safeParse(schema, value);
  if (result.success) return { config: result.output, problems };
  for (const issue of result.issues) {
    const path = (issue.path ?? []).map((item) => item.key as string | number);
    const key = path.join('.') || 'body';
    const missing = issue.input === undefined;
    const topLevel = schema.entries[String(path[0])] as Parameters<typeof fieldInfo>[0] | undefined;
    const expected =
      missing && path.length === 1 && topLevel ? helpOf(topLevel, issue.message) : issue.message;
    problems.push(
      missing
        ? problem('config.missing', { key, expected }, tree.spanOf(path) ?? { line: 1 })
        : problem(
            'config.value',
            { key, expected: issue.message, got: show(issue.input) },
            tree.spanOf(path)
          )
    );
  }
  return { config: null, problems };
}

function helpOf(schema: Parameters<typeof fieldInfo>[0], fallback: string): string {
  const info = fieldInfo(schema);
  return info
    ? `${fallback.startsWith('Invalid') ? info.label.toLowerCase() : fallback} (${info.help})`
    : fallback;
}

function show(input: unknown): string {
  if (typeof input === 'string') return input === '' ? 'empty' : `"${input}"`;
  if (Array.isArray(input)) return 'a list';
  return typeof input === 'object' ? 'a map' : String(input);
}
