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
  const problems = unknownKeys(schema as unknown as Holder, value, []).map(({ path, known }) =>
    problem(
      'config.unknown-key',
      {
        key: path.join('.'),
        nearest: nearest(String(path.at(-1)), known),
        known: known.join(', ')
      },
      tree.spanOfKey?.(path) ?? tree.spanOf(path)
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

interface UnknownKey {
  readonly path: readonly (string | number)[];
  readonly known: readonly string[];
}

/** The parts of valibot schemas that hold other schemas. */
interface Holder {
  readonly type: string;
  readonly wrapped?: Holder;
  readonly pipe?: readonly Holder[];
  readonly entries?: Readonly<Record<string, Holder>>;
  readonly item?: Holder;
  readonly value?: Holder;
}

/** Keys that no object schema on the way down knows. Unions and everything inside them judge for themselves. */
function unknownKeys(
  schema: Holder,
  value: unknown,
  path: readonly (string | number)[]
): UnknownKey[] {
  if (schema.wrapped) return unknownKeys(schema.wrapped, value, path);
  if (schema.pipe) {
    return schema.pipe.flatMap((step) => (step === schema ? [] : unknownKeys(step, value, path)));
  }
  const inside = (key: string | number, held: Holder | undefined, item: unknown) =>
    held ? unknownKeys(held, item, [...path, key]) : [];
  if (schema.type === 'array') {
    if (!Array.isArray(value)) return schema.item ? unknownKeys(schema.item, value, path) : [];
    return (value as unknown[]).flatMap((item, i) => inside(i, schema.item, item));
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  const pairs = Object.entries(value);
  if (schema.type === 'record') return pairs.flatMap(([key, v]) => inside(key, schema.value, v));
  if (schema.type !== 'object' || !schema.entries) return [];
  const known = Object.keys(schema.entries);
  return pairs.flatMap(([key, v]) =>
    Object.hasOwn(schema.entries!, key)
      ? inside(key, schema.entries![key], v)
      : [{ path: [...path, key], known }]
  );
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
  return typeof input === 'object' ? 'a map' : JSON.stringify(input);
}
