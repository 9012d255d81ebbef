import type * as v from 'valibot';
import type { Problem } from '#lib/base/problem.ts';
import { fieldInfo, type AnySchema, type FieldInfo } from '#lib/cells/core/fields.ts';

/** A value as the notebook's YAML holds it: every scalar a text. */
export type Tree = string | null | readonly Tree[] | { readonly [key: string]: Tree };

export type FormSchema = v.ObjectSchema<v.ObjectEntries, undefined>;

/** A relation the reader may choose, with its columns. */
export interface FormRelation {
  readonly name: string;
  readonly fields: readonly { readonly name: string; readonly type: string }[];
}

export interface FormField {
  readonly key: string;
  readonly info: FieldInfo;
  readonly required: boolean;
}

/** One field for each key of a schema, in its order. Keys without a description are edited as YAML. */
export function formFields(schema: FormSchema): FormField[] {
  return Object.entries(schema.entries).map(([key, entry]) => ({
    key,
    info: fieldInfo(entry as AnySchema) ?? { control: 'yaml', label: key, help: '' },
    required: !optional(entry as { type?: string })
  }));
}

function optional(entry: { readonly type?: string }): boolean {
  return entry.type === 'optional' || entry.type === 'exact_optional' || entry.type === 'nullish';
}

/**
 * Which fields stand in sight: those that are needed or set, and the first few when those are fewer than `least`.
 * The others wait under "more settings".
 */
export function splitFields(
  fields: readonly FormField[],
  value: Tree,
  least = 4
): { readonly shown: FormField[]; readonly more: FormField[] } {
  const wanted = new Set(fields.filter((f) => f.required || valueAt(value, f.key) !== undefined));
  for (const field of fields) {
    if (wanted.size >= least) break;
    wanted.add(field);
  }
  const shown = fields.filter((f) => wanted.has(f));
  return { shown, more: fields.filter((f) => !wanted.has(f)) };
}

/** The value under a key of a map, or undefined. */
export function valueAt(tree: Tree, key: string): Tree | undefined {
  return isMap(tree) ? tree[key] : undefined;
}

export function isMap(tree: Tree | undefined): tree is { readonly [key: string]: Tree } {
  return typeof tree === 'object' && tree !== null && !Array.isArray(tree);
}

/** A value as one line of text; lists with commas. */
export function asText(tree: Tree | undefined): string {
  if (tree === undefined || tree === null) return '';
  if (typeof tree === 'string') return tree;
  return Array.isArray(tree) ? tree.map((item: Tree) => asText(item)).join(', ') : '';
}

/** A value as a list of texts: a single one counts as a list of one. */
export function asList(tree: Tree | undefined): string[] {
  if (tree === undefined || tree === null) return [];
  return Array.isArray(tree) ? tree.map((item: Tree) => asText(item)) : [asText(tree)];
}

/** The name of the parameter that decides a value, when it is `$name`. */
export function parameterOf(tree: Tree | undefined): string | null {
  return typeof tree === 'string'
    ? (/^\$([\p{L}_][\p{L}\p{N}_]*)$/u.exec(tree)?.[1] ?? null)
    : null;
}

/** Whether the value can be edited by the field's own control; if not, it is edited as YAML. */
export function fits(info: FieldInfo, tree: Tree | undefined): boolean {
  if (tree === undefined || tree === null) return info.control !== 'yaml';
  switch (info.control) {
    case 'yaml':
      return false;
    case 'map':
      return isMap(tree) && Object.values(tree).every((item) => typeof item === 'string');
    case 'columns':
    case 'choices':
      return (
        typeof tree === 'string' ||
        (Array.isArray(tree) && tree.every((i) => typeof i === 'string'))
      );
    default:
      return typeof tree === 'string';
  }
}

/** The problem that belongs to a key, by the key it names. */
export function problemOf(problems: readonly Problem[], key: string): Problem | undefined {
  return problems.find((p) => {
    const named = p.data?.['key'];
    return typeof named === 'string' && (named === key || named.startsWith(`${key}.`));
  });
}

/** Help and what happens without the key, as one hint. */
export function hintOf(
  { info, required }: FormField,
  otherwise: (fallback: string) => string
): string | undefined {
  const parts = [info.help];
  if (!required && info.fallback) parts.push(otherwise(info.fallback));
  return parts.filter(Boolean).join(' ') || undefined;
}
