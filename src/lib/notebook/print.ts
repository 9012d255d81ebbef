import type { Notebook } from './model.ts';

/** The exact text of the file. */
export function print(notebook: Notebook): string {
  return notebook.meta.raw + notebook.blocks.map((block) => block.raw).join('');
}
