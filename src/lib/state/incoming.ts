import { saveNotebook } from '#lib/storage/library.ts';
import { putInbox } from '#lib/storage/inbox.ts';
import { parse } from '#lib/notebook/parse.ts';
import { csvFromPasted } from './pasted.ts';

/** Whether a file is a notebook rather than data. */
export function isNotebookFile(name: string): boolean {
  return /\.(?:qm\.md|md)$/i.test(name);
}

/**
 * Takes in what a reader opened, dropped or pasted: the first notebook among the files is kept under a new id;
 * data files wait in the inbox for the notebook that opens next. Answers the address to go to, relative to the
 * gallery; null when there was nothing to take.
 */
export async function takeIn(files: readonly File[], at: number): Promise<string | null> {
  const notebook = files.find((file) => isNotebookFile(file.name));
  const data = files.filter((file) => !isNotebookFile(file.name));
  if (data.length > 0) await putInbox(data);
  if (!notebook) return data.length > 0 ? 'notebook/?new' : null;
  const text = await notebook.text();
  const id = crypto.randomUUID();
  await saveNotebook({ id, text, title: titleOf(text, notebook.name), origin: 'opened', at });
  return `notebook/?id=${id}`;
}

/** Cells copied from a spreadsheet as a file of data; null when what was pasted holds none. */
export function pastedFile(text: string, html: string): File | null {
  const pasted = csvFromPasted(text, html);
  return pasted && new File([pasted.csv], 'pasted.csv', { type: 'text/csv' });
}

function titleOf(text: string, fileName: string): string {
  return parse(text).meta.title || fileName.replace(/\.(?:qm\.)?md$/i, '');
}
