import { m } from '#lib/messages/messages.svelte.ts';
import type { Session } from '#lib/state/session.svelte.ts';
import { isNotebookFile, takeIn } from '#lib/state/incoming.ts';
import { fitsPattern, nameFromFile } from '#lib/state/file-match.ts';
import type { Keeper } from '#lib/state/keeper.svelte.ts';
import { problemOf } from '#lib/state/problem-of.ts';
import { keepHandles } from '#lib/storage/handles.ts';
import { noteNotebook } from '#lib/storage/library.ts';
import { toast } from '#lib/ui/toasts.svelte.ts';
import type { Desk } from './desk.svelte.ts';
import { fileRequests } from './wanted.ts';

export interface Giving {
  readonly session: Session;
  readonly desk: Desk;
  readonly keeper: Keeper;
  readonly leaveTo: (path: string) => void;
}

/**
 * Takes files from a drop, a dialog or the gallery. Notebooks open on their own page. Data goes to the source
 * cells that ask for it by name or pattern; for the rest a source cell is offered, or made at once with `make` and
 * where no source cell asks for any file.
 */
export async function giveFiles(
  { session, desk, keeper, leaveTo }: Giving,
  files: readonly File[],
  options: { handles?: readonly FileSystemFileHandle[]; make?: boolean } = {}
): Promise<void> {
  if (files.some((file) => isNotebookFile(file.name))) {
    const address = await takeIn(files, Date.now());
    if (address !== null) leaveTo(`../${address}`);
    return;
  }
  if (files.length === 0) return;
  try {
    await session.addFiles(files);
  } catch (error) {
    toast(problemOf(error).message, { mark: 'error' });
    return;
  }
  const requests = fileRequests(session);
  const unmatched = files.filter(
    (f) => !requests.some(({ pattern }) => fitsPattern(f.name, pattern))
  );
  for (const file of unmatched) {
    const add = () => addSource(session, desk, file.name);
    if (options.make === true || requests.length === 0) add();
    else {
      const words = m().page.notice;
      toast(words.fileUnmatched(file.name), {
        mark: 'warning',
        stays: true,
        action: { label: words.addSource, run: add }
      });
    }
  }
  if (unmatched.length < files.length) {
    toast(m().page.notice.filesGiven(files.length - unmatched.length));
  }
  await remember(session, keeper, options.handles ?? []);
}

/** Makes a cell of rows copied from a spreadsheet. */
export function pasteRows({ session, desk }: Giving, text: string): void {
  const lines = text.replace(/\r\n?/g, '\n').replace(/\n+$/, '').split('\n');
  const body = lines.map((line) => line.split('\t').map(asCsv).join(',')).join('\n');
  const key = session.edit.insertCell(desk.below(desk.selected), {
    kind: 'data',
    body,
    name: 'pasted'
  });
  if (key === undefined) return;
  toast(m().page.notice.pasted(lines.length - 1));
  void desk.go(key);
}

function addSource(session: Session, desk: Desk, file: string): void {
  const key = session.edit.insertCell(desk.below(desk.selected), {
    kind: 'source',
    body: `file: ${/^[\w.-]+$/.test(file) ? file : JSON.stringify(file)}`,
    name: nameFromFile(file)
  });
  if (key !== undefined) void desk.go(key);
}

async function remember(
  session: Session,
  keeper: Keeper,
  handles: readonly FileSystemFileHandle[]
): Promise<void> {
  if (session.readOnly || !(await keeper.save())) return;
  await noteNotebook(session.id, { files: session.files.list.map((f) => f.name) });
  await keepHandles(session.id, handles).catch(() => undefined);
}

function asCsv(value: string): string {
  return /[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
