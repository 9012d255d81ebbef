import { parseDocument } from 'yaml';
import type { Tree } from '#lib/ui/form/model.ts';

/** A YAML body as a tree of texts, parameters left as `$name`; null while it is not a map that can be read. */
export function treeOf(body: string): Tree | null {
  const document = parseDocument(body, { schema: 'failsafe', prettyErrors: false });
  if (document.errors.length > 0) return null;
  const value = document.toJS() as unknown;
  if (value === null || value === '' || value === undefined) return {};
  return typeof value === 'object' && !Array.isArray(value) ? (value as Tree) : null;
}
