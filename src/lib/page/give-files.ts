import { m } from '#lib/messages/messages.svelte.ts';
import { told } from '#lib/messages/told.svelte.ts';
import type { FileLook } from '#lib/runtime/file-look.ts';
import { fitsColumns } from '#lib/state/column-fit.ts';
import type { Session } from '#lib/state/session.svelte.ts';
import { isNotebookFile, takeIn } from '#lib/state/incoming.ts';
import { fitsPattern, nameFromFile } from '#lib/state/file-match.ts';
import type { Keeper } from '#lib/state/keeper.svelte.ts';
import { csvFromPasted } from '#lib/state/pasted.ts';
import { problemOf } from '#lib/state/problem-of.ts';
import { keepHandles } from '#lib/storage/handles.ts';
import { toast } from '#lib/ui/toasts.svelte.ts';
import type { Desk } from './desk.svelte.ts';
import { cellForColumns, misfitOf, type CellFit } from './file-fit.ts';
import { noteFiles } from './note-files.ts';
import type { Offers } from './offers.svelte.ts';
import { fileRequests } from './wanted.ts';

export interface Giving {
  readonly session: Session;
  readonly desk: Desk;
  readonly keeper: Keeper;
  /** Asks about files whose columns are wrong; null where nobody is there to answer. */
  readonly offers: Offers | null;
  readonly leaveTo: (path: string) => void;
}

interface Options {
  readonly handles?: readonly FileSystemFileHandle[];
  readonly make?: boolean;
}

/**
 * Takes files from a drop, a dialog or the gallery. Notebooks open on their own page. Data goes to the source
 * cells that ask for it by name or pattern, once its columns are held against what they read; a file of another name
 * whose columns fit is offered to its cell; for the rest a source cell is offered, or made at once with `make` and where
 * no source cell asks for any file.
 */
export async function giveFiles(
  giving: Giving,
  files: readonly File[],
  options: Options = {}
): Promise<void> {
  const { session, leaveTo } = giving;
  if (files.some((file) => isNotebookFile(file.name))) {
    const address = await takeIn(files, Date.now());
    if (address !== null) leaveTo(`../${address}`);
    return;
  }
  if (files.length === 0) return;
  try {
    await session.start();
    const looks = await session.files.lookAt(files);
    const used = await withoutMisfits(giving, files, looks);
    if (used.length === 0) return;
    await session.addFiles(used);
    place(giving, used, looks, options.make === true);
    const names = new Set(used.map(({ name }) => name));
    await remember(
      giving,
      (options.handles ?? []).filter(({ name }) => names.has(name))
    );
  } catch (error) {
    toast(told(problemOf(error)).message, { mark: 'error' });
  }
}

/** The files without those that a source asks for by name, whose columns are wrong, and which the reader then leaves. */
async function withoutMisfits(
  { session, offers }: Giving,
  files: readonly File[],
  looks: readonly FileLook[]
): Promise<readonly File[]> {
  if (!offers) return files;
  const used: File[] = [];
  for (const file of files) {
    const look = looks.find(({ name }) => name === file.name);
    const misfit = look && misfitOf(session, look);
    if (!misfit || (await offers.ask({ ...misfit, file: file.name }))) used.push(file);
  }
  return used;
}

/** Tells what became of files that were given: used, offered to a cell, or without one. */
function place(
  giving: Giving,
  files: readonly File[],
  looks: readonly FileLook[],
  make: boolean
): void {
  const { session, desk } = giving;
  const requests = fileRequests(session);
  const unmatched = files.filter(
    (f) => !requests.some(({ pattern }) => fitsPattern(f.name, pattern))
  );
  for (const { name } of unmatched) {
    const look = looks.find((l) => l.name === name);
    const found = look ? cellForColumns(session, look) : null;
    const add = () => addSource(session, desk, name);
    if (found) offerTo(giving, name, found);
    else if (make || requests.length === 0) add();
    else {
      const words = m().page.notice;
      toast(words.fileUnmatched(name), {
        mark: 'warning',
        stays: true,
        action: { label: words.addSource, run: add }
      });
    }
  }
  if (unmatched.length < files.length) {
    toast(m().page.notice.filesGiven(files.length - unmatched.length));
  }
}

/** Offers a file to the cell whose columns it has; where they are only near, the differences are shown before it is used. */
function offerTo({ session, desk, offers }: Giving, file: string, found: CellFit): void {
  const key = session.keyOf(found.cell);
  const name = session.graph.byId.get(found.cell)?.name ?? found.cell;
  if (key === undefined) return;
  const words = m().files.fit;
  const use = async () => {
    if (!fits && offers && !(await offers.ask({ ...found, file }))) return;
    session.edit.field(key, ['file'], file);
    void desk.go(key);
  };
  const fits = fitsColumns(found.fit);
  toast(fits ? words.looksLike(file, name) : words.near(file, name), {
    mark: 'warning',
    stays: true,
    action: { label: words.useAs(name), run: () => void use() }
  });
}

/** Makes a cell of rows copied from a spreadsheet; false when there are none in what was pasted. */
export function pasteRows({ session, desk }: Giving, text: string, html: string): boolean {
  const body = csvFromPasted(text, html);
  if (body === null) return false;
  const key = session.edit.insertCell(desk.below(desk.selected), {
    kind: 'data',
    body: body.csv,
    name: 'pasted'
  });
  if (key === undefined) return false;
  toast(m().page.notice.pasted(body.rows));
  void desk.go(key);
  return true;
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
  { session, keeper }: Giving,
  handles: readonly FileSystemFileHandle[]
): Promise<void> {
  await session.followFiles(handles);
  if (!(await noteFiles(session, keeper))) return;
  await keepHandles(session.id, handles).catch(() => undefined);
}
