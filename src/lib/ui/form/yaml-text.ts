import { parseDocument, stringify } from 'yaml';
import type { Tree } from './model.ts';

/** A value as YAML, as a reader would write it. */
export function toYaml(tree: Tree | undefined): string {
  if (tree === undefined || tree === null) return '';
  return stringify(tree, {
    schema: 'failsafe',
    lineWidth: 0,
    defaultStringType: 'PLAIN'
  }).trimEnd();
}

/** YAML as a value with every scalar a text; undefined for nothing, or why it cannot be read. */
export function fromYaml(
  text: string
): { readonly value: Tree | undefined } | { readonly why: string } {
  if (text.trim() === '') return { value: undefined };
  const document = parseDocument(text, { schema: 'failsafe', strict: true });
  const error = document.errors[0];
  if (error) return { why: error.message.split('\n')[0] ?? error.code };
  return { value: document.toJS({ maxAliasCount: 0 }) as Tree };
}
